"""What does a cycle read of the directory: who has a turn, with what the ledger knows of them?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from instep.cycle.groups.ports import GroupFeed
from instep.ledger.cycles import Cycle
from instep.ledger.jobs import Job
from instep.ledger.records import Escrow, Link
from instep.rules.source_user import SourceUser


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

    def linked_and_changed(
        self, job: Job, cycle: Cycle, since: int, head: int, under_way: Collection[str] = ()
    ) -> Batch:
        """Return the users touched by changes after `since` up to `head` who are linked: removals newer than the cycle.

        So may those `under_way` be soon: they are returned as well, linked or not yet.
        """

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
