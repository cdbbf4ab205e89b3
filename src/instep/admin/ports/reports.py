"""What of cycles, links and the logs do use cases ask for, and get?"""

from dataclasses import dataclass
from datetime import datetime

from instep.ledger.cycles import Counts, Cycle, CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.ledger.records import Action, Link, Status


@dataclass(frozen=True, slots=True)
class CycleReport:
    """A cycle as the status shows it."""

    id: str
    kind: CycleKind
    state: CycleState
    counts: Counts
    begun_at: datetime
    ended_at: datetime | None
    reason: str | None
    target_identity: str = ""
    first_operation: int | None = None

    def as_cycle(self, job: Job) -> Cycle:
        """Return it as the feed takes it, to count whose turn it is."""
        version, identity = job.configuration_version, job.target_identity
        return Cycle(self.id, job.id, self.kind, version, identity, job.since, 0, None, self.begun_at)


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """How many operations of a cycle were on groups, and of how many on accounts the outcome is not known."""

    of_groups: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Milestones:
    """Of the cycles that ran to their end: whether there is one, the last without a failure, the last that wrote."""

    is_completed: bool = False
    error_free: CycleReport | None = None
    with_exports: CycleReport | None = None


BEFORE_THE_FIRST_CYCLE = Milestones()


@dataclass(frozen=True, slots=True)
class LogQuery:
    """Which log entries are asked for; the newest come first.

    `since` is the first moment that counts, `until` the first that does not; `before` is the entry after which the
    next page begins, and `first` the lowest number that is looked at. `named` is in the name, in any letter case.
    """

    app_id: str | None = None
    status: Status | None = None
    action: Action | None = None
    user_id: str | None = None
    cycle_id: str | None = None
    code: str | None = None
    entry_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 1_000
    job_id: str | None = None
    account_id: str | None = None
    named: str | None = None
    first: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedUser:
    """Someone of the log, with the name of the last entry."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class KeptLink:
    """A link, and since when there is one."""

    link: Link
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which rows of the audit log are asked for: moments and `before` count as in a LogQuery.

    `actor` is in who did it, in any letter case.
    """

    app_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 1_000
    before: int | None = None
    actor: str | None = None
    activity: str | None = None


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows were thrown away: log entries, operations, operations of plans; cycles and plans."""

    entries: int = 0
    operations: int = 0
    planned: int = 0
    cycles_and_plans: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.entries + self.operations + self.planned + self.cycles_and_plans

    def __add__(self, other: "Pruned") -> "Pruned":
        return Pruned(
            self.entries + other.entries,
            self.operations + other.operations,
            self.planned + other.planned,
            self.cycles_and_plans + other.cycles_and_plans,
        )
