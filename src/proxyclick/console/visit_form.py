"""How is a visit announced on a page, and how is its host found?"""

from dataclasses import asdict, fields, replace
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from proxyclick.admin.acting import NotAllowed, Refused
from proxyclick.admin.hosts import Host, TooShort, search_hosts
from proxyclick.admin.stores import read
from proxyclick.admin.users import user_at
from proxyclick.admin.visits import VisitForm, create_visit, day_there, place_of
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk, Form
from proxyclick.console.doors import Doors
from proxyclick.console.frame import security_headers
from proxyclick.people.days import zone
from proxyclick.people.person import person_of
from proxyclick.people.user_groups import Right


class VisitForms:
    """The form for a visit, and the search for its host."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes."""
        return [
            doors.route("/logbook/new", self.new, self.add, right=Right.CREATE_VISITS),
            doors.route("/hosts", self.hosts, right=Right.CREATE_VISITS),
        ]

    def new(self, asked: Asked) -> Response:
        """A form for today; for another host where the address names one."""
        stores, actor = self._desk.reading, asked.actor
        record = user_at(stores, actor, asked.query("host")) or stores.users_at(actor.organisation, actor.location).at(
            actor.user
        )
        values = {"day": str(day_there(stores, actor)), "time": "", "host": "", "host_name": ""}
        if record is not None:
            values |= {"host": record.id, "host_name": person_of(read(record)).name}
        return self._page(asked, Form(values), [])

    async def add(self, asked: Asked) -> Response:
        """Announces the visit, or shows the form again with what is wrong."""
        form = VisitForm(**{each.name: asked.field(each.name).strip() for each in fields(VisitForm)})
        if not self._is_meant(asked, form.host):
            form = replace(form, host="")
        outcome = await self._desk.write(lambda: create_visit(self._desk.writing, asked.actor, form))
        match outcome:
            case NotAllowed():
                return self._desk.refusal(asked, outcome)
            case Refused(errors):
                return self._refused(asked, form, dict(errors))
        day = outcome.appointment.expected_at.astimezone(
            zone(place_of(self._desk.reading, asked.actor).timezone)
        ).date()
        notice = f"{outcome.appointment.visitor} is expected by {outcome.appointment.host_name}."
        return self._desk.frame.redirect(asked, f"/logbook?day={day}", notice)

    def hosts(self, asked: Asked) -> Response:
        """Who may be the host, as the search on the page asks while somebody types."""
        found = search_hosts(self._desk.reading, asked.actor, asked.query("q"))
        if isinstance(found, NotAllowed):
            return self._desk.refusal(asked, found)
        hosts = [] if isinstance(found, TooShort) else [_told(host) for host in found]
        hint = (
            str(found) if isinstance(found, TooShort) else "" if hosts else "No active user has a name that begins so."
        )
        return JSONResponse({"hosts": hosts, "hint": hint}, headers=security_headers())

    def _is_meant(self, asked: Asked, host_id: str) -> bool:
        """Whether the name that stands in the form is still that of the host who was chosen: a script sees to it."""
        typed, host = asked.field("host_name").strip(), user_at(self._desk.reading, asked.actor, host_id)
        return not typed or (host is not None and person_of(read(host)).name == typed)

    def _refused(self, asked: Asked, form: VisitForm, errors: dict[str, str]) -> Response:
        """The form again. A host who was typed and not chosen is looked for: so it works without a script, too."""
        typed, found = asked.field("host_name").strip(), []
        if not form.host and typed:
            hosts = search_hosts(self._desk.reading, asked.actor, typed)
            found = hosts if isinstance(hosts, list) else []
            none_found = f"No active user has a name that begins with {typed}."
            errors["host"] = (
                "Choose one of these." if found else str(hosts) if isinstance(hosts, TooShort) else none_found
            )
        kept = {"host_name": typed, "host": "" if "host" in errors else form.host}
        return self._page(asked, Form(asdict(form) | kept, errors), found, UNPROCESSABLE)

    def _page(self, asked: Asked, form: Form, found: list[Host], status: int = 200) -> Response:
        return self._desk.frame.page(
            asked,
            "visit_new.html",
            status,
            form=form,
            found=found,
            first_day=day_there(self._desk.reading, asked.actor),
            may_choose_host=asked.actor.may(Right.CREATE_VISITS_FOR_OTHERS),
        )


def _told(host: Host) -> dict[str, Any]:
    return {"id": host.id, "name": host.person.name, "email": host.person.email, "title": host.person.title}
