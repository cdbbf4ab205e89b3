"""The commands `instep apps plan ...`: save what the next cycle would do, agree to it, and let exactly that be done."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.apps_preview import planned_in_words, preview_as_document
from instep.cli.apps_run import INTERRUPTED, exit_code, run_in_loop
from instep.cli.apps_shown import counts_in_words, requests_in_words
from instep.cli.directory import DataOption, JsonOption, actor, open_directory, print_json, say
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.ledger.cycles import CycleSummary
    from instep.ledger.plans import KeptOperation, Plan, PlannedState

LONGEST_NUMBER = 18  # digits

plan_app = typer.Typer(name="plan", no_args_is_help=True, help="Save, approve and apply what a cycle would do.")


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER:
        return int(text)
    raise typer.BadParameter(f"{text!r} is no number of a plan, such as 1; 'instep apps plan list APP' shows them")


PlanArgument = Annotated[
    int | None,
    typer.Argument(metavar="[PLAN]", parser=_number, help="A plan, by its number; the only one that waits by default."),
]

StateOption = Annotated[
    str | None,
    typer.Option("--state", metavar="STATE", help="Only what is in this state, such as 'would fail' or done."),
]


def _state(text: str | None) -> "PlannedState | None":
    from instep.ledger.plans import PlannedState

    known = [each.value for each in PlannedState]
    if text is None or text in known:
        return None if text is None else PlannedState(text)
    raise typer.BadParameter(f"{text!r} is no state; use one of: {', '.join(known)}", param_hint="--state")


@plan_app.command()
def save(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Preview the next cycle and keep its operations, to be approved and applied. Nothing is sent.

    Exit codes: 0 the plan was saved; 1 refused; 4 the preview was interrupted, and no plan was saved.
    """
    from instep.admin.applications import find_app
    from instep.admin.plans import save_plan

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        plan, summary = run_in_loop(lambda: save_plan(instep.service, found, actor()))
    if json:
        print_json({"plan": plan.id if plan is not None else None, **preview_as_document(summary)})
    elif plan is None:
        say(f"No plan was saved: {summary.reason}")
    else:
        for line in _saved_in_words(found.name, plan, summary):
            say(line)
    raise typer.Exit(exit_code(summary))


@plan_app.command("list")
def list_(app: AppArgument, *, data: DataOption = None, json: JsonOption = False) -> None:
    """List the plans of an application, the newest first."""
    from instep.admin.applications import find_app
    from instep.admin.plans import plans_of

    with open_directory(data) as instep:
        plans = plans_of(instep.service, find_app(instep.applications, app))
    for plan in plans:
        if json:
            print_json(plan_as_document(plan))
        else:
            say(_in_a_line(plan))


@plan_app.command()
def show(
    app: AppArgument,
    plan: PlanArgument = None,
    *,
    state: StateOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show every operation of a plan, with old and new values and what became of it; the plan itself comes last.

    Who would fail is among them, with the target attribute, the reason, and what to do.
    """
    from instep.admin.applications import find_app
    from instep.admin.plan_documents import kept_as_document, kept_together
    from instep.admin.plans import find_plan, operations_of, show_plan

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        known = show_plan(instep.service, found, find_plan(instep.service, found, plan))
        for several in kept_together(operations_of(instep.service, found, known, _state(state))):
            if json:
                print_json(kept_as_document(several))
            else:
                for line in planned_in_words([kept.planned for kept in several]):
                    say(line)
    if json:
        print_json(plan_as_document(known))
    else:
        say(_in_a_line(known))


@plan_app.command()
def approve(app: AppArgument, plan: PlanArgument = None, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Agree to a plan, as it was shown."""
    from instep.admin.applications import find_app
    from instep.admin.plans import approve_plan, find_plan

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        decided = approve_plan(instep.service, found, find_plan(instep.service, found, plan), actor())
    if json:
        print_json(plan_as_document(decided))
        return
    say(f"Plan {decided.id} of {found.name} is approved: {kinds_in_words(decided)}.")
    by_itself = "The next cycle carries it out; or at once: " if decided.origin.value == "held" else "Next: "
    say(f"{by_itself}instep apps plan apply '{found.name}' {decided.id}")


@plan_app.command()
def reject(app: AppArgument, plan: PlanArgument = None, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Refuse a plan; it can never be applied."""
    from instep.admin.applications import find_app
    from instep.admin.plans import find_plan, reject_plan

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        decided = reject_plan(instep.service, found, find_plan(instep.service, found, plan), actor())
    if json:
        print_json(plan_as_document(decided))
    else:
        say(f"Plan {decided.id} of {found.name} is rejected; nothing of it is sent.")
        if decided.origin.value == "held":
            whose = "groups and members stay as they are until something changes about them."
            say(
                f"The {whose}"
                if decided.is_of_groups
                else "The accounts stay as they are until something changes about their users."
            )


@plan_app.command()
def apply(app: AppArgument, plan: PlanArgument = None, *, data: DataOption = None, json: JsonOption = False) -> None:
    """Carry out an approved plan exactly; what changed since it was made is dropped, and said.

    An application that was interrupted goes on when the command is repeated. Exit codes: 0 the plan came to its end;
    1 refused; 4 interrupted, or the configuration was saved meanwhile.
    """
    from instep.admin.applications import find_app
    from instep.admin.plan_documents import kept_as_document, kept_together
    from instep.admin.plans import apply_plan, find_plan, operations_of
    from instep.ledger.plans import PlannedState

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        known = find_plan(instep.service, found, plan)
        applied, summary = run_in_loop(lambda: apply_plan(instep.service, found, known, actor()))
        for several in kept_together(operations_of(instep.service, found, applied, PlannedState.STALE)):
            if json:
                print_json(kept_as_document(several))
            else:
                say(_stale_in_words(several))
    if json:
        print_json({"plan": applied.id, **_outcomes(applied), **summary.as_document()})
    else:
        for line in _applied_in_words(found.name, applied, summary):
            say(line)
    raise typer.Exit(0 if applied.ended_at is not None and exit_code(summary) == 0 else INTERRUPTED)


def plan_as_document(plan: "Plan") -> dict[str, Any]:
    """Return a plan as one JSON object."""
    return {
        "plan": plan.id,
        "origin": plan.origin.value,
        "undoes": plan.undoes,
        "subject": plan.subject.value,
        "state": plan.state.value,
        "kind": plan.cycle_kind.value,
        "operations": plan.size,
        **{kind.value: number for kind, number in plan.kinds.items()},
        "groups": {kind.value: number for kind, number in plan.kinds_of_groups.items()},
        "outcomes": _outcomes(plan),
        "configuration_version": plan.configuration_version,
        "planned_at": to_text(plan.planned_at),
        "planned_by": plan.planned_by,
        "decided_at": to_text(plan.decided_at) if plan.decided_at else None,
        "decided_by": plan.decided_by,
        "applied_at": to_text(plan.applied_at) if plan.applied_at else None,
        "applied_by": plan.applied_by,
        "ended_at": to_text(plan.ended_at) if plan.ended_at else None,
        "reason": plan.reason,
    }


def _outcomes(plan: "Plan") -> dict[str, int]:
    from instep.ledger.plans import PlannedState

    return {state.value: plan.states.get(state, 0) for state in PlannedState}


def kinds_in_words(plan: "Plan") -> str:
    """Say how many operations of each kind a plan has."""
    parts = [f"{number} {kind.value}{'s' if number != 1 else ''}" for kind, number in sorted(plan.kinds.items())]
    parts += [_of_groups(kind.value, number) for kind, number in sorted(plan.kinds_of_groups.items())]
    return ", ".join(parts) or "no operation"


def _of_groups(kind: str, number: int) -> str:
    plural = "" if number == 1 else "s"
    match kind:
        case "add members":
            return f"{number} member{plural} to add"
        case "remove members":
            return f"{number} member{plural} to take out"
        case _:
            return f"{number} group{plural} to {kind}"


def _in_a_line(plan: "Plan") -> str:
    from instep.ledger.held_wording import subject_in_words

    match plan.origin.value:
        case "saved":
            what = "saved"
        case "undo":
            what = f"undoes cycle {plan.undoes},"
        case _:
            what = f"{subject_in_words(plan.subject)} held"
    made = f"{what} {plan.planned_at:%Y-%m-%d %H:%M} UTC by {plan.planned_by}"
    decided = f", {plan.decided_at:%Y-%m-%d %H:%M} by {plan.decided_by}" if plan.decided_at else ""
    ended = f"; {plan.reason}" if plan.reason else ""
    return f"Plan {plan.id}: {plan.state.value}{decided}; {kinds_in_words(plan)}; {made}{ended}"


def _saved_in_words(app_name: str, plan: "Plan", summary: "CycleSummary") -> Iterator[str]:
    from instep.ledger.planned_wording import failures_in_words, judgement_reason

    yield f"Plan {plan.id} of {app_name} was saved: {kinds_in_words(plan)}. Nothing was sent."
    for kind, judgement in summary.judgements.items():
        if judgement.is_over:
            yield f"Note: {judgement_reason(kind, judgement)} A cycle would hold them; the approved plan would not."
    if failures := failures_in_words(plan):
        yield f"Note: {failures} Only those: instep apps plan show '{app_name}' {plan.id} --state 'would fail'"
    yield requests_in_words(summary)
    yield f"Next: instep apps plan show '{app_name}' {plan.id}, then approve or reject it"


def _stale_in_words(several: "Sequence[KeptOperation]") -> str:
    from instep.admin.plan_documents import members_of
    from instep.ledger.planned_group_wording import not_as_planned

    kept, members = several[0], members_of([each.planned for each in several])
    if members:
        return f"Dropped as stale: {not_as_planned(kept.planned, members)}."
    group = "the group " if kept.planned.source_type.value == "Group" else ""
    what = f"{kept.planned.kind.value} {group}" if kept.planned.kind is not None else ""
    why = "it would be another operation now" if kept.outcome == "NotAsPlanned" else f"now: {kept.outcome or 'nothing'}"
    return f"Dropped as stale: {what}{kept.planned.user_name}: {why}."


def _applied_in_words(app_name: str, plan: "Plan", summary: "CycleSummary") -> Iterator[str]:
    outcomes = ", ".join(f"{number} {state}" for state, number in _outcomes(plan).items() if number)
    yield f"Plan {plan.id} of {app_name} is {plan.state.value}: {outcomes or 'it was empty'}."
    yield f"That was about {counts_in_words(summary)}."
    yield requests_in_words(summary)
    if summary.reason is not None:
        yield f"It stopped: {summary.reason}"
        if plan.ended_at is None:
            yield f"It goes on with: instep apps plan apply '{app_name}' {plan.id}"
