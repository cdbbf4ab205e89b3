"""What is held, why, and how does an administrator approve or reject exactly what was shown?"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from instep.admin.plans import approve_plan, page_of_plan, plans_of, reject_plan, show_plan
from instep.admin.ports import PlannedQuery
from instep.admin.provisioning import connected_job
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.provisioning.planned import OperationShown, plan_at, show_operation
from instep.directory.applications import App
from instep.ledger.held_wording import over, subject_in_words
from instep.ledger.plans import Plan, PlannedState, PlanOrigin, PlanState

PLACE = "provisioning/held"
SHOWN = 100


@dataclass(frozen=True, slots=True)
class SetShown:
    """A held set, its first operations, and what holds it."""

    plan: Plan
    what: str
    why: str
    operations: Sequence[OperationShown]
    number: int

    @property
    def waits(self) -> bool:
        """Whether nobody has decided about it."""
        return self.plan.state is PlanState.PLANNED


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Held*. What an administrator has seen does not grow any more."""
    instep = desk.instep
    job = connected_job(instep.jobs, app)
    sets = []
    for plan in plans_of(instep.service, app) if job is not None else ():
        if plan.origin is not PlanOrigin.HELD:
            continue
        if plan.is_waiting or (plan.state is PlanState.REJECTED and not plan.ended_at):
            seen = show_plan(instep.service, app, plan) if asked.may("manage_provisioning") else plan
            sets.append(_set(desk, app, seen))
    return desk.page(asked, app, "provisioning/held.html", title="Held", job=job, sets=sets, shown=SHOWN)


def approve(desk: Desk, asked: Asked, app: App) -> Response:
    """Agree to a set; it goes with the next cycle."""
    plan = _as_shown(desk, asked, app)
    if plan is None:
        return _changed(desk, asked, app)
    decided = approve_plan(desk.instep.service, app, plan, asked.actor)
    what = subject_in_words(decided.subject)
    notice = f"{decided.left:,} held {what} are approved, and go with the next cycle."
    return desk.frame.redirect(asked, address(app, PLACE), notice)


def reject(desk: Desk, asked: Asked, app: App) -> Response:
    """Refuse a set; the accounts stay as they are until their users change."""
    plan = _as_shown(desk, asked, app)
    if plan is None:
        return _changed(desk, asked, app)
    reject_plan(desk.instep.service, app, plan, asked.actor)
    whose = "Groups and members stay" if plan.is_of_groups else "The accounts stay"
    notice = f"The held set is rejected; nothing of it is sent. {whose} as they are until something changes about them."
    return desk.frame.redirect(asked, address(app, PLACE), notice)


def _set(desk: Desk, app: App, plan: Plan) -> SetShown:
    state = PlannedState.REJECTED if plan.state is PlanState.REJECTED else PlannedState.PLANNED
    first = page_of_plan(desk.instep.service, app, plan, PlannedQuery(state=state, limit=SHOWN))
    why = over(first[0].planned.facts) if first else ""
    number = plan.states.get(state, 0)
    return SetShown(plan, subject_in_words(plan.subject), why, [show_operation(each) for each in first], number)


def _as_shown(desk: Desk, asked: Asked, app: App) -> Plan | None:
    """The set that the form names, if as many wait still as were shown."""
    plan = plan_at(desk, asked, app)
    return plan if str(plan.left) == asked.field("left") else None


def _changed(desk: Desk, asked: Asked, app: App) -> Response:
    notice = "The set is no longer as you saw it, so nothing was decided. Look at it again."
    return desk.frame.redirect(asked, address(app, PLACE), notice)
