"""Which rows of a staged source hold, and may those go whom it does not name? (design.md 3, Budgets; 4, number 3)"""

from collections.abc import Callable, Sequence
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
from instep.rules.health.completeness import Complete, Incomplete, Reading, judge_reading

_OPEN_END = (
    "The file ends with this row and without a line end, so the row may be cut off, and people are missing: it is left "
    "out. If it is whole, end it with a line end."
)
_UNATTRIBUTED = (
    "The row has no id and a name that nobody has, and people are missing: it is left out, as it may be one of them "
    "under another name. Give the row its id."
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
    check.resolve_rows()
    repeated = check.fail_duplicates()
    faults = [*source.tally.faults, *repeated, *check.fail_incomplete()]
    report = source.report
    if report.mode is ImportMode.SNAPSHOT:
        report = _judge_removals(check, source, repeated, faults, now)
    check.give_ids(new_id)
    faults += check.fail_conflicts()
    faults.sort(key=lambda fault: fault.line)
    report = replace(report, bad_rows=check.count_bad_rows(), faults=tuple(faults[:FAULTS_KEPT]))
    if report.names_nobody or (source.work.options.is_strict and report.bad_rows):
        report = replace(report, is_applied=False)
    check.finish(report, now)
    return report


def _judge_removals(
    check: ImportCheck, source: StagedSource, repeated: Sequence[Fault], faults: list[Fault], now: datetime
) -> ImportReport:
    work, missing, since = source.work, check.stage_removals(), check.in_doubt_since()
    known = check.count_live_users(since)
    lately = check.count_removed_since(work.begun_at - BUDGET_PERIOD)
    absence = Absence(missing, known, known - check.count_missing(since), lately)
    report = replace(source.report, removal_budget=removal_budget(known), removed_lately=lately)
    left_out = _leave_out(check, source, now) if missing else ()
    faults += left_out
    verdict = judge_reading(_reading(source, repeated, left_out))
    if isinstance(verdict, Complete) and may_remove(absence, work.options):
        return report
    report = replace(report, removals_held=missing, held_names=tuple(check.missing_names(NAMES_KEPT)))
    check.drop_removals()
    if isinstance(verdict, Incomplete):
        kinds = tuple(doubt.kind.value for doubt in verdict.doubts)
        report = replace(report, removals_suspended_because=verdict.because, doubts=kinds)
    may_go = missing <= work.options.allow_removals
    return replace(report, names_nobody=absence.names_nobody and not may_go)


def _leave_out(check: ImportCheck, source: StagedSource, now: datetime) -> Sequence[Fault]:
    """Leave out rows that may be about somebody missing; a second import of the same must not find them known."""
    row = source.tally.open_row
    if row is not None and not repeats_what_is_known(row, *check.people_of(row), source.work.clears, now):
        check.fail_row(row.line)
        return [Fault(row.line, None, _OPEN_END)]
    if source.key == "id":
        return [Fault(line, None, _UNATTRIBUTED) for line in check.fail_unattributed()]
    return ()


def _reading(source: StagedSource, repeated: Sequence[Fault], left_out: Sequence[Fault]) -> Reading:
    first = min(repeated, key=lambda fault: fault.line, default=None)
    cut = next((fault for fault in left_out if fault.message is _OPEN_END), None)
    unattributed = next((fault for fault in left_out if fault.message is _UNATTRIBUTED), None)
    return replace(
        source.tally.reading(),
        cut=None if cut is None else f"it ends in line {cut.line} without a line end, so that row may be cut off",
        repeated=None if first is None else f"line {first.line}: {first.message}",
        unattributed=None if unattributed is None else _said_of_unattributed(unattributed.line),
    )


def _said_of_unattributed(line: int) -> str:
    return f"line {line} has no id and a name that nobody has, so it may be somebody who is missing, under another name"
