"""What is planned: operations that a cycle would send, or that wait for an administrator?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from instep.ledger.cycles import CycleKind
from instep.ledger.records import Action, LogEntry, SourceType, Status
from instep.ledger.redaction import Redacted
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.mapping.redaction import shown
from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.plan import Operation, OperationKind, Values

# What a preview calls the account of someone whose create is planned, wherever another account refers to it.
ACCOUNT_TO_COME = "planned:"


@dataclass(frozen=True, slots=True)
class PlannedMember:
    """Whom an operation on a group adds, or takes out: the user, and the account that is the member."""

    user_id: str
    user_name: str
    account_id: str


@dataclass(frozen=True, slots=True)
class PlannedOperation:
    """What is to become of one user's account; `kind` is None for a user who would fail, for the reason `code`.

    Where `source_type` says so it is about a group: `user_id`, `user_name` and `account_id` are the group's. Each
    member who comes or goes is an operation here, to be agreed to, or dropped, alone; a request holds many of them.

    `sequence` is the feed's head that the decision took account of. A value in `after` that begins with "planned:"
    stands for the account of the user whose id follows.
    """

    user_id: str
    user_name: str
    kind: OperationKind | None
    account_id: str | None
    before: Values
    after: Values
    sequence: int
    action: Action
    status: Status
    code: str
    facts: Mapping[str, object]
    source_type: SourceType = SourceType.USER
    member: PlannedMember | None = None

    @property
    def is_held(self) -> bool:
        """Whether it is over a budget, so that the cycle would not send it."""
        return self.kind is not None and self.status is Status.WARNING

    @property
    def would_fail(self) -> bool:
        """Whether nothing could be sent, because the user, or group, would fail."""
        return self.kind is None and self.status is Status.FAILURE

    @property
    def undoes(self) -> str | None:
        """The cycle that it undoes, if it undoes one."""
        cycle_id = self.facts.get("undoes")
        return cycle_id if isinstance(cycle_id, str) else None

    def as_entry(self) -> LogEntry:
        """Return it as the provisioning log would have it."""
        return LogEntry(
            self.user_id,
            self.user_name,
            self.account_id,
            self.action,
            self.status,
            self.code,
            self.facts,
            source_type=self.source_type,
        )

    def hiding(self, redacted: Redacted) -> "PlannedOperation":
        """Return it as people may see it: without the values of these target attributes."""
        hidden = redacted[self.source_type]
        return replace(self, before=shown(self.before, hidden), after=shown(self.after, hidden))


class PlanOrigin(StrEnum):
    """How a plan came to be: an administrator saved a preview, a cycle held its operations, or it undoes a cycle."""

    SAVED = "saved"
    HELD = "held"
    UNDO = "undo"


class PlanSubject(StrEnum):
    """What a plan is about: a whole cycle, or what a cycle held."""

    EVERYTHING = "everything"
    REMOVALS = "removals"
    CREATES = "creates"
    UPDATES = "updates"
    GROUP_REMOVALS = "group removals"  # groups to be deleted, and people to leave groups
    MEMBERSHIPS = "memberships"


@dataclass(frozen=True, slots=True)
class Held:
    """An operation that waits for an approval, or until the budget suffices; `subject` says in which set."""

    planned: PlannedOperation
    subject: PlanSubject


class PlanState(StrEnum):
    """Where a plan is."""

    DRAFT = "draft"  # it is being written; nobody sees it
    PLANNED = "planned"  # it waits to be approved or rejected
    APPROVED = "approved"
    APPLYING = "applying"  # begun, and not at its end
    APPLIED = "applied"
    REJECTED = "rejected"
    STALE = "stale"  # it was decided with another configuration, or for another target
    RELEASED = "released"  # of what was held nothing waits any more, although nobody has approved it


WAITING_STATES = (PlanState.PLANNED, PlanState.APPROVED, PlanState.APPLYING)
"""Of a plan that is not at its end."""


class PlannedState(StrEnum):
    """What became of one operation of a plan; a stale one was dropped, as it would not be the same any more.

    Who would fail, or is left out, is no operation: nothing is sent for them. Left out is who is protected, and of a
    plan that undoes a cycle, somebody for whom nothing can be undone.
    """

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    STALE = "stale"
    REJECTED = "rejected"
    LEFT_OUT = "left out"
    WOULD_FAIL = "would fail"


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations that are kept so that exactly these can be approved and applied.

    `planned_at` is the moment that `Now()` means, also when the plan is applied. `kinds` and `states` say how many of
    its operations are of each kind, and in each state; `kinds` are those on users. `undoes` is the cycle it undoes.
    """

    id: int
    job_id: str
    origin: PlanOrigin
    subject: PlanSubject
    state: PlanState
    cycle_kind: CycleKind
    configuration_version: int
    target_identity: str
    planned_at: datetime
    planned_by: str
    shown_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    applied_at: datetime | None = None
    applied_by: str | None = None
    ended_at: datetime | None = None
    reason: str | None = None
    kinds: Mapping[OperationKind, int] = field(default_factory=dict)
    kinds_of_groups: Mapping[OperationKind, int] = field(default_factory=dict)
    states: Mapping[PlannedState, int] = field(default_factory=dict)
    undoes: str | None = None

    @property
    def size(self) -> int:
        """How many operations it has."""
        return sum(self.kinds.values()) + sum(self.kinds_of_groups.values())

    @property
    def left(self) -> int:
        """How many of them wait still."""
        return self.states.get(PlannedState.PLANNED, 0)

    @property
    def failures(self) -> int:
        """How many users and groups would fail, so that nothing is sent for them."""
        return self.states.get(PlannedState.WOULD_FAIL, 0)

    @property
    def is_of_groups(self) -> bool:
        """Whether it holds what is to be done to groups and their members."""
        return self.subject in (PlanSubject.GROUP_REMOVALS, PlanSubject.MEMBERSHIPS)

    @property
    def is_waiting(self) -> bool:
        """Whether it is not at its end."""
        return self.state in WAITING_STATES


def planned_operation(entry: LogEntry, operation: Operation | None, sequence: int) -> PlannedOperation:
    """Return what is planned for a user, or a group, as the log has it; `operation` is None where that would fail."""
    return PlannedOperation(
        user_id=entry.user_id,
        user_name=entry.user_name,
        kind=operation.kind if operation is not None else None,
        account_id=operation.account_id if operation is not None else entry.account_id,
        before=operation.before if operation is not None else {},
        after=operation.after if operation is not None else {},
        sequence=sequence,
        action=entry.action,
        status=entry.status,
        code=entry.code,
        facts=entry.facts,
        source_type=entry.source_type,
    )


def held_in(budgeted: Budgeted, judgement: Judgement) -> PlanSubject:
    """Return in which set an operation is held: one for each budget, and one for what waits for approval anyway."""
    if judgement.needs_approval and budgeted is not Budgeted.REMOVALS:
        return PlanSubject.EVERYTHING
    return PlanSubject(budgeted.value)


@dataclass(frozen=True, slots=True)
class KeptOperation:
    """One operation of a plan as it is kept; `outcome` is the code of the log entry that says what became of it."""

    number: int
    planned: PlannedOperation
    state: PlannedState
    outcome: str | None

    def hiding(self, redacted: Redacted) -> "KeptOperation":
        """Return it as people may see it: without the values of these target attributes."""
        return replace(self, planned=self.planned.hiding(redacted))


def texts_in(account_id: str | None, before: Values, after: Values) -> Iterator[str]:
    """Yield every text of an operation: among them are those that refer to other accounts."""
    if account_id is not None:
        yield account_id
    for value in (*before.values(), *after.values()):
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, str))


def renamed(values: Values, names: Mapping[str, str]) -> Values:
    """Return values in which accounts are called by other names."""
    return {name: _renamed(value, names) for name, value in values.items()}


def _renamed(value: TargetValue | None, names: Mapping[str, str]) -> TargetValue | None:
    if isinstance(value, list):
        return [names.get(each, each) if isinstance(each, str) else each for each in value]
    return names.get(value, value) if isinstance(value, str) else value
