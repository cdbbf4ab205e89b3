"""Which cycles has a job run, what did each do, and how is one undone?"""

import asyncio
from dataclasses import dataclass

from starlette.responses import Response

from instep.admin.provisioning import connected_job, require_job
from instep.admin.undo import find_cycle, save_undo, why_not
from instep.console.applications import show_cycle
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.provisioning.plans import PLACE as PLANS
from instep.console.provisioning.plans import PlanPages
from instep.console.provisioning.tasks import Task
from instep.directory.applications import App
from instep.ledger.planned_wording import undo_in_words

PLACE = "provisioning/cycles"
CYCLES_SHOWN = 50


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Cycles*."""
    job = connected_job(desk.instep.jobs, app)
    found = desk.instep.jobs.last_cycles(job, CYCLES_SHOWN) if job is not None else ()
    listed = [(each.id, show_cycle(each)) for each in found]
    return desk.page(asked, app, "provisioning/cycles.html", title="Cycles", job=job, listed=listed)


def one(desk: Desk, asked: Asked, app: App) -> Response:
    """The page of a cycle."""
    job = require_job(desk.instep.service, app)
    cycle = find_cycle(desk.instep.service, app, asked.path("cycle"))
    shown = show_cycle(cycle)
    return desk.page(
        asked,
        app,
        "provisioning/cycle.html",
        title=shown.title,
        cycle_id=cycle.id,
        shown=shown,
        why_not=why_not(job, cycle),
        place=address(app, PLACE),
    )


@dataclass(frozen=True, slots=True)
class CyclePages:
    """What is done about a cycle that has ended."""

    planning: PlanPages

    def undo(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Keep what undoes a cycle as a plan, to be approved."""
        cycle, actor = find_cycle(desk.instep.service, app, asked.path("cycle")), asked.actor

        async def work(task: Task) -> str:
            undone = await asyncio.to_thread(save_undo, desk.instep.service, app, cycle.id, actor)
            if undone.plan is None:
                task.problem = "Nothing of the cycle can be undone, so there is no plan."
                return ""
            task.notes.extend(
                undo_in_words(undone.removals, undone.left_out, undone.open.of_groups, undone.open.unknown)
            )
            return address(app, f"{PLANS}/{undone.plan.id}")

        return self.planning.begin(desk, asked, app, "What would undo the cycle", work)
