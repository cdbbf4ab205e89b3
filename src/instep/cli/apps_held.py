"""The command `instep apps held`: which operations are held, why, and in which set?"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from instep.cli.apps import AppArgument
from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.ledger.plans import KeptOperation, Plan


def held(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Show what is held: who, why, since when, and in which set; a set that was shown does not grow any more.

    Each set is a plan: approve or reject it with `instep apps plan`.
    """
    from instep.admin.applications import find_app
    from instep.admin.plan_documents import kept_together
    from instep.admin.plans import held_sets, operations_of
    from instep.ledger.plans import PlannedState, PlanState

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        sets = held_sets(instep.service, found)
        for plan in sets:
            state = PlannedState.REJECTED if plan.state is PlanState.REJECTED else PlannedState.PLANNED
            if not json:
                say(_in_words(plan))
            for several in kept_together(operations_of(instep.service, found, plan, state)):
                if json:
                    print_json(_as_document(plan, several))
                else:
                    say(f"  {_operation_in_words(several)}")
    if not json:
        _say_what_next(found.name, [plan for plan in sets if plan.state is PlanState.PLANNED])


def _as_document(plan: "Plan", several: "Sequence[KeptOperation]") -> dict[str, Any]:
    from instep.admin.plan_documents import kept_as_document

    return {
        "plan": plan.id,
        "subject": plan.subject.value,
        "decision": None if plan.decided_by is None else plan.state.value,
        **kept_as_document(several),
        "since": to_text(plan.planned_at),
    }


def _in_words(plan: "Plan") -> str:
    from instep.ledger.held_wording import subject_in_words

    match plan.state.value:
        case "approved":
            decided = f"approved by {plan.decided_by}, and go with the next cycle"
        case "rejected":
            stay = (
                "groups and members stay as they are until they"
                if plan.is_of_groups
                else "the accounts stay as they are until their users"
            )
            decided = f"rejected by {plan.decided_by}: {stay} change"
        case _:
            decided = "waiting for approval"
    return (
        f"Plan {plan.id}: {subject_in_words(plan.subject)} held since {plan.planned_at:%Y-%m-%d %H:%M} UTC, {decided}"
    )


def _operation_in_words(several: "Sequence[KeptOperation]") -> str:
    from instep.admin.plan_documents import members_of
    from instep.ledger.planned_wording import planned_reason

    planned = [kept.planned for kept in several]
    return planned_reason(planned[0], members_of(planned))


def _say_what_next(app_name: str, waiting: "list[Plan]") -> None:
    if waiting:
        number = waiting[0].id if len(waiting) == 1 else "PLAN"
        say(f"Next: instep apps plan approve '{app_name}' {number}, or reject it")
    else:
        say("Nothing waits for approval.")
