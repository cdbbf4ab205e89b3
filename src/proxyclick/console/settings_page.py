"""What can be set, and where?"""

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.console.asking import Asked
from proxyclick.console.doors import Doors
from proxyclick.console.frame import Frame
from proxyclick.console.menu import SETTINGS


class SettingsPage:
    """The page from which all settings are reached, and the one for what is not there."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes. The last takes every path that no other has, so it comes after all others."""
        return [doors.route("/settings", self.settings), doors.route("/{rest:path}", self.nothing, is_open=True)]

    def settings(self, asked: Asked) -> Response:
        """The settings that whoever asks may see."""
        entries = [entry for entry in SETTINGS if asked.may(entry.right)]
        return self._frame.page(asked, "settings.html", entries=entries)

    def nothing(self, asked: Asked) -> Response:
        """There is no such page, and that is told."""
        reason = "There is nothing at this address."
        return self._frame.page(asked, "refused.html", 404, title="This page is not here", reason=reason)
