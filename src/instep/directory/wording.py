"""How is what happened to the directory said in words?"""

from collections.abc import Iterator

from instep.directory.attributes import VALUE_SEPARATOR, AttributeValue
from instep.directory.changes import Change, ChangeKind
from instep.directory.imports import Fault, ImportReport
from instep.rules.health.completeness import DoubtKind


def summary_of_import(report: ImportReport) -> str:
    """Return what became of the rows, in one sentence."""
    if report.names_nobody or report.stale_because:
        return f"{report.file_name}: nothing was changed."
    if not report.is_applied:
        bad = f"{report.bad_rows:,} of {_count(report.rows, 'row')} cannot be taken"
        return f"{report.file_name}: nothing was changed, because {bad} and --strict was given."
    parts = [
        f"{count:,} {what}"
        for count, what in (
            (report.added, "added"),
            (report.updated, "updated"),
            (report.restored, "restored"),
            (report.unchanged, "unchanged"),
            (report.removed, "removed (in the recycle bin for 30 days)"),
            (report.bad_rows, "bad"),
        )
        if count
    ]
    return f"{report.file_name}: {_count(report.rows, 'row')}{': ' + ', '.join(parts) if parts else ''}."


def warnings_of_import(report: ImportReport) -> Iterator[str]:
    """Yield what an administrator should know or do about an import."""
    if report.stale_because:
        yield f"{report.file_name} is not the present state of its source: {report.stale_because}."
    for fault in report.faults:
        yield said_of_fault(fault)
    if report.bad_rows > len({fault.line for fault in report.faults}):
        yield f"... and more: {_count(report.bad_rows, 'row')} in all cannot be taken."
    if not report.rows:
        yield f"{report.file_name} has a heading row, but no row below it."
    if report.ignored_headings:
        yield f"Columns that were not read: {', '.join(report.ignored_headings)}."
    if report.removals_held and (report.is_applied or report.names_nobody):
        yield from _about_held_removals(report)
    elif DoubtKind.MISCOUNTED.value in report.doubts and report.is_applied:
        yield (
            f"{report.file_name} is not proven to be complete: {report.removals_suspended_because}. Nobody of the "
            "directory is missing from it, but others may be: look for the rest, and import it again."
        )


def said_of_fault(fault: Fault) -> str:
    """Return where a file is wrong, and why."""
    place = f"Line {fault.line}" + (f", {fault.column}" if fault.column else "")
    return f"{place}: {fault.message}"


def said_of_change(change: Change) -> str:
    """Return what a change of a user is, for the one who made it."""
    if change.kind in (ChangeKind.USER_UPDATED, ChangeKind.GROUP_UPDATED) and change.attributes:
        return ", ".join(
            f"{name}: {said_of_value(before)} -> {said_of_value(after)}"
            for name, (before, after) in change.attributes.items()
        )
    return change.kind.value.partition("_")[2] or change.kind.value


def said_of_value(value: AttributeValue | None) -> str:
    """Return a value as a person writes it."""
    if value is None:
        return "(none)"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else VALUE_SEPARATOR.join(value)


def _about_held_removals(report: ImportReport) -> Iterator[str]:
    names = ", ".join(report.held_names)
    more = report.removals_held - len(report.held_names)
    listed = f"{names}{f' and {more:,} more' if more else ''}"
    missing = _count(report.removals_held, "user")
    if report.removals_suspended_because:
        yield (
            f"Nobody was removed, because {report.file_name} is not proven to be complete: "
            f"{report.removals_suspended_because.removesuffix('.')}. "
            f"{missing} would go: {listed}. Correct it and import it again."
        )
        return
    allow = f"If they have really left, repeat the import with --allow-removals {report.removals_held}"
    if report.names_nobody:
        yield (
            f"{report.file_name} names nobody who is in the directory; missing are {listed}. {allow}; "
            "if they are to stay, with --mode merge."
        )
        return
    were = "was" if report.removed_lately == 1 else "were"
    lately = f", and {report.removed_lately:,} {were} removed in the last 24 hours" if report.removed_lately else ""
    yield (
        f"Nobody was removed: {missing} of the directory are not in the file{lately}; without asking, at most "
        f"{report.removal_budget:,} go in 24 hours. They are {listed}. {allow}."
    )


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
