"""Which pages are about provisioning on demand, and who may open them?"""

from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.apps.desk import Desk
from instep.console.doors import Doors
from instep.console.on_demand.pages import provision_group, provision_user, show

_HERE = "/apps/{app}/provisioning/on-demand"


def routes(doors: Doors, desk: Desk) -> list[BaseRoute]:
    """Return the routes of provisioning on demand."""
    return [
        doors.page(_HERE, desk.about(show), Permission.MANAGE_PROVISIONING),
        doors.action(_HERE, desk.about(provision_user), Permission.MANAGE_PROVISIONING),
        doors.action(f"{_HERE}/group", desk.about(provision_group), Permission.MANAGE_PROVISIONING),
    ]
