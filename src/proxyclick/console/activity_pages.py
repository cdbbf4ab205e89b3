"""What does an integration do: its requests, in words, searched, and as they come?"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from proxyclick.admin.signing_in import signed_in
from proxyclick.console.asking import Asked
from proxyclick.console.desk import Desk
from proxyclick.console.doors import Doors
from proxyclick.console.frame import security_headers
from proxyclick.console.integration_pages import PATH, installation_of
from proxyclick.integrations.activity import Activity, Deed
from proxyclick.people.identifiers import identifier
from proxyclick.people.user_groups import Right
from proxyclick.store.activity import ActivityLog, ActivityReader

PER_PAGE = 50
_LONGEST = timedelta(minutes=60)
_PAUSE_SECONDS = 0.3
_SIGN_OF_LIFE_SECONDS = 15
_FILTER = re.compile(r"/(Users|Groups)/?\?.*?filter=(.*?)(&.*)?", re.ASCII)
_COLOURS = {
    Deed.CREATED: "on",
    Deed.JOINED: "on",
    Deed.ENABLED: "on",
    Deed.UPDATED: "soon",
    Deed.DISABLED: "warn",
    Deed.DELETED: "warn",
    Deed.LEFT: "warn",
    Deed.REFUSED: "bad",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line, as it is shown: `what` in words, `who` the id of a user whose page there may be."""

    line: Activity
    what: str
    who: str
    colour: str


class ActivityPages:
    """The activity of an integration; for administrators of its location."""

    def __init__(self, desk: Desk, log: ActivityLog) -> None:
        self._desk, self._log = desk, log
        self._reader = ActivityReader(desk.reading.users.connection)

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        path, right = f"{PATH}/{{installation:int}}/activity", Right.MANAGE_INTEGRATIONS
        return [doors.route(path, self.activity, right=right), doors.route(f"{path}/live", self.live, right=right)]

    def activity(self, asked: Asked) -> Response:
        """The last requests, those with a text, or those before a line."""
        found = installation_of(asked, self._desk.reading.installations)
        if found is None:
            return self._desk.not_there(asked)
        text, before = asked.query("q"), _number(asked.query("before"))
        lines = self._reader.page(found.number, text, PER_PAGE + 1, before)
        shown = lines[:PER_PAGE]
        return self._desk.frame.page(
            asked,
            "activity.html",
            installation=found,
            rows=[row_of(line) for line in shown],
            text=text,
            is_latest=before is None,
            older=shown[-1].number if len(lines) > PER_PAGE else None,
            last=shown[0].number if shown else -1,
        )

    async def live(self, asked: Asked) -> Response:
        """The lines that follow, as they come, for as long as the session lasts."""
        found = installation_of(asked, self._desk.reading.installations)
        if found is None:
            return self._desk.not_there(asked)
        after = _number(asked.request.headers.get("last-event-id", "")) or _number(asked.query("after"))
        stream = self._events(asked, found.number, -1 if after is None else after)
        return StreamingResponse(stream, headers=security_headers(), media_type="text/event-stream")

    async def _events(self, asked: Asked, installation: int, last: int) -> AsyncIterator[bytes]:
        stores = self._desk.accounts
        until = stores.now() + _LONGEST
        with self._log.listening() as added:
            while not self._log.is_closed and stores.now() < until and signed_in(stores, asked.cookie):
                lines = self._reader.after(installation, last, PER_PAGE)
                if lines:
                    last = lines[0].number
                    html = self._desk.frame.fragment("activity_rows.html", rows=[row_of(line) for line in lines])
                    yield _event(last, html)
                try:
                    await asyncio.wait_for(added.wait(), _SIGN_OF_LIFE_SECONDS)
                    await asyncio.sleep(_PAUSE_SECONDS)  # what comes together is shown together
                    added.clear()
                except TimeoutError:
                    yield b": nothing new\n\n"


def row_of(line: Activity) -> Row:
    """A line in words."""
    who = "" if line.user is None else identifier("US", line.user)
    return Row(line, _what(line, who), who, _COLOURS.get(line.deed, "off"))


def _what(line: Activity, who: str) -> str:
    if line.deed is not Deed.READ:
        return line.name or who
    looked_for = _FILTER.fullmatch(line.path)
    if looked_for:
        return f"Looked for {looked_for[1].lower()} with {looked_for[2]}"
    kind, _, resource_id = line.path.partition("?")[0].strip("/").partition("/")
    if kind not in ("Users", "Groups"):
        return f"Asked for {line.path}"
    return f"Looked at {resource_id}" if resource_id else f"Listed {kind.lower()}"


def _event(number: int, html: str) -> bytes:
    data = "".join(f"data: {part}\n" for part in html.splitlines() if part.strip())
    return f"id: {number}\n{data}\n".encode()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
