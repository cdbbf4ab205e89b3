"""What does the directory need of whatever keeps it? Reading and writing, each in one consistent state."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from instep.directory.changes import Change
from instep.directory.following import Following
from instep.directory.groups import EditedGroup, Group
from instep.directory.imports import (
    AppliedRow,
    Fault,
    ImportReport,
    PastImport,
    ReadRow,
    SourceState,
    StagedImport,
    StagedRow,
)
from instep.directory.listing import Lists
from instep.directory.searching import Searching
from instep.directory.users import EditedUser, User
from instep.directory.versions import Versions


class DirectoryReading(Protocol):
    """The directory as it is at one moment."""

    @property
    def following(self) -> Following:
        """What has changed since some change."""

    @property
    def search(self) -> Searching:
        """Users and groups by conditions."""

    @property
    def versions(self) -> Versions:
        """When users and groups have changed last."""

    @property
    def lists(self) -> Lists:
        """Users and groups page by page."""

    def user(self, user_id: str) -> User | None:
        """Return the user of that id, live or soft-deleted."""

    def users_with_ids(self, user_ids: Sequence[str]) -> dict[str, User]:
        """Return those of these users that there are, live or soft-deleted, by id."""

    def users_named(self, user_principal_name: str) -> list[User]:
        """Return whoever has that name in any letter case: live users first, then those in the recycle bin."""

    def names_like(self, user_principal_name: str) -> list[str]:
        """Return names that begin alike, to search for near matches."""

    def live_users(self) -> Iterator[User]:
        """Yield the live users in the order of their names."""

    def deleted_users(self) -> Iterator[User]:
        """Yield the users in the recycle bin in the order of their names."""

    def count_live_users(self) -> int:
        """Return how many users are live."""

    def users_deleted_before(self, moment: datetime, limit: int) -> list[User]:
        """Return users that went into the recycle bin before that moment."""

    def reports_of(self, user_id: str) -> list[User]:
        """Return the users whose manager this is."""

    def holder_of_name(self, user_principal_name: str, other_than: str) -> str | None:
        """Return the id of another live user with that name, or of one to whom a half-applied import gives it."""

    def group(self, group_id: str) -> Group | None:
        """Return the group of that id, also a deleted one."""

    def groups_named(self, display_name: str) -> list[Group]:
        """Return the groups of that name in any letter case that are not deleted."""

    def groups(self) -> list[Group]:
        """Return the groups that are not deleted, in the order of their names, without *All users*."""

    def groups_of(self, user_id: str) -> list[Group]:
        """Return the groups that the user is a direct member of, without deleted ones and *All users*."""

    def members_of(self, group_id: str) -> Iterator[User]:
        """Yield the direct members that are live, in the order of their names."""

    def count_members(self, group_id: str) -> int:
        """Return how many direct members are live."""

    def groups_in(self, group_id: str) -> list[Group]:
        """Return the groups that are not deleted and directly in this one, in the order of their names."""

    def is_member(self, group_id: str, user_id: str) -> bool:
        """Say whether the user is a direct member."""


class DirectoryWriting(DirectoryReading, Protocol):
    """The same in a transaction that writes; whatever is saved is saved with its rows of the change log."""

    def save_user(self, edited: EditedUser) -> None:
        """Keep a new or edited user; nothing is written where nothing changed."""

    def purge_user(self, user: User, changes: Sequence[Change]) -> None:
        """Remove a user and the memberships for good; `changes` has the ends of the memberships, then the purge."""

    def save_group(self, edited: EditedGroup) -> None:
        """Keep a new, edited or deleted group."""

    def add_member(self, group_id: str, user_id: str, now: datetime) -> None:
        """Make the user a direct member."""

    def remove_member(self, group_id: str, user_id: str, now: datetime) -> None:
        """End a direct membership."""

    def nest_group(self, group_id: str, nested_id: str, now: datetime) -> None:
        """Make a group a direct member of another."""

    def unnest_group(self, group_id: str, nested_id: str, now: datetime) -> None:
        """End that."""

    def memberships_of(self, user_id: str) -> list[str]:
        """Return the ids of all groups that the user is in, of deleted ones too."""


class EarlierImports(Protocol):
    """What snapshots before this one said and did."""

    def in_doubt_since(self) -> datetime | None:
        """Return when the first of the latest snapshots began whose removals were all held; None: the last was not."""

    def count_removed_since(self, moment: datetime) -> int:
        """Return how many users snapshots have removed since then."""

    def latest_version(self, file_name: str) -> int | None:
        """Return the highest version at which an applied snapshot has read a source of that name."""

    def replaced_since(self, fingerprint: str) -> datetime | None:
        """Return when a snapshot last began that said the same, if others have been applied since; else None."""


class ImportCheck(Protocol):
    """The judgement of a staged file, in one transaction: nothing can happen between a question and its answer."""

    @property
    def earlier(self) -> EarlierImports:
        """The imports before this one."""

    def resolve_rows(self) -> None:
        """Find whose each row is."""

    def fail_duplicates(self) -> list[Fault]:
        """Make rows bad that name one user, or one user principal name, twice."""

    def fail_incomplete(self) -> list[Fault]:
        """Make rows of new users bad that lack a required attribute."""

    def stage_removals(self) -> int:
        """Note which live users the file does not name; return how many there are."""

    def count_missing(self, joined_before: datetime | None) -> int:
        """Return how many of them there are, or were there before a moment."""

    def drop_removals(self) -> None:
        """Forget them: nobody is removed."""

    def missing_names(self, limit: int) -> list[str]:
        """Return the user principal names of the first of them."""

    def count_live_users(self, joined_before: datetime | None) -> int:
        """Return how many users are live now, or of those that were there before a moment."""

    def people_of(self, row: ReadRow) -> tuple[User | None, User | None]:
        """Return whom a row is about, if live, and the manager that it names, as they are before the file."""

    def fail_rows(self, lines: Sequence[int]) -> None:
        """Make rows bad."""

    def strangers(self, *, by_id: bool) -> Iterator[tuple[int, str | None, str | None]]:
        """Yield line, id and name of rows about people who are neither live nor in the recycle bin."""

    def known_keys(self, joined_before: datetime | None) -> Iterator[tuple[str, str]]:
        """Yield id and name of the live users, or of those that were there before a moment."""

    def fail_rekeyed(self) -> list[tuple[int, str]]:
        """Make rows bad that say of an unknown id what a missing user is called, and count that user as named.

        Called alike are two by userPrincipalName and displayName. Returns the lines, and the ids that they had.
        """

    def fail_unattributed(self) -> list[int]:
        """Make rows bad that have a name alone, which nobody has; return the lines of the first."""

    def give_ids(self, new_id: Callable[[], str]) -> None:
        """Give an id to the users whom good rows name without one, and who are not there yet."""

    def fail_conflicts(self) -> list[Fault]:
        """Make rows bad that want a name which somebody keeps, or a manager who is not there after the file."""

    def count_bad_rows(self) -> int:
        """Return how many staged rows are bad now."""

    def finish(self, report: ImportReport, seen: SourceState, now: datetime) -> None:
        """Keep the judgement: from here on the import is applied, also after a crash, or was refused."""

    def set_aside(self, report: ImportReport, now: datetime) -> int:
        """Keep the judgement to be looked at, and never to be applied; return the number of the newest change."""

    def have_users_changed_since(self, sequence: int) -> bool:
        """Say whether a later change is about a user."""


class ImportBatch(Protocol):
    """One step of applying, in one transaction: what it does and how far it came are kept together."""

    def next_rows(self, limit: int) -> list[StagedRow]:
        """Return the next rows that are not bad and not applied yet."""

    def users(self, user_ids: Sequence[str]) -> dict[str, User]:
        """Return those of these users that there are, live or soft-deleted."""

    def save_rows(self, applied: Sequence[AppliedRow], faults: Sequence[Fault], last_line: int) -> ImportReport:
        """Keep the users with their changes, and the report so far."""

    def next_removals(self, limit: int) -> list[User]:
        """Return the next users to be soft-deleted."""

    def save_removals(self, removed: Sequence[EditedUser]) -> ImportReport:
        """Keep the removals with their changes, and the report so far."""

    def finish(self, now: datetime) -> ImportReport:
        """Keep that everything was applied; return the report."""


class Imports(Protocol):
    """Files being imported: staged whole, checked, then applied in steps that survive a crash."""

    def lease(self) -> AbstractContextManager[None]:
        """Hold the right to import, which ends with the process; raise ImportRunning where another has it."""

    def abandon_unread(self, now: datetime) -> None:
        """Forget files whose reading was interrupted."""

    def are_left_over(self) -> bool:
        """Say whether an import was begun and has come to no end, or is under way."""

    def unfinished(self) -> list[StagedImport]:
        """Return the imports that were checked and not applied to their end."""

    def begin(self, staged: StagedImport) -> None:
        """Note that a file is being read."""

    def stage(self, import_id: str, rows: Sequence[ReadRow]) -> None:
        """Keep rows as they were read."""

    def discard(self, import_id: str, now: datetime) -> None:
        """Forget a file that turned out to be unreadable."""

    def judged_rows(self, import_id: str, after_line: int, limit: int) -> list[StagedRow]:
        """Return rows that were not found bad, after a line."""

    def users(self, user_ids: Sequence[str]) -> dict[str, User]:
        """Return those of these users that there are, live or soft-deleted."""

    def judged_removals(self, import_id: str, limit: int) -> tuple[int, list[User]]:
        """Return how many users would be removed, and the first of them."""

    def drop_judged(self, import_id: str) -> None:
        """Delete everything that a preview has staged."""

    def past(self, limit: int) -> list[PastImport]:
        """Return the latest imports, whatever became of them, but no previews."""

    def checking(self, import_id: str) -> AbstractContextManager[ImportCheck]:
        """Open the judgement of a staged file."""

    def applying(self, staged: StagedImport) -> AbstractContextManager[ImportBatch]:
        """Open the next step of applying."""

    def count_rows_left(self, import_id: str) -> int:
        """Return how many rows and removals are still to be applied."""


class Directory(Protocol):
    """Users, groups and memberships with the log of their changes."""

    @property
    def imports(self) -> Imports:
        """Files being imported."""

    def reading(self) -> AbstractContextManager[DirectoryReading]:
        """Open the directory as it is at one moment."""

    def writing(self, actor: str) -> AbstractContextManager[DirectoryWriting]:
        """Open the directory to change it; `actor` is who the change log says did so."""
