"""What does an import of users read, decide about each row, and report?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from instep.directory.attributes import MANAGER, AttributeValue
from instep.directory.users import EditedUser, User, create_user, edit_user, restore_user
from instep.rules.health.budgets import removal_budget

FAULTS_KEPT = 100
NAMES_KEPT = 10
BUDGET_PERIOD = timedelta(hours=24)


class ImportMode(StrEnum):
    """What a file says about people whom it does not name."""

    MERGE = "merge"  # nothing
    SNAPSHOT = "snapshot"  # that they are gone: the file is the whole directory


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the administrator asked for."""

    mode: ImportMode
    is_strict: bool = False
    allow_removals: int = 0  # this many may go although they are more than the budget
    rows: int | None = None  # this many are in the source, as whoever made the file says; of a snapshot


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one row: where, in lines of the file and its own headings, and why."""

    line: int
    column: str | None  # None: the row as a whole
    message: str


@dataclass(frozen=True, slots=True)
class OpenEnd:
    """A file ends with a row and no line end, so that the row may be cut in its last cell."""

    attribute: str | None  # of the value in that cell; None: it is blank, or not read


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row as it was read. Its key is the id, else the user principal name; with neither it names nobody.

    `line` is where it stands: in a file the line, elsewhere the number of the user in the reading.
    """

    line: int
    user_id: str | None
    user_principal_name: str | None
    attributes: Mapping[str, AttributeValue]  # only those with a value
    manager: str | None = None  # an id or a user principal name
    faults: tuple[Fault, ...] = ()
    open_end: OpenEnd | None = None

    @property
    def has_key(self) -> bool:
        """Whether it can be said who this row is about."""
        return self.user_id is not None or self.user_principal_name is not None


@dataclass(frozen=True, slots=True)
class SourceState:
    """Which state of the source a reading has seen: by the source's own number, if any, and by all that it said.

    Readings that said the same have the same `fingerprint`, in whatever order they said it.
    """

    fingerprint: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class StagedImport:
    """An import whose file was read; what it needs to be applied, also by another process after a crash."""

    id: str
    file_name: str
    actor: str
    begun_at: datetime
    options: ImportOptions
    clears: frozenset[str]  # the attributes for which a blank cell means that there is no value


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A checked row: whose it is, and what it says."""

    line: int
    user_id: str
    attributes: Mapping[str, AttributeValue]
    manager_id: str | None


@dataclass(frozen=True, slots=True)
class Absence:
    """How many live users a snapshot does not name, and what to hold that against.

    `known` are the live users without those who came with snapshots that were held back, and `named` those of them whom
    this one names; `removed_lately` is how many snapshots removed in the 24 hours before.
    """

    missing: int
    known: int
    named: int
    removed_lately: int

    @property
    def names_nobody(self) -> bool:
        """Whether the snapshot is about other people than the directory: another company's, or its columns shifted."""
        return self.missing > 0 and self.named == 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Every row is bad or one of added, updated, restored and unchanged, if it was applied."""

    import_id: str
    file_name: str
    mode: ImportMode
    is_applied: bool = True  # False: refused for its bad rows (strict), as stale, or as it names nobody
    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    restored: int = 0
    removed: int = 0
    removals_held: int = 0
    removal_budget: int = 0
    removed_lately: int = 0  # by snapshots in the 24 hours before; they count against the budget
    held_names: tuple[str, ...] = ()  # the first ten
    names_nobody: bool = False  # of the directory, in which there are people
    stale_because: str | None = None  # a state of the source that another has replaced since
    removals_suspended_because: str | None = None
    doubts: tuple[str, ...] = ()  # the same as codes: instep.rules.health.completeness.DoubtKind
    bad_rows: int = 0
    faults: tuple[Fault, ...] = field(default=())  # the first hundred
    ignored_headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import of before: who asked for it, when, and what became of it."""

    state: str  # reading, staged, applied, refused, abandoned
    actor: str
    begun_at: datetime
    ended_at: datetime | None
    report: ImportReport


class RowOutcome(StrEnum):
    """What a row did to its user; also the names of the report's counts."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """A row's user afterwards, and what the row did."""

    outcome: RowOutcome
    edited: EditedUser


def apply_row(current: User | None, row: StagedRow, clears: frozenset[str], now: datetime) -> AppliedRow:
    """Return the user that the row describes, made from the present one; raise BadValue for an incomplete new user."""
    edit: dict[str, AttributeValue | None] = {**dict.fromkeys(clears), **row.attributes}
    if row.manager_id is not None:
        edit[MANAGER] = row.manager_id
    if current is None:
        return AppliedRow(RowOutcome.ADDED, create_user(row.user_id, edit, now))
    restored = restore_user(current, now)
    edited = edit_user(restored.user, edit, now)
    if restored.changes:
        return AppliedRow(RowOutcome.RESTORED, EditedUser(edited.user, restored.changes + edited.changes))
    return AppliedRow(RowOutcome.UPDATED if edited.changes else RowOutcome.UNCHANGED, edited)


def repeats_what_is_known(
    row: ReadRow, user: User | None, manager: User | None, clears: frozenset[str], now: datetime
) -> bool:
    """Say whether a row with an open end is whole after all, because the directory has each of its values already.

    `user` and `manager` are whom it means. A value that was cut differs; a blank or unread last cell tells nothing.
    """
    if row.open_end is None or row.open_end.attribute is None or row.faults or user is None:
        return False
    if row.manager is not None and manager is None:
        return False
    staged = StagedRow(row.line, user.id, row.attributes, None if manager is None else manager.id)
    return apply_row(user, staged, clears, now).outcome is RowOutcome.UNCHANGED


def may_remove(absence: Absence, options: ImportOptions) -> bool:
    """Say whether the missing may all be removed; never only some of them.

    The budget is that of the users known before the file, so that a wrong file cannot raise it with its own rows, nor
    by being imported a second time. All of them never go unasked, however few they are.
    """
    if absence.missing <= options.allow_removals:
        return True
    if absence.names_nobody:
        return False
    return absence.missing + absence.removed_lately <= removal_budget(absence.known)
