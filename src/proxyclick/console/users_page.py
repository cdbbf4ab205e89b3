"""Who is at the location? The list of its users, searched, filtered, a page at a time."""

from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from instep.scim.values import fold
from proxyclick.admin.stores import read
from proxyclick.admin.user_facts import integration_titles
from proxyclick.console.asking import Asked
from proxyclick.console.desk import Desk
from proxyclick.console.doors import Doors
from proxyclick.console.paging import PER_PAGE, paging
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import Right
from proxyclick.store.colleagues import StatusFilter, Wanted


class UsersPage:
    """The list of users."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Its route."""
        return [doors.route("/users", self.users, right=Right.SEE_USERS)]

    def users(self, asked: Asked) -> Response:
        """The users of a status, those whose name, e-mail or title has the text `q`."""
        actor, colleagues = asked.actor, self._desk.reading.colleagues
        text, status = asked.query("q"), _status(asked.query("status"))
        wanted = Wanted(actor.organisation, actor.location, fold(text), status)
        page = paging(asked.query("page"), colleagues.count(wanted))
        records = colleagues.page(wanted, page.offset, PER_PAGE, page.found)
        return self._desk.frame.page(
            asked,
            "users.html",
            rows=[(record, person_of(read(record))) for record in records],
            titles=integration_titles(self._desk.reading),
            text=text,
            chosen=status,
            statuses=[(each, _address(text, each)) for each in StatusFilter],
            query=_query(text, status),
            paging=page,
            total=colleagues.count(Wanted(actor.organisation, actor.location)),
            may_add=actor.may(Right.CREATE_USERS),
        )


def _status(text: str) -> StatusFilter:
    return StatusFilter(text) if text in set(StatusFilter) else StatusFilter.ALL


def _query(text: str, status: StatusFilter) -> str:
    """The part of an address that keeps search and filter, ready for more to follow."""
    given = {"q": text, "status": "" if status is StatusFilter.ALL else status.value}
    kept = {name: value for name, value in given.items() if value}
    return f"{urlencode(kept)}&" if kept else ""


def _address(text: str, status: StatusFilter) -> str:
    return f"/users?{_query(text, status)}".rstrip("?&")
