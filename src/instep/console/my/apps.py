"""Which applications does a person open from My apps?"""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.admin.sign_on.entitlement import apps_of
from instep.console.asked import Asked
from instep.console.doors import PERSON, Doors
from instep.console.frame import Frame
from instep.console.my.second_step import MY_APPS
from instep.wiring import Instep


@dataclass(frozen=True, slots=True)
class MyApps:
    """The page *My apps*."""

    instep: Instep
    frame: Frame

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Its route."""
        return [doors.page(MY_APPS, self.tiles, PERSON)]

    def tiles(self, asked: Asked) -> Response:
        """A tile for each application that the person may sign in to."""
        apps = apps_of(self.instep.sign_on, self.instep.applications.all(), asked.person.id)
        return self.frame.page(asked, "my/apps.html", title="My apps", apps=apps)
