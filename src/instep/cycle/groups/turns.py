"""What is decided about one group in a cycle, before anything is sent?"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from instep.cycle.compiled import CompiledJob
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.ports import GroupBatch, GroupState
from instep.cycle.turns import Tried
from instep.ledger.groups import GroupLink
from instep.ledger.records import Escrow, OperationState, Origin
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.health.verdicts import Verdict
from instep.rules.mapping.expressions import Value
from instep.rules.mapping.wanted import MappingFailed, TargetValue
from instep.rules.matching.match import (
    Account,
    Ambiguous,
    LinkedToAnother,
    Match,
    Matched,
    NoMatch,
    matching_values,
)
from instep.rules.planning.operations import Known, Nothing, Operation, OperationKind, Plan, Problem, Reason, Values
from instep.rules.planning.plan_group import plan_group_without_link, plan_linked_group, plan_new_group
from instep.rules.scoping.standing import Standing, decide_standing
from instep.rules.source_group import SourceGroup


@dataclass(frozen=True, slots=True)
class HeldMember:
    """A user who may not come to a group yet, or not leave it; `of` says by which budget."""

    user_id: str
    account_id: str
    kind: OperationKind
    of: Budgeted


@dataclass(frozen=True, slots=True)
class Withheld:
    """An operation on a group itself that is held, as it was judged."""

    operation: Operation
    judgement: Judgement


@dataclass(slots=True)
class GroupTurn:
    """One group's way through a cycle: what was decided, what was sent, what came of it.

    `plan` is None as long as the group must be looked for. `operations` are those that the ledger has, with their
    states; the last is the one of `plan`. `problem` is what is wrong with its members, `refused` are members that the
    target did not take, or did not let go, and `held` are those who may not come or go because a budget is exceeded.
    `later` counts those who were to leave only after it was judged who may: the next cycle takes them out.
    `is_rejected` says that what is to be done to the group itself was held, and rejected.
    """

    group: SourceGroup
    standing: Standing
    source: Mapping[str, Value]
    wanted: Values
    link: GroupLink | None
    escrow: Escrow | None
    plan: Plan | Withheld | None
    decided_at: int
    matched_by: str | None = None
    operations: list[tuple[int, OperationState]] = field(default_factory=list)
    verdict: Verdict | None = None
    is_gone: bool = False
    added: int = 0
    removed: int = 0
    held: list[HeldMember] = field(default_factory=list)
    later: int = 0
    is_rejected: bool = False
    refused: dict[str, str] = field(default_factory=dict)  # user -> what the target said
    problem: Problem | None = None
    member_operation: int | None = None  # the first that the ledger has
    people: tuple[str, ...] = ()  # whose active accounts are members, where the group is to be deleted
    duration_ms: int = 0
    tried: tuple[Tried, ...] = ()
    vanished_id: str | None = None  # of the group that was linked, and is gone from the target

    @property
    def operation(self) -> Operation | None:
        """The operation on the group itself that is planned, if one is."""
        return self.plan if isinstance(self.plan, Operation) else None

    @property
    def is_deletion(self) -> bool:
        """Whether the group is to be deleted in the target."""
        return self.operation is not None and self.operation.kind is OperationKind.DELETE

    @property
    def resource_id(self) -> str:
        """The group's id at the target, where it is linked."""
        return self.link.resource_id if self.link is not None else ""


def open_group_turns(compiled: CompiledJob, groups: CompiledGroups, batch: GroupBatch) -> list[GroupTurn]:
    """Decide about groups as far as the directory and the ledger reach."""
    return [_open(compiled, groups, state, batch.head) for state in batch.states]


def _open(compiled: CompiledJob, groups: CompiledGroups, state: GroupState, head: int) -> GroupTurn:
    standing = decide_standing(state.group, groups.scoping)
    source = state.group.named_attributes()
    turn = GroupTurn(state.group, standing, source, {}, state.link, state.escrow, None, head)
    turn.added, turn.removed, turn.is_rejected = state.added, state.removed, state.is_rejected
    if not standing.is_in_scope and state.link is None:
        turn.plan = plan_group_without_link(standing)
        return turn
    if standing.is_in_scope:
        try:
            turn.wanted = groups.mappings.wanted(source, compiled.context)
        except MappingFailed as error:
            turn.plan = _mapping_problem(error)
            return turn
    if state.link is not None:
        known = Known(state.link.resource_id, state.link.last_written, is_active=True)
        plan = plan_linked_group(standing, groups.mappings, turn.wanted, known, groups.target_rules)
        turn.plan = plan
        if state.is_rejected and turn.is_deletion:
            turn.plan = Nothing(Reason.REJECTED)
    elif not matching_values(groups.mappings.matching, turn.wanted):
        names = " or ".join(groups.mappings.matching) or "any attribute"
        turn.plan = Problem("ImportSkipped", f"the group has no value to match by ({names})")
    return turn


def settle_group(compiled: CompiledJob, groups: CompiledGroups, turn: GroupTurn, found: Match) -> None:
    """Complete the plan of a group that was looked for; one that was found is linked, whatever its members are."""
    match found:
        case NoMatch():
            turn.plan = _plan_create(compiled, groups, turn)
        case Matched(account, attribute):
            adopt_group(groups, turn, account, attribute)
        case Ambiguous(accounts, attribute):
            ids = ", ".join(account.id for account in accounts[:5])
            turn.plan = Problem(
                "DuplicateTargetEntries",
                f"{len(accounts)} groups have this {attribute}: {ids}. Remove one, or rename it.",
            )
        case LinkedToAnother(account, attribute, owner_id):
            turn.plan = Problem(
                "DuplicateSourceEntries",
                f"the group {account.id} with this {attribute} belongs to another group of the directory, {owner_id}; "
                "it is not handed over. Rename one of them.",
            )


def plan_group_as_read(groups: CompiledGroups, turn: GroupTurn, found: Account) -> None:
    """Plan what differs from a linked group as it was read."""
    if turn.link is not None:
        turn.link = replace(turn.link, last_written=_plain(found))
        known = Known(found.id, turn.link.last_written, is_active=True)
        turn.plan = plan_linked_group(turn.standing, groups.mappings, turn.wanted, known, groups.target_rules)


def adopt_group(groups: CompiledGroups, turn: GroupTurn, found: Account, attribute: str | None) -> None:
    """Take a group that was read as this one, and plan what differs."""
    turn.matched_by = attribute
    values = _plain(found)
    turn.link = GroupLink(turn.group.id, found.id, Origin.MATCHED, values)
    known = Known(found.id, values, is_active=True)
    turn.plan = plan_linked_group(turn.standing, groups.mappings, turn.wanted, known, groups.target_rules)


def _plain(found: Account) -> dict[str, TargetValue]:
    return {name: value for name, value in found.values.items() if isinstance(value, str | bool | int | float | list)}


def _plan_create(compiled: CompiledJob, groups: CompiledGroups, turn: GroupTurn) -> Plan:
    try:
        values = groups.mappings.for_creation(turn.wanted, turn.source, compiled.context)
    except MappingFailed as error:
        return _mapping_problem(error)
    return plan_new_group(values, groups.target_rules)


def _mapping_problem(error: MappingFailed) -> Problem:
    return Problem(error.code, str(error), error.target)


def leave_unlinked(turn: GroupTurn) -> None:
    """Take back that a group was matched in this very cycle: as its operation is not sent, nothing of it is."""
    if turn.matched_by is not None:
        turn.link, turn.matched_by = None, None
