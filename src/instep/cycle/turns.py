"""What is decided about one user in a cycle, step by step, before anything is sent?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from instep.cycle.compiled import CompiledJob
from instep.cycle.ports import Batch
from instep.ledger.records import Escrow, Link, OperationState, Origin
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import Done, Verdict
from instep.rules.mapping.expressions import Value
from instep.rules.mapping.source_values import source_values
from instep.rules.mapping.wanted import MappingFailed, TargetValue
from instep.rules.matching.match import Account, Ambiguous, LinkedToAnother, Match, Matched, NoMatch
from instep.rules.planning.plan import (
    REMOVALS,
    Known,
    Nothing,
    Operation,
    OperationKind,
    Plan,
    Problem,
    Reason,
    Values,
    plan_linked,
    plan_unlinked,
)
from instep.rules.planning.target_rules import TargetAction
from instep.rules.scoping.standing import Standing, decide_standing
from instep.rules.source_user import SourceUser

Request: TypeAlias = Callable[[], Awaitable[Outcome]]  # sent when it is called


@dataclass(frozen=True, slots=True)
class Tried:
    """One question by which an account was looked for, and the ids of those that the target returned."""

    attribute: str
    value: str
    account_ids: tuple[str, ...]


@dataclass(slots=True)
class Turn:
    """One user's way through a cycle: what was decided, what was sent, what came of it.

    `plan` is None as long as the account must be looked for; `decided_at` is the feed's head that it took account of.
    `operations` are those that the ledger has, with their states; the last is the one of `plan`. `account` is one that
    was read and belongs to the user.
    """

    user: SourceUser
    standing: Standing
    source: Mapping[str, Value]
    wanted: Values
    link: Link | None
    escrow: Escrow | None
    plan: Plan | None
    decided_at: int = 0
    origin: Origin = Origin.CREATED
    matched_by: str | None = None
    tried: tuple[Tried, ...] = ()
    account: Account | None = None
    is_gone: bool = False
    vanished_id: str | None = None  # the account that was gone, of a user who is to have another
    refused: str | None = None  # what the target said to the changes that were to ride with a disable
    is_for_reference: bool = False  # taken up because an account that it refers to has come
    operations: list[tuple[int, OperationState]] = field(default_factory=list)
    request: Request | None = None  # the only one that the operation needs
    verdict: Verdict | None = None
    duration_ms: int = 0
    redacted: frozenset[str] = frozenset()  # target attributes whose values no message may have
    undoes: str | None = None  # the cycle of which the operation undoes what it did to this user

    @property
    def operation(self) -> Operation | None:
        """The operation that is planned, if one is."""
        return self.plan if type(self.plan) is Operation else None

    @property
    def is_removal(self) -> bool:
        """Whether an account that is linked and active is to be disabled or deleted, whatever the cause."""
        if self.operation is None or self.link is None:
            return False
        kind = self.operation.kind
        return kind is OperationKind.DISABLE or (kind is OperationKind.DELETE and self.link.is_active)

    @property
    def is_purge(self) -> bool:
        """Whether an inactive account follows its user, who was deleted for good."""
        operation, link = self.operation, self.link
        return (
            operation is not None and operation.kind is OperationKind.DELETE and link is not None and not link.is_active
        )

    @property
    def known(self) -> Mapping[str, TargetValue]:
        """All that the account is known to say: as it was read, else as it was last written."""
        if self.account is not None:
            return _flat(self.account)
        return self.link.last_written if self.link is not None else {}

    @property
    def answered_id(self) -> str | None:
        """The account that the target answered with, where it answered with one."""
        if isinstance(self.verdict, Done) and self.verdict.resource is not None:
            identifier = self.verdict.resource.get("id")
            return identifier if isinstance(identifier, str) else None
        return None


def open_turn(compiled: CompiledJob, user: SourceUser, batch: Batch) -> Turn:
    """Decide about one user as far as the directory and the ledger reach."""
    standing = decide_standing(user, compiled.scoping)
    source = source_values(user, standing, batch.managers.get(user.manager_id or ""))
    link = batch.links.get(user.id)
    turn = Turn(user, standing, source, {}, link, batch.escrowed.get(user.id), None, batch.head)
    if compiled.redacted:
        turn.redacted = compiled.redacted
    if link is None and standing.cause is not None:
        turn.plan = plan_unlinked(standing, {})
    elif not standing.is_purged or TargetAction.DELETE not in compiled.target_rules.actions:
        _want(compiled, turn)
    if link is not None and turn.plan is None:
        known = Known(link.account_id, link.last_written, link.is_active)
        turn.plan = plan_linked(standing, compiled.mappings, turn.wanted, known, compiled.target_rules)
    elif turn.plan is None and not any(turn.wanted.get(name) for name in compiled.mappings.matching):
        turn.plan = Problem("ImportSkipped", _no_matching_value(compiled))
    if batch.rejected or batch.protected:
        spare(turn, batch)
    return turn


def spare(turn: Turn, batch: Batch) -> None:
    """Leave the account of a protected user active, and that of one whose operation was rejected as it is."""
    if turn.user.id in batch.rejected and not isinstance(turn.plan, Nothing | Problem):
        turn.plan, turn.account = Nothing(Reason.REJECTED), None
    elif turn.user.id in batch.protected and isinstance(turn.plan, Operation) and turn.plan.kind in REMOVALS:
        turn.plan, turn.account = Nothing(Reason.PROTECTED), None


def settle(compiled: CompiledJob, turn: Turn, found: Match) -> None:
    """Complete the plan of a user whose account was looked for."""
    match found:
        case NoMatch():
            turn.plan = _plan_create(compiled, turn)
        case Matched(account, attribute):
            adopt(compiled, turn, account, attribute)
        case Ambiguous(accounts, attribute):
            ids = ", ".join(account.id for account in accounts[:5])
            turn.plan = Problem(
                "DuplicateTargetEntries",
                f"{len(accounts)} accounts have this {attribute}: {ids}. Remove one, or match by another attribute.",
            )
        case LinkedToAnother(account, attribute, owner_id):
            turn.plan = Problem(
                "DuplicateSourceEntries",
                f"the account {account.id} with this {attribute} belongs to another user of the directory, {owner_id}; "
                "it is not handed over. Change the value of one of them, or delete the other user's account.",
            )


def adopt(compiled: CompiledJob, turn: Turn, account: Account, attribute: str | None) -> None:
    """Take an account that was read as the user's, and plan what differs."""
    turn.account, turn.origin, turn.matched_by = account, Origin.MATCHED, attribute
    if turn.standing.cause is None and compiled.mappings.where_empty:
        turn.wanted = {**compiled.mappings.missing_in(account.values), **turn.wanted}
    known = Known(account.id, _flat(account), account.values.get("active") is not False)
    turn.plan = plan_linked(turn.standing, compiled.mappings, turn.wanted, known, compiled.target_rules)


def _flat(account: Account) -> Mapping[str, TargetValue]:
    return {name: value for name, value in account.values.items() if isinstance(value, str | bool | int | float | list)}


def _want(compiled: CompiledJob, turn: Turn) -> None:
    mappings, context = compiled.mappings, compiled.context
    try:
        if turn.standing.is_in_scope:
            turn.wanted = mappings.wanted(turn.source, context)
        else:
            turn.wanted = mappings.deprovisioning(turn.source, context)
    except MappingFailed as error:
        _deprovision_or_refuse(compiled, turn, error)


def _deprovision_or_refuse(compiled: CompiledJob, turn: Turn, error: MappingFailed) -> None:
    """Let a leaver go although another mapping fails; anyone else waits until it is mended."""
    if turn.standing.is_soft_deleted and turn.standing.is_in_scope:
        try:
            turn.wanted = compiled.mappings.deprovisioning(turn.source, compiled.context)
        except MappingFailed as worse:
            turn.plan = _mapping_problem(worse)
    else:
        turn.plan = _mapping_problem(error)


def _plan_create(compiled: CompiledJob, turn: Turn) -> Plan:
    try:
        values = compiled.mappings.for_creation(turn.wanted, turn.source, compiled.context)
    except MappingFailed as error:
        return _mapping_problem(error)
    return plan_unlinked(turn.standing, values, compiled.target_rules)


def _mapping_problem(error: MappingFailed) -> Problem:
    return Problem(error.code, str(error), error.target)


def _no_matching_value(compiled: CompiledJob) -> str:
    names = " or ".join(compiled.mappings.matching) or "any attribute"
    return f"the user has no value to match by ({names}); fill in its source, or change the matching attribute"
