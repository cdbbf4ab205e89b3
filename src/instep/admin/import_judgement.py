"""Which rows of a staged source hold, and may those go whom it does not name? (design.md 3, Budgets; 4, number 3)"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from instep.admin.import_left_out import LeftOut, leave_out_doubtful, leave_out_rekeyed, leave_out_shifted
from instep.admin.staged_source import StagedSource
from instep.directory.imports import (
    BUDGET_PERIOD,
    FAULTS_KEPT,
    NAMES_KEPT,
    Absence,
    Fault,
    ImportMode,
    ImportReport,
    may_remove,
)
from instep.directory.ports import ImportCheck
from instep.rules.health.budgets import removal_budget
from instep.rules.health.completeness import Complete, Incomplete, Reading, judge_reading


def judge_import(check: ImportCheck, source: StagedSource, new_id: Callable[[], str], now: datetime) -> ImportReport:
    """Judge all rows and who is missing; return the report as far as it goes, for the check to keep it."""
    stale_because = _stale_because(check, source)
    if stale_because is None:
        return _judge_rows(check, source, new_id, now)
    return replace(source.report, stale_because=stale_because, is_applied=False)


def _stale_because(check: ImportCheck, source: StagedSource) -> str | None:
    """Say why a snapshot is a state that another has replaced since.

    What it says proves nothing by itself: who came and went again leaves the same behind. But a file of the same that
    nobody has written since is that file.
    """
    if source.work.options.mode is not ImportMode.SNAPSHOT:
        return None
    version, latest = source.state.version, check.earlier.latest_version(source.work.file_name)
    if version is not None and latest is not None and version < latest:
        return f"it is at version {version:,}, and had been at {latest:,}. Import it again once it has caught up"
    since = check.earlier.replaced_since(source.state.fingerprint)
    if since is None or source.written_at is None or source.written_at > since:
        return None
    return (
        f"it is what was imported on {since:%Y-%m-%d %H:%M} UTC, and others have followed. If it is to hold again, "
        "save it anew, so that its time says so, and import it again"
    )


def _judge_rows(check: ImportCheck, source: StagedSource, new_id: Callable[[], str], now: datetime) -> ImportReport:
    report = source.report
    check.resolve_rows()
    repeated = check.fail_duplicates()
    faults = [*source.tally.faults, *repeated, *check.fail_incomplete()]
    if report.mode is ImportMode.SNAPSHOT:
        report = _judge_removals(check, source, repeated, faults, now)
    check.give_ids(new_id)
    faults += check.fail_conflicts()
    faults.sort(key=lambda fault: fault.line)
    report = replace(report, bad_rows=check.count_bad_rows(), faults=tuple(faults[:FAULTS_KEPT]))
    if report.names_nobody or (source.work.options.is_strict and report.bad_rows):
        report = replace(report, is_applied=False)
    return report


def _judge_removals(
    check: ImportCheck, source: StagedSource, repeated: Sequence[Fault], faults: list[Fault], now: datetime
) -> ImportReport:
    work, since = source.work, check.earlier.in_doubt_since()
    left_out, absence = _find_absent(check, source, since, now)
    faults += left_out.faults
    report = replace(source.report, removal_budget=removal_budget(absence.known), removed_lately=absence.removed_lately)
    verdict = judge_reading(_reading(source, repeated, left_out))
    if isinstance(verdict, Complete) and may_remove(absence, work.options):
        return report
    report = replace(report, removals_held=absence.missing, held_names=tuple(check.missing_names(NAMES_KEPT)))
    check.drop_removals()
    if isinstance(verdict, Incomplete):
        kinds = tuple(doubt.kind.value for doubt in verdict.doubts)
        report = replace(report, removals_suspended_because=verdict.because, doubts=kinds)
    may_go = absence.missing <= work.options.allow_removals
    return replace(report, names_nobody=absence.names_nobody and not may_go)


def _find_absent(
    check: ImportCheck, source: StagedSource, since: datetime | None, now: datetime
) -> tuple[LeftOut, Absence]:
    """Find who is missing, and leave out the rows that may be about them; `since` is when doubt began."""
    missing = check.stage_removals()
    known = check.count_live_users(since)
    named = known - check.count_missing(since)
    left_out = LeftOut()
    if missing and named:
        left_out = leave_out_rekeyed(check)
        missing = check.count_missing(None)
    if missing:
        left_out += leave_out_doubtful(check, source, since, now)
    else:
        left_out += leave_out_shifted(check, source, since)
    lately = check.earlier.count_removed_since(source.work.begun_at - BUDGET_PERIOD)
    return left_out, Absence(missing, known, named, lately)


def _reading(source: StagedSource, repeated: Sequence[Fault], left_out: LeftOut) -> Reading:
    first = min(repeated, key=lambda fault: fault.line, default=None)
    reading, said = source.tally.reading(), source.work.options.rows
    return replace(
        reading,
        claimed=reading.claimed if said is None else reading.claimed | {said},
        cut=left_out.cut,
        repeated=None if first is None else f"line {first.line}: {first.message}",
        unattributed=left_out.unattributed,
        displaced=left_out.displaced,
    )
