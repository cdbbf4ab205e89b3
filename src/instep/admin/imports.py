"""How does a source of users become the directory? (design.md 3, Budgets)

The source is staged whole, then judged whole, then applied in batches, removals last. A crash before the judgement
leaves nothing; after it, whoever imports or serves next finishes what is left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from instep.admin.import_judgement import judge_import
from instep.admin.import_reading import read_whole
from instep.admin.staged_source import StagedSource
from instep.clock import Clock
from instep.directory.errors import BadValue, UnreadableFile
from instep.directory.imports import (
    AppliedRow,
    Fault,
    ImportOptions,
    ImportReport,
    ReadRow,
    StagedImport,
    StagedRow,
    apply_row,
)
from instep.directory.ports import Directory, ImportBatch
from instep.directory.sources import UsersSource
from instep.directory.users import User, soft_delete_user

ROWS_A_BATCH = 1000


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import came."""

    stage: str  # reading (in the unit of the source), checking, applying (in rows)
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


class PreviewMoved(Exception):
    """Users have changed since the preview that an administrator agreed to; nothing was imported."""


def import_users(
    importing: Importing, source: UsersSource, options: ImportOptions, actor: str, agreed: int | None = None
) -> ImportResult:
    """Import a file or another source; raise UnreadableFile, or ImportRunning, with nothing changed.

    `agreed` is what ImportPreview.seen said: raises PreviewMoved where users have changed since.
    """
    imports = importing.directory.imports
    with imports.lease():
        finished = _finish(importing)
        staged = stage_source(importing, source, options, actor)
        importing.watch(ImportProgress("checking", 0, 1))
        with imports.checking(staged.work.id) as check:
            has_moved = agreed is not None and check.have_users_changed_since(agreed)
            if not has_moved:
                report = judge_import(check, staged, importing.new_id, importing.clock())
                check.finish(report, staged.state, importing.clock())
        if has_moved:
            imports.discard(staged.work.id, importing.clock())
            raise PreviewMoved
        if report.is_applied:
            report = _apply(importing, staged.work)
        return ImportResult(report, finished)


def finish_imports(importing: Importing) -> tuple[ImportReport, ...]:
    """Apply what interrupted imports have left; raise ImportRunning where another process is importing.

    Where there is nothing, it holds nobody up who wants to import at this moment.
    """
    if not importing.directory.imports.are_left_over():
        return ()
    with importing.directory.imports.lease():
        return _finish(importing)


def _finish(importing: Importing) -> tuple[ImportReport, ...]:
    imports = importing.directory.imports
    imports.abandon_unread(importing.clock())
    return tuple(_apply(importing, staged) for staged in imports.unfinished())


def stage_source(importing: Importing, source: UsersSource, options: ImportOptions, actor: str) -> StagedSource:
    """Read a source to its end and keep its rows aside; raise UnreadableFile. The lease is held."""
    imports, now = importing.directory.imports, importing.clock
    with source.open() as users:
        said_of_actor = f"{actor}, importing {source.name}"
        work = StagedImport(importing.new_id(), source.name, said_of_actor, now(), options, frozenset(users.clears))
        report = ImportReport(work.id, source.name, options.mode, ignored_headings=users.ignored_headings)
        imports.begin(work)

        def stage(rows: Sequence[ReadRow]) -> None:
            imports.stage(work.id, rows)
            importing.watch(ImportProgress("reading", users.position, users.size))

        try:
            tally = read_whole(users, stage)
        except UnreadableFile:
            imports.discard(work.id, now())
            raise
        state = tally.state(users.version)
        return StagedSource(work, users.key, tally, replace(report, rows=tally.rows), state, users.written_at)


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
