"""Which applications are there, and how is each doing, in a line?"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.lists import ROWS_A_PAGE, page_of, selection_of
from instep.console.phrases import counted
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobState


@dataclass(frozen=True, slots=True)
class AppInALine:
    """An application of the list; `kind` is the badge's."""

    app: App
    template_name: str
    state: str
    kind: str


def list_apps(desk: Desk, asked: Asked) -> Response:
    """The page *Enterprise applications*."""
    selection = selection_of(asked.request, "q")
    jobs = {job.app_id: job for job in desk.instep.jobs.all()}
    words = selection.word("q").casefold().split()
    apps = [app for app in desk.instep.applications.all() if all(word in app.name.casefold() for word in words)]
    rows = _beside(apps, selection.after, selection.before)
    shown = [_in_a_line(app, jobs.get(app.id)) for app in rows]
    found = counted(len(apps), "application")
    listed = page_of(selection, shown, [line.app.name.casefold() for line in shown], found, ROWS_A_PAGE)
    return desk.frame.page(asked, "apps/list.html", title="Enterprise applications", listed=listed)


def _beside(apps: Sequence[App], after: str, before: str) -> Sequence[App]:
    """One row more than a page, in the order of the names."""
    if before:
        return [app for app in apps if app.name.casefold() < before][-ROWS_A_PAGE - 1 :]
    return [app for app in apps if app.name.casefold() > after][: ROWS_A_PAGE + 1]


def _in_a_line(app: App, job: Job | None) -> AppInALine:
    return AppInALine(app, template_name(app), *state_in_words(job))


def state_in_words(job: Job | None) -> tuple[str, str]:
    """Return how an application's provisioning stands, and the kind of its badge."""
    if job is None:
        return "Not connected", "plain"
    if job.quarantine is not None:
        return "Quarantine", "bad"
    match job.state:
        case JobState.ACTIVE:
            return "On", "good"
        case JobState.DISABLED:
            return "Disabled", "bad"
        case _:
            return "Off", "plain"


def template_name(app: App) -> str:
    """Return what the gallery calls the template of an application."""
    from instep.gallery.template import UnknownTemplate
    from instep.gallery.templates import load_template

    try:
        return load_template(app.template_id).name
    except UnknownTemplate:
        return app.template_id
