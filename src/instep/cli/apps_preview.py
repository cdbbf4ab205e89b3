"""The command `instep apps preview`: what would the next cycle do?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.apps_run import exit_code, run_in_loop
from instep.cli.apps_shown import counts_in_words, requests_in_words
from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.ledger.cycles import CycleSummary
    from instep.ledger.plans import PlannedOperation
    from instep.rules.health.budgets import Budgeted, Judgement


def preview(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Show what the next cycle would do, with old and new values; the target is read, and nothing is written.

    The last line is the summary, with what would be held by a budget, and why. Exit codes: 0 the preview is whole;
    1 refused; 4 it was interrupted, because the target cannot be used.
    """
    from instep.admin.applications import find_app
    from instep.admin.plan_documents import planned_as_document
    from instep.admin.preview import preview as use_case
    from instep.ledger.planned_groups import together

    def show(planned: "Sequence[PlannedOperation]") -> None:
        for several in together(planned, lambda each: (each, None)):
            if json:
                print_json(planned_as_document(several))
            else:
                for line in planned_in_words(several):
                    say(line)

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        summary = run_in_loop(lambda: use_case(instep.service, found, show))
    if json:
        print_json(preview_as_document(summary))
    else:
        for line in _summary_in_words(found.name, summary):
            say(line)
    raise typer.Exit(exit_code(summary))


def planned_in_words(several: "Sequence[PlannedOperation]") -> Iterator[str]:
    """Yield a planned operation line by line: what, to whom, why, and each value before and after."""
    from instep.admin.plan_documents import members_of
    from instep.ledger.planned_wording import failing_attribute, planned_reason, what_to_do

    planned = several[0]
    if planned.kind is not None:
        what = f"{'held: ' if planned.is_held else ''}{planned.kind.value.removesuffix(' members')}"
    else:
        what = "fails" if planned.status.value == "failure" else "stays"
    yield f"{what:<8} {planned_reason(planned, members_of(several))}"
    for name, value in planned.after.items():
        old = f"{planned.before[name]} -> " if name in planned.before else ""
        yield f"           {name:<45} {old}{'(cleared)' if value is None else value}"
    if attribute := failing_attribute(planned):
        yield f"           at {attribute}"
    if advice := what_to_do(planned):
        yield f"           {advice}"


def preview_as_document(summary: "CycleSummary") -> dict[str, Any]:
    """Return a preview's summary as one JSON object: that of a cycle, with its budgets; the cycle has no id yet."""
    document = {name: value for name, value in summary.as_document().items() if name != "cycle_id"}
    return {**document, "budgets": budgets_as_document(summary.judgements)}


def budgets_as_document(judgements: "Mapping[Budgeted, Judgement]") -> dict[str, Any]:
    """Return how each kind was judged."""
    from instep.ledger.planned_wording import judgement_reason

    return {
        kind.value: {
            "limit": judgement.limit,
            "planned": judgement.planned,
            "spent": judgement.spent,
            "held": judgement.is_over,
            "why": judgement_reason(kind, judgement),
        }
        for kind, judgement in judgements.items()
    }


def _summary_in_words(app_name: str, summary: "CycleSummary") -> Iterator[str]:
    from instep.ledger.planned_wording import held_in_words

    yield f"{app_name}: the next cycle, an {summary.kind.value} one, is about {counts_in_words(summary)}."
    yield from held_in_words(summary)
    yield requests_in_words(summary)
    if summary.reason is not None:
        yield f"The preview stopped: {summary.reason}"
