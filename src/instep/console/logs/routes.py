"""Which pages are about what happened, and who may open them?"""

from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.doors import Doors
from instep.console.logs.audit import AuditPages
from instep.console.logs.charts import ChartPages
from instep.console.logs.downloads import download
from instep.console.logs.entries import TABS, LogPages
from instep.directory.applications import App

_READ = Permission.READ_REPORTS


def routes(doors: Doors, desk: Desk) -> list[BaseRoute]:
    """Return the routes of the provisioning logs, the charts and the audit log."""
    pages, drawings = LogPages(desk.instep, desk.frame), ChartPages(desk.instep, desk.frame)

    def of_app(_desk: Desk, asked: Asked, app: App) -> Response:
        listed = pages.listed(asked.request, app)
        return desk.page(asked, app, "provisioning/logs.html", title="Provisioning logs", **listed)

    def live_of_app(_desk: Desk, asked: Asked, app: App) -> Response:
        return pages.live(asked, app)

    def charts_of_app(_desk: Desk, asked: Asked, app: App) -> Response:
        drawn = drawings.drawn(asked.request, app)
        return desk.page(asked, app, "provisioning/charts.html", title="Charts", **drawn)

    return [
        doors.page("/audit", AuditPages(desk.instep, desk.frame).show, Permission.READ_AUDIT),
        doors.page("/logs", pages.all, _READ),
        doors.live("/logs/live", pages.live, _READ),
        doors.page("/logs/charts", drawings.all, _READ),
        doors.page("/logs/download/{file}", lambda asked: download(desk.instep, asked), _READ),
        *(doors.page(f"/logs/{{entry}}/{tab}", _tab(pages, tab), _READ) for tab, _ in TABS if tab),
        doors.page("/logs/{entry}", pages.entry, _READ),
        doors.page("/apps/{app}/logs", desk.about(of_app), _READ),
        doors.page("/apps/{app}/logs/charts", desk.about(charts_of_app), _READ),
        doors.live("/apps/{app}/logs/live", desk.about(live_of_app), _READ),
    ]


def _tab(pages: LogPages, tab: str) -> Callable[[Asked], Response]:
    return lambda asked: pages.entry(asked, tab)
