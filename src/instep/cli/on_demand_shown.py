"""How is a provisioning on demand shown: step by step, each with its table, and the summary last?"""

from collections.abc import Iterator, Sequence
from typing import Any

from instep.admin.on_demand import OnDemandReport
from instep.admin.on_demand_group import GroupOnDemandReport
from instep.cli.apps_shown import summary_in_words
from instep.cycle.on_demand_steps import Row, ShownStep
from instep.ledger.records import SourceType, Status

WIDEST = 50
_MARKS = {Status.SUCCESS: "✓", Status.SKIPPED: "–", Status.FAILURE: "✗", Status.WARNING: "!"}


def report_as_documents(report: OnDemandReport) -> Iterator[dict[str, Any]]:
    """Yield each step as one JSON object, then the summary with the reason and what to do about a failure."""
    for step in report.steps:
        yield {
            "step": step.name,
            "status": step.status.value,
            "description": step.description,
            "rows": [dict(row) for row in step.rows],
        }
    yield report.summary.as_document() | _outcome(report)


def report_in_words(app_name: str, user: str, report: OnDemandReport) -> Iterator[str]:
    """Yield the steps line by line, the summary, and how to try again."""
    yield from _in_words(app_name, f"instep apps provision '{app_name}' --user {user}", report)


def _in_words(app_name: str, again: str, report: OnDemandReport) -> Iterator[str]:
    for step in report.steps:
        yield f"{_MARKS[step.status]} {step.name}: {step.description}"
        yield from _table(step)
    yield from summary_in_words(app_name, report.summary)
    if report.advice is not None:
        yield f"What to do: {report.advice}"
        yield f"Then try again: {again}"


def group_as_documents(group: str, members: Sequence[str], report: GroupOnDemandReport) -> Iterator[dict[str, Any]]:
    """Yield the same of each member and then of the group; every object says whom it is about."""
    subjects = [{"user": name} for name in members[: len(report.members)]] + [{"group": group}]
    for subject, each in zip(subjects, report.all, strict=False):
        for document in report_as_documents(each):
            yield {**document, **subject}


def group_in_words(app_name: str, group: str, members: Sequence[str], report: GroupOnDemandReport) -> Iterator[str]:
    """Yield the steps of each member and of the group under a heading, the summaries, and how to try again."""
    chosen = "".join(f" --member {name}" for name in members)
    again = f"instep apps provision '{app_name}' --group '{group}'{chosen}"
    for name, each in zip(members, report.members, strict=False):
        yield f"Member {name}"
        yield from _in_words(app_name, again, each)
        yield ""
    if report.group is not None:
        yield f"Group {group}"
        yield from _in_words(app_name, again, report.group)
    else:
        yield f"The group {group} was not tried. Try again: {again}"


def _outcome(report: OnDemandReport) -> dict[str, Any]:
    if report.entry is None:
        return {}
    from instep.ledger.change_ids import change_id

    recorded = report.entry.recorded
    subject = "group" if recorded.entry.source_type is SourceType.GROUP else "user"
    return {
        f"{subject}_id": recorded.entry.user_id,
        subject: recorded.entry.user_name,
        "action": recorded.entry.action.value,
        "status": recorded.entry.status.value,
        "code": recorded.entry.code,
        "change_id": change_id(recorded.cycle_id, recorded.id),
        "recommended_action": report.advice,
    }


def _table(step: ShownStep) -> Iterator[str]:
    if not step.rows:
        return
    columns = list(step.rows[0])
    widths = [min(WIDEST, max(len(column), *(len(_cell(row, column)) for row in step.rows))) for column in columns]
    yield _line(columns, widths)
    for row in step.rows:
        yield _line([_cell(row, column) for column in columns], widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "    " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cell(row: Row, column: str) -> str:
    return row[column] or "(none)"
