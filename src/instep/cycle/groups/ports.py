"""What does the groups' part of a cycle need from outside: the directory's groups, the ledger's, the target's?"""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from instep.ledger.cycles import Counts, Cycle
from instep.ledger.groups import GroupLink, GroupOperation, OpenGroupOperation, RemovedLately
from instep.ledger.jobs import Job
from instep.ledger.plans import Held
from instep.ledger.records import Escrow, LogEntry, OperationState
from instep.rules.health.outcomes import Outcome
from instep.rules.planning.memberships import Membership
from instep.rules.planning.operations import OperationKind
from instep.rules.source_group import SourceGroup


class Side(StrEnum):
    """Which memberships are asked for: those to be written, or those to be taken out."""

    WANTED = "wanted"
    UNWANTED = "unwanted"


class Extent(StrEnum):
    """Whose memberships are compared: everyone's, or those of whom this cycle, or the plan that it applies, tells."""

    WHOLE = "whole"
    TOUCHED = "touched"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class GroupState:
    """One group with what the ledger knows of it; `escrow` of one that failed before.

    `added` and `removed` are the members that this cycle has written so far. `is_rejected` says that its deletion was
    held, and rejected, and that nothing has changed since.
    """

    group: SourceGroup
    link: GroupLink | None
    escrow: Escrow | None
    is_logged: bool
    added: int = 0
    removed: int = 0
    is_rejected: bool = False


@dataclass(frozen=True, slots=True)
class GroupBatch:
    """Groups as they are at one moment; `head` is the feed's then."""

    states: Sequence[GroupState]
    head: int


class GroupFeed(Protocol):
    """The directory's groups, as one job's cycle reads them."""

    def touched(self, job: Job, cycle: Cycle, escrows_due_by: datetime) -> Sequence[str]:
        """Return the groups whose turn it is: all that are in scope or linked, or those that something happened to.

        In an incremental cycle that includes the groups of users whose account came, went, or is another one now.
        """

    def some(self, job: Job, cycle: Cycle, group_ids: Collection[str]) -> GroupBatch:
        """Return these groups as they are now; those that the directory never heard of are left out."""

    def memberships(
        self, job: Job, cycle: Cycle, group_id: str, side: Side, extent: Extent, after: str, limit: int
    ) -> Sequence[Membership]:
        """Return the next memberships of a linked group that differ from what was last written, by user."""

    def written_accounts(self, job: Job, group_id: str) -> Sequence[str]:
        """Return the accounts that were written as members of a linked group."""

    def people_in(self, job: Job, group_ids: Collection[str]) -> Collection[str]:
        """Return the users whose active accounts were written as members of these groups."""


@dataclass(frozen=True, slots=True)
class GroupToSend:
    """An operation about to be sent, for the ledger."""

    group_id: str
    operation: GroupOperation


@dataclass(slots=True)
class RecordedGroups:
    """What some operations on groups leave in the ledger, in one transaction."""

    operations: list[tuple[int, OperationState]] = field(default_factory=list)
    links: list[GroupLink] = field(default_factory=list)
    unlinked: list[str] = field(default_factory=list)
    written: list[tuple[str, str, str]] = field(default_factory=list)  # group, user, account: a member now
    doubted: list[tuple[str, str, str]] = field(default_factory=list)  # likewise: a member, or none
    taken_out: list[tuple[str, str]] = field(default_factory=list)  # group, user: no member any more
    compared: list[tuple[str, bool]] = field(default_factory=list)  # group, whether no member is left to be written
    entries: list[LogEntry] = field(default_factory=list)
    escrows: list[Escrow] = field(default_factory=list)  # by the group's id
    released: list[str] = field(default_factory=list)  # groups whose escrow is over
    held: list[Held] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AgreedMember:
    """That this account of a user comes to a group of the target, or leaves it, was agreed to."""

    kind: OperationKind
    resource_id: str
    user_id: str
    account_id: str


class GroupLedger(Protocol):
    """What happened to groups and what is known of them; each method is one transaction."""

    def open_operations(self, job: Job) -> Sequence[OpenGroupOperation]:
        """Return the operations of this job and target whose outcome is not known."""

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[GroupToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[int]]:
        """Write operations down before they leave; return their ids, and those that must not be sent.

        These are stale: the group, or someone among the members, has changed since. Raises AdministratorActed.
        """

    def record(self, job: Job, cycle: Cycle, recorded: RecordedGroups, counts: Counts, now: datetime) -> None:
        """Write what came of operations."""

    def agreed(self, job: Job, cycle: Cycle, group_ids: Collection[str]) -> Mapping[str, Sequence[GroupOperation]]:
        """Return what the plan that this cycle applies has for these groups themselves.

        What was to come, and is there by now, is named by its id.
        """

    def agreed_members(
        self, job: Job, cycle: Cycle, group_id: str, user_ids: Collection[str]
    ) -> Collection[AgreedMember]:
        """Return what that plan has for these members of a group, likewise."""

    def approved(self, job: Job, group_ids: Collection[str]) -> Mapping[str, Sequence[GroupOperation]]:
        """Return what was held of these groups themselves, and approved."""

    def approved_members(self, job: Job, group_id: str, user_ids: Collection[str]) -> Collection[AgreedMember]:
        """Return what was held of these members of a group, and approved."""

    def owners(self, job: Job, resource_ids: Collection[str]) -> Mapping[str, str]:
        """Return which of these groups of the target are linked to which group of the directory."""

    def linked(self, job: Job) -> int:
        """Return how many groups are linked."""

    def memberships_held_besides(self, job: Job, group_ids: Collection[str]) -> int:
        """Return how many changes of memberships of other groups than these are held, and not approved."""

    def members_written(self, job: Job) -> int:
        """Return how many members of groups are written."""

    def removed_since(self, job: Job, moment: datetime) -> RemovedLately:
        """Return whom this job took out of groups since, and how many groups it deleted."""


class GroupTarget(Protocol):
    """The groups of one application; members are never read along with them unless that is asked."""

    def create(self, body: bytes) -> Awaitable[Outcome]:
        """POST one group."""

    def patch(self, resource_id: str, body: bytes) -> Awaitable[Outcome]:
        """PATCH one group."""

    def replace(self, resource_id: str, body: bytes, if_match: str | None = None) -> Awaitable[Outcome]:
        """PUT one group, whole; if it is of that version still, where one is given."""

    def delete(self, resource_id: str) -> Awaitable[Outcome]:
        """DELETE one group."""

    def read(self, resource_id: str) -> Awaitable[Outcome]:
        """GET one group by id, without its members."""

    def read_whole(self, resource_id: str) -> Awaitable[Outcome]:
        """GET one group by id, with its members."""

    def find(self, attribute: str, value: str) -> Awaitable[Outcome]:
        """GET the groups whose attribute equals a value, without their members."""
