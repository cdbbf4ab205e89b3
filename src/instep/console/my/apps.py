"""Which applications does a person open from My apps?"""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.console.asked import Asked
from instep.console.doors import PERSON, Doors
from instep.console.frame import Frame
from instep.console.my.sign_in import MY_APPS


@dataclass(frozen=True, slots=True)
class MyApps:
    """The page *My apps*."""

    frame: Frame

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Its route."""
        return [doors.page(MY_APPS, self.tiles, PERSON)]

    def tiles(self, asked: Asked) -> Response:
        """A tile for each application."""
        return self.frame.page(asked, "my/apps.html", title="My apps", apps=[])
