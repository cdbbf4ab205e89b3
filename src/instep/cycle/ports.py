"""What does a cycle need from outside: the directory's feed, the ledger, the target?"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from instep.cycle.aftermath import Aftermath, LeftOver
from instep.cycle.groups.ports import GroupFeed, GroupLedger, GroupTarget
from instep.ledger.cycles import Counts, Cycle, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import Held, KeptOperation, PlannedOperation, PlanSubject
from instep.ledger.records import Escrow, Link, LogEntry, OpenOperation, OperationState, SourceType
from instep.rules.health.budgets import Budgeted
from instep.rules.health.outcomes import FailedRequest, Outcome
from instep.rules.matching.match import Account
from instep.rules.planning.plan import Operation, OperationKind, Values
from instep.rules.source_user import SourceUser
from instep.scim.syntax import Literal


class AdministratorActed(Exception):
    """The job was stopped, connected anew or configured while its cycle ran: the cycle ends here."""


class AccountTaken(Exception):
    """A batch would link an account that another user has; nothing of it was written."""


@dataclass(frozen=True, slots=True)
class Acts:
    """How far administrators' acts have come that end a running cycle: each of these numbers only grows.

    `revision` counts those that leave the configuration as it is; the last stop made it `stopped_in_revision`.
    """

    configuration_version: int
    revision: int
    stopped_in_revision: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Users with what the ledger knows of them, all read at one moment.

    `last` is the last user of the page, for the cursor (None at the walk's end); `logged` have their entry in this
    cycle already; `escrowed` failed before, so that a create needs a look first; `head` is the feed's at that moment.
    `rejected` are those whose held operation an administrator has rejected, and about whom nothing has changed since;
    `protected` those whose account no job may disable or delete.
    """

    users: Sequence[SourceUser]
    links: Mapping[str, Link]
    managers: Mapping[str, str]
    logged: Collection[str]
    escrowed: Mapping[str, Escrow]
    head: int
    last: str | None
    rejected: Collection[str] = ()
    protected: Collection[str] = ()


class Feed(Protocol):
    """The directory, as one job's cycle reads it."""

    @property
    def groups(self) -> GroupFeed:
        """The directory's groups."""

    def head(self) -> int:
        """Return the sequence of the newest change."""

    def walk(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        """Return the next users of the cycle after one, by id."""

    def linked(self, job: Job, cycle: Cycle, after: str | None, limit: int) -> Batch:
        """Return the next users of the cycle that have a link, purged ones included: the possible removals."""

    def linked_and_changed(self, job: Job, cycle: Cycle, since: int, head: int) -> Batch:
        """Return the linked users touched by changes after `since` up to `head`: removals newer than the cycle."""

    def some(self, job: Job, cycle: Cycle, user_ids: Collection[str]) -> Batch:
        """Return these users as they are now."""

    def managers_to_come(self, job: Job, cycle: Cycle) -> Mapping[str, str | None]:
        """Return the managers without an account of whose reports it is the turn, each with their own manager."""

    def owing_references(self, job: Job, cycle: Cycle, targets: Sequence[str], after: str | None, limit: int) -> Batch:
        """Return the next users whose account does not say their manager's account in one of these targets.

        In an incremental cycle they are among the reports of those whose turn it was.
        """

    def count(self, job: Job, cycle: Cycle) -> int:
        """Return how many users the cycle walks through."""

    def count_unlinked(self, job: Job, cycle: Cycle) -> int:
        """Return how many of them have no link yet."""


@dataclass(frozen=True, slots=True)
class ToSend:
    """An operation about to be sent, for the ledger."""

    user_id: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a plan has for a user; `before` and `after` name accounts by their ids, where they are there by now."""

    kind: OperationKind
    account_id: str | None
    before: Values
    after: Values


@dataclass(slots=True)
class Recorded:
    """What one batch leaves in the ledger, in one transaction; `operations` are (id, state)."""

    operations: list[tuple[int, OperationState]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)
    entries: list[LogEntry] = field(default_factory=list)
    escrows: list[Escrow] = field(default_factory=list)
    released: list[str] = field(default_factory=list)  # users whose escrow or hold is over
    held: list[Held] = field(default_factory=list)
    due: list[tuple[str, datetime]] = field(default_factory=list)  # users, and when their values may be others

    @property
    def decided(self) -> set[str]:
        """Whose links or escrows are written, so that nobody else may have decided about them meanwhile.

        A removal that is held is not among them: it is decided again in every cycle.
        """
        held = {each.planned.user_id for each in self.held}
        linked = {link.user_id for link in self.links}
        return linked | {entry.user_id for entry in self.entries if entry.user_id not in held}


@dataclass(frozen=True, slots=True)
class InHand:
    """Users who are provisioned on demand now, or wanted for it; and of whom it was cut off, its outcome unknown."""

    now: frozenset[str]
    wanted: frozenset[str]
    cut_off: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claim:
    """Whom somebody provisions on demand, in which cycle; `turns` are the members of a group that are chosen."""

    source_type: SourceType
    id: str
    cycle_id: str
    actor: str
    turns: Sequence[str] = ()


class Claims(Protocol):
    """The right to decide about one user or group beside a cycle; it is released when its own cycle ends."""

    def take_beside_a_cycle(self, job: Job, claim: Claim, now: datetime) -> Cycle | None:
        """Claim somebody, with a cycle on demand; None while a cycle has an operation about them in hand.

        That cycle is told that they are wanted.
        """

    def take_alone(self, job: Job, claim: Claim, now: datetime) -> Cycle:
        """Claim somebody while no cycle runs: what is in hand was left so, and its outcome is unknown."""

    def give_up(self, job: Job, claim: Claim) -> None:
        """Want them no more."""


class Ledger(Protocol):
    """What happened and what is known; each method is one transaction."""

    @property
    def groups(self) -> GroupLedger:
        """The same of groups."""

    def begin(self, job: Job, now: datetime, escrows_due_by: datetime, new_id: str) -> tuple[Cycle, Counts]:
        """Return the job's unfinished cycle to go on with, or a new one whose turns are written down.

        Users in escrow have a turn if their next attempt is due by the moment given.
        """

    def begin_plan(self, job: Job, plan_id: int, now: datetime, new_id: str, actor: str) -> tuple[Cycle, Counts]:
        """Return the unfinished cycle that applies this plan, or a new one: it is the turn of the plan's users."""

    def agreed(self, job: Job, cycle: Cycle, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
        """Return what the plan that this cycle applies has for these users."""

    def approved(self, job: Job, user_ids: Collection[str]) -> Mapping[str, Sequence[Agreed]]:
        """Return what was held of these users, and approved."""

    def waiting(self, job: Job) -> Counter[PlanSubject]:
        """Return how many users are held and not approved, by the set that they are in."""

    def spent(self, job: Job, cycle_id: str) -> Counter[Budgeted]:
        """Return how many creates and updates a cycle has done of its own accord, without an approval."""

    def outdated_since(self, job: Job, cycle: Cycle, sequence: int) -> Collection[str] | None:
        """Return about whom something decided at that moment may be wrong by now; None where that is perhaps anyone.

        They have changed since, or were provisioned on demand beside this cycle.
        """

    def open_operations(self, job: Job) -> Sequence[OpenOperation]:
        """Return the operations of this job and target whose outcome is not known."""

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[ToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[str]]:
        """Write operations down before they leave; return their ids, and the users who changed since `decided_at`.

        Those who are or were provisioned on demand meanwhile are among them. Their operations are written down as
        stale, and must not be sent.
        """

    def record(
        self, job: Job, cycle: Cycle, recorded: Recorded, counts: Counts, cursor: str | None, now: datetime
    ) -> Collection[str]:
        """Write what came of a batch; the cursor moves if one is given. Raises AccountTaken.

        Where some of the users are or were provisioned on demand since they were decided, they are returned, and
        nothing was written: they must be decided again.
        """

    def wanted(self, job: Job) -> Sequence[str]:
        """Return whom somebody waits for to provision them on demand."""

    def withdraw(self, operation_id: int) -> None:
        """Write down that an operation was not sent, and will not be."""

    def in_hand(self, job: Job, source_type: SourceType) -> InHand:
        """Return who is provisioned on demand; whoever was cut off is told once, their operations being unknown."""

    def owners(self, job: Job, account_ids: Collection[str]) -> Mapping[str, str]:
        """Return which of these accounts are linked to which user."""

    def active_links(self, job: Job) -> int:
        """Return how many accounts of this job and target are linked and active."""

    def removals_since(self, job: Job, moment: datetime) -> int:
        """Return how many removals this job has sent since."""

    def held(self, job: Job, cycle: Cycle) -> Collection[str]:
        """Return the users whose removal this cycle has held, before it was interrupted."""

    def keep_accounts(self, job: Job, accounts: Sequence[Account], attributes: Sequence[str]) -> int:
        """Keep accounts read in a walk, findable by these attributes; return how many were not kept before."""

    def kept_accounts(self, job: Job, attribute: str, value_keys: Collection[str]) -> Mapping[str, Sequence[Account]]:
        """Return the kept accounts by their casefolded value of a matching attribute."""

    def forget_accounts(self, job: Job) -> None:
        """Empty what `keep_accounts` kept."""

    def acts(self, job: Job) -> Acts | None:
        """Return how far administrators' acts on the job have come; None where it is gone."""

    def left_over(self, job: Job, cycle: Cycle) -> LeftOver:
        """Return what the cycle leaves to be done."""

    def end(
        self,
        job: Job,
        cycle: Cycle,
        state: CycleState,
        counts: Counts,
        now: datetime,
        reason: str | None,
        aftermath: Aftermath | None = None,
    ) -> None:
        """End the cycle or interrupt it, with what that means for its job; success sets the watermark to its head.

        Where an administrator has acted on the job meanwhile, the aftermath is left out: it is about what was.
        """


class PlanBook(Protocol):
    """Where planned operations are kept in their order."""

    def begin(self, job: Job, now: datetime, actor: str) -> int:
        """Begin to write a plan down; return its id."""

    def add(self, plan_id: int, operations: Sequence[PlannedOperation]) -> None:
        """Write operations down, in their order."""

    def operations(self, plan_id: int, after: int, limit: int) -> Sequence[KeptOperation]:
        """Return operations of a plan in their order, from behind a number on."""


@dataclass(frozen=True, slots=True)
class Aside:
    """Where a cycle can run, and its plan be kept, without leaving anything."""

    feed: Feed
    ledger: Ledger
    plans: PlanBook


class Previews(Protocol):
    """Where a cycle can run without leaving anything: what it would do is shown instead."""

    def open(self, job: Job, show: Callable[[Sequence[PlannedOperation]], None]) -> AbstractContextManager[Aside]:
        """Return ports that keep to themselves what a cycle writes, and show each batch's operations."""


class Target(Protocol):
    """The door to one application: requests in, outcomes out; it waits and repeats only as the target asked (429)."""

    requests: Counter[str]

    def shut(self) -> None:
        """Let no further request leave: those that wait come back as not sent; those under way finish."""

    @property
    def failed_requests(self) -> Collection[FailedRequest]:
        """The last few requests that did not work, the oldest first."""

    @property
    def groups(self) -> GroupTarget:
        """The application's groups."""

    def create(self, body: bytes) -> Awaitable[Outcome]:
        """POST one user."""

    def patch(self, account_id: str, body: bytes) -> Awaitable[Outcome]:
        """PATCH one user."""

    def replace(self, account_id: str, body: bytes, if_match: str | None = None) -> Awaitable[Outcome]:
        """PUT one user, whole; if it is of that version still, where one is given."""

    def delete(self, account_id: str) -> Awaitable[Outcome]:
        """DELETE one user."""

    def read(self, account_id: str) -> Awaitable[Outcome]:
        """GET one user by id."""

    def find(self, attribute: str, value: Literal) -> Awaitable[Outcome]:
        """GET the users whose attribute equals a value."""

    def page(self, start_index: int, count: int) -> Awaitable[Outcome]:
        """GET one page of all users."""

    def page_at(self, cursor: str, count: int) -> Awaitable[Outcome]:
        """GET the page of all users that a cursor names; the empty one names the first."""

    def everything(self) -> Awaitable[Outcome]:
        """GET all users at once."""
