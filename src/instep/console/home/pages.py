"""What does Home show, and how does it stay up to date?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.access.roles import Permission
from instep.console.asked import Asked
from instep.console.doors import Doors
from instep.console.frame import Frame
from instep.console.home.status import Status
from instep.console.live import stream
from instep.runtime.supervision import WorkerHealth
from instep.wiring import Instep


@dataclass(frozen=True, slots=True)
class HomePages:
    """Home, and the stream of what moves on it."""

    frame: Frame
    status: Status

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.page("/", self.home, Permission.READ_REPORTS),
            doors.live("/live", self.live, Permission.READ_REPORTS),
        ]

    def home(self, asked: Asked) -> Response:
        """The page."""
        return self.frame.page(asked, "home/page.html", title="Home", **self._shown())

    def live(self, _: Asked) -> Response:
        """What of it moves, as it moves."""
        return stream(lambda: self.frame.html("home/status.html", **self._shown()))

    def _shown(self) -> Mapping[str, Any]:
        return {"status": self.status.page()}


def home_pages(instep: Instep, worker: Callable[[], WorkerHealth], frame: Frame) -> HomePages:
    """Return the pages over an installation."""
    return HomePages(frame, Status(instep, worker))
