"""Which rows of a staged source hold, and may those go whom it does not name? (design.md 3, Budgets; 4, number 3)"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from instep.admin.import_reading import Tally
from instep.directory.imports import (
    BUDGET_PERIOD,
    FAULTS_KEPT,
    NAMES_KEPT,
    Absence,
    Fault,
    ImportMode,
    ImportReport,
    StagedImport,
    may_remove,
    repeats_what_is_known,
)
from instep.directory.ports import ImportCheck
from instep.directory.sources import Key
from instep.rules.health.budgets import removal_budget
from instep.rules.health.completeness import Complete, Incomplete, judge_reading

_OPEN_END = (
    "The file ends with this row and without a line end, so the row may be cut off, and people are missing: it is left "
    "out. If it is whole, end it with a line end."
)


@dataclass(frozen=True, slots=True)
class StagedSource:
    """A source that was read and staged, and what was seen of it."""

    work: StagedImport
    key: Key
    tally: Tally
    report: ImportReport


def judge_import(check: ImportCheck, source: StagedSource, new_id: Callable[[], str], now: datetime) -> ImportReport:
    """Judge all rows and who is missing, and keep the judgement; return the report as far as it goes."""
    unattributed = check.resolve_rows(new_id)
    repeated = check.fail_duplicates()
    faults = [*source.tally.faults, *repeated, *check.fail_incomplete()]
    report = source.report
    if report.mode is ImportMode.SNAPSHOT:
        first = min(repeated, key=lambda fault: fault.line, default=None)
        seen = _Seen(source, first, unattributed if source.key == "id" else 0)
        report = _judge_removals(check, seen, report, faults, now)
    faults += check.fail_conflicts()
    faults.sort(key=lambda fault: fault.line)
    report = replace(report, bad_rows=check.count_bad_rows(), faults=tuple(faults[:FAULTS_KEPT]))
    if source.work.options.is_strict and report.bad_rows:
        report = replace(report, is_applied=False)
    check.finish(report, now)
    return report


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the rows show when they are held against each other and the directory."""

    source: StagedSource
    repeated: Fault | None
    unattributed: int


def _judge_removals(
    check: ImportCheck, seen: _Seen, report: ImportReport, faults: list[Fault], now: datetime
) -> ImportReport:
    work = seen.source.work
    missing, since = check.stage_removals(), check.in_doubt_since()
    known = check.count_live_users(since)
    lately = check.count_removed_since(work.begun_at - BUDGET_PERIOD)
    absence = Absence(missing, known, known - check.count_missing(since), lately)
    report = replace(report, removal_budget=removal_budget(known), removed_lately=lately)
    verdict = _judge_reading(check, seen, missing, faults, now)
    if isinstance(verdict, Complete) and may_remove(absence, work.options):
        return report
    names = tuple(check.missing_names(NAMES_KEPT))
    check.drop_removals()
    report = replace(report, removals_held=missing, held_names=names, names_nobody=absence.names_nobody)
    if isinstance(verdict, Incomplete):
        kinds = tuple(doubt.kind.value for doubt in verdict.doubts)
        return replace(report, removals_suspended_because=verdict.because, doubts=kinds)
    return report


def _judge_reading(
    check: ImportCheck, seen: _Seen, missing: int, faults: list[Fault], now: datetime
) -> Complete | Incomplete:
    cut = _cut(check, seen.source, now) if missing else None
    if cut is not None:
        faults.append(cut)
    reading = replace(
        seen.source.tally.reading(),
        cut=None if cut is None else f"it ends in line {cut.line} without a line end, so that row may be cut off",
        repeated=None if seen.repeated is None else f"line {seen.repeated.line}: {seen.repeated.message}",
        unattributed=_said_of_unattributed(seen.unattributed),
    )
    return judge_reading(reading)


def _cut(check: ImportCheck, source: StagedSource, now: datetime) -> Fault | None:
    """Leave a last row out that may be cut; it must not make itself known by a second import of the same file."""
    row = source.tally.open_row
    if row is None:
        return None
    user, manager = check.people_of(row)
    if repeats_what_is_known(row, user, manager, source.work.clears, now):
        return None
    check.fail_row(row.line)
    return Fault(row.line, None, _OPEN_END)


def _said_of_unattributed(count: int) -> str | None:
    if not count:
        return None
    rows = "1 row has" if count == 1 else f"{count:,} rows have"
    return f"{rows} no id and a name that nobody has: it may be a new name of somebody who is missing"
