"""The command `instep apps undo`: what would put accounts back as they were before a cycle, as a plan?"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from instep.cli.apps import AppArgument
from instep.cli.apps_plan import kinds_in_words
from instep.cli.apps_preview import planned_in_words
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say

if TYPE_CHECKING:
    from instep.admin.undo import Undo
    from instep.ledger.plans import PlannedOperation

CycleArgument = Annotated[
    str, typer.Argument(metavar="CYCLE", help="A cycle that has ended, by its id; `apps provision --json` prints it.")
]
PreviewOption = Annotated[bool, typer.Option("--preview", help="Show what would be undone, and keep nothing.")]


def undo(
    app: AppArgument,
    cycle: CycleArgument,
    *,
    preview: PreviewOption = False,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Save a plan that puts the accounts back as they were before a cycle, to be approved and applied. Nothing is sent.

    Exit codes: 0 there is something to undo; 1 refused, or nothing can be undone.
    """
    from instep.admin.applications import find_app
    from instep.admin.plan_documents import planned_as_document
    from instep.admin.undo import preview_undo, save_undo

    def show(page: "Sequence[PlannedOperation]") -> None:
        for planned in page:
            if json:
                print_json(planned_as_document([planned]))
            else:
                for line in planned_in_words([planned]):
                    say(line)

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        if preview:
            undone = preview_undo(instep.service, found, cycle, show)
        else:
            undone = save_undo(instep.service, found, cycle, actor())
    if json:
        print_json(_as_document(undone))
    else:
        for line in _in_words(found.name, undone):
            say(line)
    raise typer.Exit(0 if undone.changed else 1)


def _as_document(undone: "Undo") -> dict[str, object]:
    judgement = undone.removals
    return {
        "plan": undone.plan.id if undone.plan is not None else None,
        "cycle_id": undone.cycle.id,
        "operations": undone.changed,
        "left_out": undone.left_out,
        "disabled": undone.removed,
        "over_budget": judgement is not None and judgement.is_over,
        "on_groups": undone.open.of_groups,
        "unknown": undone.open.unknown,
    }


def _in_words(app_name: str, undone: "Undo") -> Iterator[str]:
    from instep.ledger.planned_wording import undo_in_words

    if undone.plan is not None:
        yield f"Plan {undone.plan.id} of {app_name} undoes the cycle: {kinds_in_words(undone.plan)}. Nothing was sent."
    elif undone.changed:
        yield f"To undo the cycle, {_accounts(undone.changed)} would be written. Nothing was sent, and nothing kept."
    else:
        yield "Nothing of the cycle can be undone, so there is no plan."
    for note in undo_in_words(undone.removals, undone.left_out, undone.open.of_groups, undone.open.unknown):
        yield f"Note: {note}"
    if undone.plan is not None:
        yield f"Next: instep apps plan show '{app_name}' {undone.plan.id}, then approve or reject it"


def _accounts(number: int) -> str:
    return "1 account" if number == 1 else f"{number} accounts"
