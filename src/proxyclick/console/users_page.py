"""Who is at the location? The list of its users, searched, a page at a time."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.scim.values import fold
from proxyclick.console.asking import Asked
from proxyclick.console.doors import Doors
from proxyclick.console.frame import Frame
from proxyclick.console.rows import row_of
from proxyclick.integrations.scope import Scope
from proxyclick.people.user_groups import Right
from proxyclick.store.resources import ResourceTable

PER_PAGE = 50


class UsersPage:
    """The list of users."""

    def __init__(self, users: ResourceTable, frame: Frame) -> None:
        self._users, self._frame = users, frame

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Its route."""
        return [doors.route("/users", self.users, right=Right.SEE_USERS)]

    def users(self, asked: Asked) -> Response:
        """The users, those whose name, e-mail or title has the text `q`, a page at a time."""
        users = self._users.within(Scope(asked.actor.organisation, (asked.actor.location,)))
        text = asked.query("q")
        total, found = users.count(), users.count(fold(text))
        pages = max(1, -(-found // PER_PAGE))
        page = min(_page_number(asked.query("page")), pages)
        records = users.page((page - 1) * PER_PAGE, PER_PAGE, fold(text))
        return self._frame.page(
            asked,
            "users.html",
            rows=[row_of(record) for record in records],
            text=text,
            total=total,
            found=found,
            page=page,
            pages=pages,
            first=(page - 1) * PER_PAGE + 1,
        )


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1
