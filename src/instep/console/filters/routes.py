"""Which pages are about scoping filters, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps.desk import Desk
from instep.console.doors import Doors
from instep.console.filters.pages import FilterPages, first_filters
from instep.console.mappings.object_mapping import opening
from instep.console.mappings.reviewing import Reviewing
from instep.console.mappings.weighings import Weighings

_READ, _MANAGE = Permission.READ_APPLICATIONS, Permission.MANAGE_PROVISIONING
_HERE = "/apps/{app}/provisioning/filters"


def routes(doors: Doors, desk: Desk, weighings: Weighings) -> list[BaseRoute]:
    """Return the routes of the scoping filters."""
    pages = FilterPages(Reviewing(weighings), weighings)
    return [
        doors.page(_HERE, desk.about(first_filters), _READ),
        doors.page(f"{_HERE}/{{whom}}", opening(desk, pages.show), _READ),
        doors.action(f"{_HERE}/{{whom}}/edit", opening(desk, pages.edit), _MANAGE),
        doors.action(f"{_HERE}/{{whom}}/review", opening(desk, pages.review), _MANAGE),
        doors.action(f"{_HERE}/{{whom}}/count", opening(desk, pages.count), _MANAGE),
        doors.page(f"{_HERE}/{{whom}}/counted/{{weighing}}", opening(desk, pages.counted), _MANAGE),
    ]
