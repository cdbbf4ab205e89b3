"""What do the administrator's use cases need of whatever keeps applications, jobs and the logs?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from instep.cycle.ports import Target
from instep.directory.applications import App, AppRole, Assignment
from instep.directory.changes import RecordedChange
from instep.ledger.activity import DurationCount, EntryCount, Step
from instep.ledger.audit import AuditRow
from instep.ledger.cycles import Counts, Cycle, CycleKind, CycleState
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.notices import WaitingMails
from instep.ledger.plans import KeptOperation, Plan, PlannedOperation, PlannedState, PlanState
from instep.ledger.records import Action, Escrow, Link, RecordedLogEntry, Status
from instep.ledger.reset_scopes import PORTAL_RESTART, ResetScope
from instep.ledger.schema import Schema
from instep.rules.health.outcomes import Exchange
from instep.rules.planning.operations import OperationKind


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

    def as_cycle(self, job: Job) -> Cycle:
        """Return it as the feed takes it, to count whose turn it is."""
        version, identity = job.configuration_version, job.target_identity
        return Cycle(self.id, job.id, self.kind, version, identity, job.since, 0, None, self.begun_at)


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
class PlannedQuery:
    """Which operations of a plan are asked for: of a kind, in a state, about names with a text in them.

    `after` is the number behind which they begin, `before` the one before which the last of them ends.
    """

    kind: OperationKind | None = None
    state: PlannedState | None = None
    text: str = ""
    after: int = 0
    before: int | None = None
    limit: int = 51


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


class History(Protocol):
    """What happened to whom, and what is open about one user. Each call is one transaction."""

    def of_user(self, user_id: str) -> Sequence[RecordedChange]:
        """Return the changes of a user, memberships and direct assignments among them, in their order."""

    def of_assigned_groups(self, app_id: str) -> Sequence[RecordedChange]:
        """Return when groups were assigned to an application and unassigned, nested and deleted."""

    def purged_user(self, name: str) -> str | None:
        """Return the id of whoever was deleted for good under this id or name, the latest first."""

    def group_names(self) -> Mapping[str, str]:
        """Return the names of all groups by id, deleted ones too."""

    def escrow(self, job: Job, user_id: str) -> Escrow | None:
        """Return a user's escrow."""

    def held_since(self, job: Job, user_id: str) -> datetime | None:
        """Return since when what is to be done about a user is held."""

    def audit(self, query: AuditQuery) -> Sequence[AuditRow]:
        """Return rows of the audit log, the newest first."""

    def audited_activities(self) -> Sequence[str]:
        """Return the activities of which the audit log has rows, in the order of their names."""


class Applications(Protocol):
    """Applications with their roles, assignments and mappings. Each call is one transaction."""

    def add(self, app: App, schema: Schema, actor: str) -> None:
        """Keep a new application. Its name must be free."""

    def all(self) -> Sequence[App]:
        """Return every application, by name."""

    def schema(self, app_id: str) -> Schema:
        """Return an application's attribute mappings."""

    def save_schema(self, app: App, before: Schema, after: Schema, now: datetime, actor: str) -> None:
        """Keep another schema: the job's configuration version grows, so that a running cycle ends and the next is an
        initial one, and the audit log has both. Raises SchemaMoved where it is no longer `before`.
        """

    def assignments(self, app_id: str) -> Sequence[Assignment]:
        """Return who is assigned."""

    def assign(self, assignment: Assignment, actor: str) -> bool:
        """Keep an assignment with its change; return False if there was the same one."""

    def reassign(self, assignment: Assignment, actor: str) -> bool:
        """Put one role in place of all that a user or group holds; return False if that was its only one.

        No cycle sees the moment between.
        """

    def assignments_of(self, app_id: str, principal_id: str) -> Sequence[Assignment]:
        """Return the assignments of one user or group."""

    def unassign_role(self, assignment: Assignment, now: datetime, actor: str) -> bool:
        """End one assignment, and keep the others of its user or group; return False if it has ended."""

    def unassign(self, app_id: str, principal_id: str, now: datetime, actor: str) -> int:
        """End all assignments of a user or group, with the change; return how many there were."""


class Jobs(Protocol):
    """Jobs, their cycles, links and logs. Each call is one transaction."""

    def job_of(self, app: App) -> Job | None:
        """Return the application's job, if it was connected."""

    def all(self) -> Sequence[Job]:
        """Return every job."""

    def connect(self, job: Job, secret_token: str, now: datetime, actor: str) -> None:
        """Create the job, or save another Tenant URL and Secret Token for it; that lifts its quarantine."""

    def secret_token(self, job: Job) -> str:
        """Return the Secret Token."""

    def save_settings(self, job: Job, settings: JobSettings, now: datetime, actor: str) -> None:
        """Save settings; another scope is another configuration version, so that the next cycle is an initial one."""

    def set_state(self, job: Job, state: JobState, now: datetime, actor: str) -> None:
        """Start or stop the job; starting lifts its quarantine."""

    def restart(
        self, job: Job, now: datetime, actor: str, scopes: Collection[ResetScope] = PORTAL_RESTART
    ) -> Mapping[ResetScope, int]:
        """Clear what the scopes say (engine.md 11.2); return how many rows each of them was about."""

    def milestones(self, job: Job) -> Milestones:
        """Return which of the job's cycles ran to their end, and how."""

    def waiting_mails(self, job: Job) -> WaitingMails:
        """Return how many mails about the job wait, and why."""

    def linked_groups(self, job: Job) -> int:
        """Return how many groups are linked at the job's present target."""

    def group_escrows(self, job: Job) -> Sequence[Escrow]:
        """Return the groups that failed and are tried again; `user_id` is the group's."""

    def last_cycles(self, job: Job, limit: int) -> Sequence[CycleReport]:
        """Return the newest cycles first."""

    def link(self, job: Job, user_id: str) -> Link | None:
        """Return a user's link."""

    def kept_link(self, job: Job, user_id: str) -> KeptLink | None:
        """Return a user's link, and since when there is one."""

    def kept_link_of_account(self, job: Job, account_id: str) -> KeptLink | None:
        """Return the link to an account."""

    def remove_link(self, job: Job, link: Link, name: str, now: datetime, actor: str) -> None:
        """Remove a link, with a row of the audit log; the account is not touched."""

    def link_counts(self, job: Job) -> tuple[int, int]:
        """Return how many accounts are linked, and how many of them are active."""

    def count_escrows(self, job: Job) -> int:
        """Return how many users failed and are tried again."""

    def escrows(self, job: Job, limit: int | None = None) -> Sequence[Escrow]:
        """Return the users who failed and are tried again, the next first; all, or the first ones."""

    def held(self, job: Job) -> int:
        """Return how many removals are held."""

    def log(self, query: LogQuery) -> Sequence[RecordedLogEntry]:
        """Return entries of the provisioning log with their true values: `instep.admin.provisioning_log` hides some."""

    def log_places(self, query: LogQuery) -> range:
        """Return the numbers among which all entries are that a query asks for, by its period and its cycle."""

    def entry_counts(self, job_id: str | None, since: datetime, step: Step) -> Sequence[EntryCount]:
        """Return how many entries each step since then has, of one job or of all."""

    def duration_counts(self, job_id: str | None, since: datetime, step: Step) -> Sequence[DurationCount]:
        """Return how long operations took in each step since then, of one job or of all."""

    def prune(self, job: Job, before: datetime, limit: int) -> Pruned:
        """Throw away at most so many rows of each kind that are older than a moment, and nothing that is needed."""

    def logged_user(self, named: str) -> LoggedUser | None:
        """Return whom the log knows by this id or name, the directory perhaps no more."""

    def head(self) -> int:
        """Return the sequence of the newest change of the directory."""

    def lease(self, job: Job) -> AbstractContextManager[None]:
        """Hold the right to run the job; it ends with the process. Raises JobIsRunning."""

    def on_demand_lease(self, job: Job) -> AbstractContextManager[None]:
        """Hold the right to provision on demand; it ends with the process. Raises OnDemandIsRunning."""


class SchemaMoved(Exception):
    """Somebody else saved the mappings or the scoping filters since they were read; nothing was changed."""


class Plans(Protocol):
    """Plans: operations that wait to be agreed to. Each call is one transaction."""

    def begin(self, job: Job, now: datetime, actor: str) -> int:
        """Begin to write a plan down; return its id."""

    def add(self, plan_id: int, operations: Sequence[PlannedOperation]) -> None:
        """Write operations down, in their order."""

    def keep(self, plan_id: int, job: Job, kind: CycleKind, now: datetime, actor: str) -> None:
        """End the writing: the plan waits to be approved or rejected."""

    def discard(self, plan_id: int) -> None:
        """Throw a plan away that was not written to its end."""

    def all(self, job: Job) -> Sequence[Plan]:
        """Return the job's plans, the newest first."""

    def operations(
        self, plan_id: int, after: int, limit: int, state: PlannedState | None = None
    ) -> Sequence[KeptOperation]:
        """Return operations of a plan in their order, from behind a number on; all, or those in one state."""

    def page(self, plan_id: int, wanted: PlannedQuery) -> Sequence[KeptOperation]:
        """Return some of a plan's operations, in their order."""

    def show(self, plan: Plan, now: datetime) -> None:
        """Note that people have seen what is in a plan: nothing is added to it from now on."""

    def decide(self, plan: Plan, job: Job, state: PlanState, now: datetime, actor: str) -> bool:
        """Approve or reject a plan that is as it was read; False if somebody decided it meanwhile."""

    def make_stale(self, plan: Plan, job: Job, now: datetime, actor: str, reason: str) -> None:
        """End a plan that can never be applied any more."""


class OnDemandIsRunning(Exception):
    """Another process provisions somebody on demand at this moment."""


class JobIsRunning(Exception):
    """Another process runs this job at this moment."""


class JobIsStopped(Exception):
    """An administrator stopped the job before the service came to run it."""


@dataclass(frozen=True, slots=True)
class Door:
    """Everything that opens a target; `tell` is told of each request with its answer, for people to see."""

    tenant_url: str
    secret_token: str = field(repr=False)
    settings: JobSettings
    tell: Callable[[Exchange], None] | None = None


OpenTarget = Callable[[Door], AbstractAsyncContextManager[Target]]
RoleNames = Mapping[str, AppRole]
