"""What would an import change? The file is read and judged as it would be to be imported, and nothing is changed.

Who agrees to a preview agrees to what it showed: it says up to which change it has seen the directory, and an import
that is told so is made only if no user has changed since (decision 76).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from instep.admin.import_judgement import judge_import
from instep.admin.imports import Importing, ImportProgress, stage_source
from instep.directory.attributes import AttributeValue
from instep.directory.changes import After, Before
from instep.directory.errors import BadValue
from instep.directory.imports import AppliedRow, ImportOptions, ImportReport, RowOutcome, StagedRow, apply_row
from instep.directory.sources import UsersSource
from instep.directory.users import User

ROWS_A_BATCH = 1000
SHOWN = 200


@dataclass(frozen=True, slots=True)
class PreviewedUser:
    """What a row would do to its user; `line` is where the row stands."""

    line: int
    name: str
    display_name: str
    user_id: str | None  # None: a new one
    differences: Mapping[str, tuple[Before, After]]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """All counts of the import as they would be, and of each kind the first users."""

    report: ImportReport
    shown: Mapping[RowOutcome, tuple[PreviewedUser, ...]]
    removed: tuple[User, ...]
    manager_names: Mapping[str, str]
    seen: int

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to apply."""
        report = self.report
        return report.is_applied and bool(report.added or report.updated or report.restored or report.removed)


@dataclass(slots=True)
class _Seen:
    counts: dict[RowOutcome, int] = field(default_factory=lambda: dict.fromkeys(RowOutcome, 0))
    shown: dict[RowOutcome, list[PreviewedUser]] = field(default_factory=lambda: {each: [] for each in RowOutcome})

    def take(self, row: StagedRow, applied: AppliedRow) -> None:
        self.counts[applied.outcome] += 1
        shown = self.shown[applied.outcome]
        if applied.outcome is RowOutcome.UNCHANGED or len(shown) >= SHOWN:
            return
        user = applied.edited.user
        differences = {
            name: change for each in applied.edited.changes for name, change in (each.attributes or {}).items()
        }
        shown.append(
            PreviewedUser(
                row.line,
                user.user_principal_name,
                _text(user.attributes.get("displayName", "")),
                None if applied.outcome is RowOutcome.ADDED else user.id,
                differences,
            )
        )


def preview_users(importing: Importing, source: UsersSource, options: ImportOptions, actor: str) -> ImportPreview:
    """Return what importing a source would change; raise UnreadableFile, or ImportRunning."""
    imports = importing.directory.imports
    with imports.lease():
        staged = stage_source(importing, source, options, actor)
        work = staged.work
        try:
            importing.watch(ImportProgress("checking", 0, 1))
            with imports.checking(work.id) as check:
                report = judge_import(check, staged, importing.new_id, importing.clock())
                seen_up_to = check.set_aside(report, importing.clock())
            if not report.is_applied:
                return ImportPreview(report, {}, (), {}, seen_up_to)
            seen = _compare(importing, work.id, work.clears, report.rows - report.bad_rows)
            removals, removed = imports.judged_removals(work.id, SHOWN)
        finally:
            imports.drop_judged(work.id)
    shown = {outcome: tuple(users) for outcome, users in seen.shown.items()}
    report = replace(
        report,
        added=seen.counts[RowOutcome.ADDED],
        updated=seen.counts[RowOutcome.UPDATED],
        unchanged=seen.counts[RowOutcome.UNCHANGED],
        restored=seen.counts[RowOutcome.RESTORED],
        removed=removals,
    )
    return ImportPreview(report, shown, tuple(removed), _manager_names(importing, shown), seen_up_to)


def _compare(importing: Importing, import_id: str, clears: frozenset[str], total: int) -> _Seen:
    seen, now, done = _Seen(), importing.clock(), 0
    for rows in _batches(importing, import_id):
        users = importing.directory.imports.users([row.user_id for row in rows])
        for row in rows:
            try:
                seen.take(row, apply_row(users.get(row.user_id), row, clears, now))
            except BadValue:  # the user was purged a moment ago, and the row cannot make another
                continue
        done += len(rows)
        importing.watch(ImportProgress("comparing", done, total))
    return seen


def _batches(importing: Importing, import_id: str) -> Iterator[list[StagedRow]]:
    line = 0
    while rows := importing.directory.imports.judged_rows(import_id, line, ROWS_A_BATCH):
        yield rows
        line = rows[-1].line


def _manager_names(importing: Importing, shown: Mapping[RowOutcome, tuple[PreviewedUser, ...]]) -> Mapping[str, str]:
    ids = {
        str(each)
        for users in shown.values()
        for user in users
        for each in user.differences.get("manager", ())
        if each is not None
    }
    return {user.id: user.user_principal_name for user in importing.directory.imports.users(sorted(ids)).values()}


def _text(value: AttributeValue) -> str:
    return value if isinstance(value, str) else ""
