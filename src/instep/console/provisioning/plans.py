"""What would the next cycle do, and how is exactly that approved and applied?"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

import orjson
from starlette.responses import Response, StreamingResponse

from instep.admin.plan_documents import HEADING, kept_as_document, kept_as_row, kept_together
from instep.admin.plans import (
    apply_plan,
    approve_plan,
    operations_of,
    page_of_plan,
    plans_of,
    reject_plan,
    save_plan,
    show_plan,
    unfinished_plan,
)
from instep.admin.ports import PlannedQuery
from instep.admin.provisioning import connected_job, require_job
from instep.connectors.sources.csv.csv_text import CsvWriter
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.frame import security_headers
from instep.console.lists import ROWS_A_PAGE, Selection, page_of, selection_of
from instep.console.live import stream
from instep.console.phrases import counted
from instep.console.provisioning.planned import KINDS, STATES, plan_at, show_operation
from instep.console.provisioning.tasks import Task, Tasks, Work
from instep.directory.applications import App
from instep.ledger.held_wording import subject_in_words
from instep.ledger.planned_wording import failures_in_words, judgement_reason, undo_in_words
from instep.ledger.plans import KeptOperation, Plan, PlannedState, PlanOrigin, PlanState
from instep.rules.planning.operations import OperationKind

PLACE = "provisioning/plans"
PLANS_SHOWN = 50
_QUICK_SECONDS = 1.5
_STATES = {
    PlanState.PLANNED: ("Waits for approval", "busy"),
    PlanState.APPROVED: ("Approved", "good"),
    PlanState.APPLYING: ("Being applied", "busy"),
    PlanState.APPLIED: ("Applied", "good"),
    PlanState.REJECTED: ("Rejected", "plain"),
    PlanState.STALE: ("Out of date", "plain"),
    PlanState.RELEASED: ("Nothing waits any more", "plain"),
    PlanState.DRAFT: ("Being written", "busy"),
}


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan with its state and its operations in words."""

    plan: Plan
    state: tuple[str, str]
    what: str
    kinds: Sequence[tuple[str, int]]

    @property
    def is_saved(self) -> bool:
        """Whether somebody saved it; else a cycle held it."""
        return self.plan.origin is not PlanOrigin.HELD


@dataclass(frozen=True, slots=True)
class PlanPages:
    """Previews and plans; what takes long goes on beside the pages."""

    tasks: Tasks

    def show(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The page *Preview and plans*."""
        job = connected_job(desk.instep.jobs, app)
        plans = plans_of(desk.instep.service, app)[:PLANS_SHOWN] if job is not None else ()
        shown = [_shown(plan) for plan in plans]
        task = self.tasks.of(app.id)
        is_under_way = task is not None and not task.is_over
        unfinished = None if job is None or is_under_way else unfinished_plan(desk.instep.service, app)
        title = "Preview and plans"
        return desk.page(
            asked, app, "provisioning/plans.html", title=title, job=job, plans=shown, task=task, unfinished=unfinished
        )

    def live(self, desk: Desk, _: Asked, app: App) -> Response:
        """How far the task is."""

        def shown() -> str:
            return desk.frame.html("provisioning/task.html", task=self.tasks.of(app.id))

        return stream(shown)

    def preview(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Preview the next cycle and keep it; a short one is shown at once."""
        require_job(desk.instep.service, app)
        actor = asked.actor

        async def work(task: Task) -> str:
            plan, summary = await save_plan(desk.instep.service, app, actor, task.watch)
            if plan is None:
                task.problem = f"The preview was interrupted: {summary.reason}"
                return ""
            for kind, judgement in summary.judgements.items():
                if judgement.is_over:
                    task.notes.append(
                        f"{judgement_reason(kind, judgement)} A cycle would hold them; the approved plan would not."
                    )
            return address(app, f"{PLACE}/{plan.id}")

        return self.begin(desk, asked, app, "Preview of the next cycle", work)

    def apply(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Carry out an approved plan, exactly."""
        plan, actor = plan_at(desk, asked, app), asked.actor

        async def work(task: Task) -> str:
            applied, summary = await apply_plan(desk.instep.service, app, plan, actor, task.watch)
            if summary.reason is not None:
                task.notes.append(f"It was interrupted: {summary.reason}. Apply it again to go on.")
            return address(app, f"{PLACE}/{applied.id}")

        return self.begin(desk, asked, app, f"Plan {plan.id} is applied", work)

    def one(self, desk: Desk, asked: Asked, app: App) -> Response:
        """The page of a plan."""
        plan = plan_at(desk, asked, app)
        if asked.may("manage_provisioning"):
            plan = show_plan(desk.instep.service, app, plan)
        selection = selection_of(asked.request, "q", "kind", "state")
        rows = page_of_plan(desk.instep.service, app, plan, _query(selection))
        shown = [show_operation(each) for each in rows]
        found = _found(plan) if not selection.is_filtered else "Operations found"
        listed = page_of(selection, shown, [str(each.number) for each in shown], found, ROWS_A_PAGE)
        task = self.tasks.of(app.id)
        notes = task.notes if task is not None and task.address == address(app, f"{PLACE}/{plan.id}") else []
        if plan.undoes is not None and plan.ended_at is None and not notes:
            notes = list(undo_in_words(None, plan.states.get(PlannedState.LEFT_OUT, 0), 0, 0))
        return desk.page(
            asked,
            app,
            "provisioning/plan.html",
            title=f"Plan {plan.id}",
            shown=_shown(plan),
            listed=listed,
            notes=notes,
            failures=failures_in_words(plan),
            kinds=[("", "Any operation"), *((kind.value, KINDS[kind][0]) for kind in KINDS if _has(plan, kind))],
            states=[
                ("", "Any state"),
                *((state.value, STATES[state][0]) for state in STATES if plan.states.get(state)),
            ],
            place=address(app, PLACE),
        )

    def begin(self, desk: Desk, asked: Asked, app: App, title: str, work: Work) -> Response:
        """Begin what takes long; what is over soon is shown at once."""
        if not self.tasks.begin(app.id, title, asked.actor, work):
            notice = "A preview or a plan of this application is under way already."
            return desk.frame.redirect(asked, address(app, PLACE), notice)
        task = self.tasks.of(app.id)
        ends = time.monotonic() + _QUICK_SECONDS
        while task is not None and not task.is_over and time.monotonic() < ends:
            time.sleep(0.02)
        return desk.frame.redirect(asked, (task.address if task else None) or address(app, PLACE))


def approve(desk: Desk, asked: Asked, app: App) -> Response:
    """Agree to a plan, as it was shown."""
    plan = plan_at(desk, asked, app)
    if str(plan.left) != asked.field("left"):
        notice = "The plan is no longer as you saw it, so nothing was decided. Look at it again."
        return desk.frame.redirect(asked, address(app, f"{PLACE}/{plan.id}"), notice)
    approve_plan(desk.instep.service, app, plan, asked.actor)
    return desk.frame.redirect(asked, address(app, f"{PLACE}/{plan.id}"), f"Plan {plan.id} is approved.")


def reject(desk: Desk, asked: Asked, app: App) -> Response:
    """Refuse a plan: it can never be applied."""
    plan = plan_at(desk, asked, app)
    reject_plan(desk.instep.service, app, plan, asked.actor)
    notice = f"Plan {plan.id} is rejected; nothing of it is sent."
    return desk.frame.redirect(asked, address(app, f"{PLACE}/{plan.id}"), notice)


def as_json(desk: Desk, asked: Asked, app: App) -> Response:
    """The operations, one JSON object a line."""
    plan = plan_at(desk, asked, app)
    lines = (
        orjson.dumps(kept_as_document(several)) + b"\n"
        for several in kept_together(operations_of(desk.instep.service, app, plan))
    )
    return _file(lines, f"plan-{plan.id}.jsonl", "application/x-ndjson")


def as_csv(desk: Desk, asked: Asked, app: App) -> Response:
    """The operations as a table."""
    plan = plan_at(desk, asked, app)
    return _file(_csv(operations_of(desk.instep.service, app, plan)), f"plan-{plan.id}.csv", "text/csv; charset=utf-8")


def _csv(operations: Iterator[KeptOperation]) -> Iterator[bytes]:
    text = StringIO(newline="")
    writer = CsvWriter(text, HEADING)
    for kept in operations:
        writer.write(kept_as_row(kept))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _file(parts: Iterator[bytes], name: str, kind: str) -> Response:
    headers = {**security_headers(), "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, headers=headers, media_type=kind)


def _shown(plan: Plan) -> PlanShown:
    match plan.origin:
        case PlanOrigin.SAVED:
            what = "Preview of a cycle"
        case PlanOrigin.UNDO:
            what = "Undoes a cycle"
        case PlanOrigin.HELD:
            what = f"Held {subject_in_words(plan.subject)}"
    kinds = [(KINDS[kind][0], number) for kind, number in sorted(plan.kinds.items())]
    kinds += [
        (f"{KINDS[kind][0]}{'' if 'member' in kind.value else ' group'}", number)
        for kind, number in sorted(plan.kinds_of_groups.items())
    ]
    return PlanShown(plan, _STATES[plan.state], what, kinds)


def _found(plan: Plan) -> str:
    operations = counted(plan.size, "operation")
    return f"{operations}, {counted(plan.failures, 'failure')}" if plan.failures else operations


def _has(plan: Plan, kind: OperationKind) -> bool:
    return bool(plan.kinds.get(kind) or plan.kinds_of_groups.get(kind))


def _query(selection: Selection) -> PlannedQuery:
    kinds, states = {kind.value: kind for kind in OperationKind}, {state.value: state for state in PlannedState}
    return PlannedQuery(
        kind=kinds.get(selection.word("kind")),
        state=states.get(selection.word("state")),
        text=selection.word("q"),
        after=_number(selection.after) or 0,
        before=_number(selection.before),
        limit=ROWS_A_PAGE + 1,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
