"""How does a file of users become the directory? (design.md 3, Budgets)

The file is staged whole, then judged whole, then applied in batches, removals last. A crash before the judgement
leaves nothing; after it, whoever imports or serves next finishes what is left.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from instep.clock import Clock
from instep.directory.errors import BadValue, UnreadableFile
from instep.directory.imports import (
    BUDGET_PERIOD,
    FAULTS_KEPT,
    NAMES_KEPT,
    Absence,
    AppliedRow,
    Fault,
    ImportMode,
    ImportOptions,
    ImportReport,
    ReadRow,
    StagedImport,
    StagedRow,
    apply_row,
    may_remove,
)
from instep.directory.ports import Directory, ImportBatch, ImportCheck, Imports
from instep.directory.users import User, soft_delete_user
from instep.rules.health.budgets import removal_budget

ROWS_A_BATCH = 1000


class OpenUsers(Protocol):
    """A source of users whose heading was understood."""

    size: int
    ignored_headings: tuple[str, ...]
    clears: frozenset[str]

    @property
    def bytes_read(self) -> int:
        """How far it was read, of `size`."""

    def rows(self) -> Iterator[ReadRow]:
        """Yield the rows, once."""


class UsersSource(Protocol):
    """A file of users."""

    @property
    def name(self) -> str:
        """What to call it."""

    def open(self) -> AbstractContextManager[OpenUsers]:
        """Open it; raise UnreadableFile where it is none."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import came."""

    stage: str  # reading (in bytes), checking, applying (in rows)
    done: int
    total: int


Watch = Callable[[ImportProgress], None]


@dataclass(frozen=True, slots=True)
class Importing:
    """What an import needs of its surroundings."""

    directory: Directory
    clock: Clock
    new_id: Callable[[], str]
    watch: Watch = lambda _progress: None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a file, and of earlier ones that an interruption had left half-applied."""

    report: ImportReport
    finished: tuple[ImportReport, ...] = ()


def import_users(importing: Importing, source: UsersSource, options: ImportOptions, actor: str) -> ImportResult:
    """Import a file; raise UnreadableFile, or ImportRunning, with nothing changed."""
    imports = importing.directory.imports
    with imports.lease():
        finished = _finish(importing)
        staged, report = _stage(importing, source, options, actor)
        importing.watch(ImportProgress("checking", 0, 1))
        report = _check(importing, staged, report)
        if report.is_applied:
            report = _apply(importing, staged)
        return ImportResult(report, finished)


def finish_imports(importing: Importing) -> tuple[ImportReport, ...]:
    """Apply what interrupted imports have left; raise ImportRunning where another process is importing."""
    with importing.directory.imports.lease():
        return _finish(importing)


def _finish(importing: Importing) -> tuple[ImportReport, ...]:
    imports = importing.directory.imports
    imports.abandon_unread(importing.clock())
    return tuple(_apply(importing, staged) for staged in imports.unfinished())


def _stage(
    importing: Importing, source: UsersSource, options: ImportOptions, actor: str
) -> tuple[StagedImport, ImportReport]:
    imports = importing.directory.imports
    with source.open() as users:
        said_of_actor = f"{actor}, importing {source.name}"
        staged = StagedImport(
            importing.new_id(), source.name, said_of_actor, importing.clock(), options, frozenset(users.clears)
        )
        imports.begin(staged)
        report = ImportReport(staged.id, source.name, options.mode, ignored_headings=users.ignored_headings)
        try:
            return staged, _stage_rows(importing, imports, users, report)
        except UnreadableFile:
            imports.discard(staged.id, importing.clock())
            raise


def _stage_rows(importing: Importing, imports: Imports, users: OpenUsers, report: ImportReport) -> ImportReport:
    faults: list[Fault] = []
    rows, suspended_because = 0, None
    for batch in _batches(users.rows()):
        imports.stage(report.import_id, batch)
        rows += len(batch)
        for row in batch:
            faults += row.faults[: FAULTS_KEPT - len(faults)]
            if suspended_because is None and not row.has_key:
                suspended_because = f"line {row.line} does not say whom it is about: {row.faults[-1].message}"
        importing.watch(ImportProgress("reading", users.bytes_read, users.size))
    if report.mode is ImportMode.MERGE:
        suspended_because = None
    return replace(report, rows=rows, faults=tuple(faults), removals_suspended_because=suspended_because)


def _check(importing: Importing, staged: StagedImport, report: ImportReport) -> ImportReport:
    now = importing.clock()
    with importing.directory.imports.checking(staged.id) as check:
        check.resolve_rows(importing.new_id)
        faults = [*report.faults, *check.fail_duplicates(), *check.fail_incomplete()]
        if staged.options.mode is ImportMode.SNAPSHOT:
            report = _judge_removals(check, staged, report)
        faults += check.fail_conflicts()
        faults.sort(key=lambda fault: fault.line)
        report = replace(report, bad_rows=check.count_bad_rows(), faults=tuple(faults[:FAULTS_KEPT]))
        if staged.options.is_strict and report.bad_rows:
            report = replace(report, is_applied=False)
        check.finish(report, now)
        return report


def _judge_removals(check: ImportCheck, staged: StagedImport, report: ImportReport) -> ImportReport:
    live, lately = check.count_live_users(), check.count_removed_since(staged.begun_at - BUDGET_PERIOD)
    report = replace(report, removal_budget=removal_budget(live), removed_lately=lately)
    missing = check.stage_removals()
    if report.removals_suspended_because is None and may_remove(Absence(missing, live, lately), staged.options):
        return report
    names = tuple(check.missing_names(NAMES_KEPT))
    check.drop_removals()
    return replace(report, removals_held=missing, held_names=names)


def _apply(importing: Importing, staged: StagedImport) -> ImportReport:
    imports = importing.directory.imports
    total, done = imports.count_rows_left(staged.id), 0
    for step in (_apply_rows, _apply_removals):
        while count := step(importing, staged):
            done += count
            importing.watch(ImportProgress("applying", done, total))
    with imports.applying(staged) as batch:
        return batch.finish(importing.clock())


def _apply_rows(importing: Importing, staged: StagedImport) -> int:
    """Apply a batch of rows; return how many they were, none at the end."""
    with importing.directory.imports.applying(staged) as batch:
        rows = batch.next_rows(ROWS_A_BATCH)
        if rows:
            _save_rows(importing, staged, batch, rows)
        return len(rows)


def _save_rows(importing: Importing, staged: StagedImport, batch: ImportBatch, rows: list[StagedRow]) -> None:
    now, users = importing.clock(), batch.users([row.user_id for row in rows])
    applied: list[AppliedRow] = []
    faults: list[Fault] = []
    for row in rows:
        try:
            applied.append(apply_row(users.get(row.user_id), row, staged.clears, now))
        except BadValue as problem:  # the user was purged since the file was checked, and the row cannot make another
            faults.append(Fault(row.line, None, str(problem)))
    batch.save_rows(applied, faults, last_line=rows[-1].line)


def _apply_removals(importing: Importing, staged: StagedImport) -> int:
    with importing.directory.imports.applying(staged) as batch:
        users: list[User] = batch.next_removals(ROWS_A_BATCH)
        now = importing.clock()
        if users:
            batch.save_removals([soft_delete_user(user, now) for user in users])
        return len(users)


def _batches(rows: Iterable[ReadRow]) -> Iterator[list[ReadRow]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, ROWS_A_BATCH)):
        yield batch
