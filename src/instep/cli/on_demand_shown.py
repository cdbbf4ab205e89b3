"""How is a provisioning on demand shown: step by step, each with its table, and the summary last?"""

from collections.abc import Iterator, Sequence
from typing import Any

from instep.admin.on_demand import OnDemandReport
from instep.cli.apps_shown import summary_in_words
from instep.cycle.on_demand_steps import Row, ShownStep
from instep.ledger.records import Status

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
    for step in report.steps:
        yield f"{_MARKS[step.status]} {step.name}: {step.description}"
        yield from _table(step)
    yield from summary_in_words(app_name, report.summary)
    if report.advice is not None:
        yield f"What to do: {report.advice}"
        yield f"Then try again: instep apps provision '{app_name}' --user {user}"


def _outcome(report: OnDemandReport) -> dict[str, Any]:
    if report.entry is None:
        return {}
    from instep.ledger.change_ids import change_id

    recorded = report.entry.recorded
    return {
        "user_id": recorded.entry.user_id,
        "user": recorded.entry.user_name,
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
