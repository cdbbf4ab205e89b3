"""What do accounts say otherwise than the job has written, and how far is the sweep that looks for it?"""

from dataclasses import dataclass

from starlette.responses import Response

from instep.admin.drift import drift_of, findings_of, sweep
from instep.admin.ports import DriftQuery
from instep.admin.provisioning import connected_job, require_job
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.lists import ROWS_A_PAGE, Selection, page_of, selection_of
from instep.console.phrases import counted
from instep.console.provisioning.plans import PlanPages
from instep.console.provisioning.tasks import Task
from instep.directory.applications import App
from instep.ledger.drift import GONE
from instep.ledger.drift_wording import sample_in_words, sweep_in_words

PLACE = "provisioning/drift"
REQUESTS_A_TIME = 1_000
_GONE = "(gone)"  # what the filter calls the accounts that are gone


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Drift*."""
    job = connected_job(desk.instep.jobs, app)
    if job is None:
        return desk.page(asked, app, "provisioning/drift.html", title="Drift", job=None)
    known = drift_of(desk.instep.service, app)
    selection = selection_of(asked.request, "q", "attribute")
    rows = findings_of(desk.instep.service, app, _query(selection))
    found = "Findings" if selection.is_filtered else counted(known.counts.findings, "finding")
    named = [(name or _GONE, name or "Account is gone") for name in known.counts.by_attribute]
    return desk.page(
        asked,
        app,
        "provisioning/drift.html",
        title="Drift",
        job=job,
        sweep=known.sweep,
        said=[] if known.sweep is None else list(sweep_in_words(known.sweep)),
        sampled=[] if known.sample is None else list(sample_in_words(known.sample)),
        listed=page_of(selection, rows, [each.place for each in rows], found, ROWS_A_PAGE),
        attributes=[("", "Anything"), *named],
    )


@dataclass(frozen=True, slots=True)
class DriftPages:
    """What is done about drift."""

    planning: PlanPages

    def sweep(self, desk: Desk, asked: Asked, app: App) -> Response:
        """Go on with the sweep, or begin one."""
        require_job(desk.instep.service, app)

        async def work(_: Task) -> str:
            await sweep(desk.instep.service, app, REQUESTS_A_TIME)
            return address(app, PLACE)

        return self.planning.begin(desk, asked, app, "A sweep for drift", work)


def _query(selection: Selection) -> DriftQuery:
    attribute = selection.word("attribute")
    return DriftQuery(
        attribute=GONE if attribute == _GONE else attribute or None,
        text=selection.word("q"),
        after=selection.after,
        before=selection.before,
        limit=ROWS_A_PAGE + 1,
    )
