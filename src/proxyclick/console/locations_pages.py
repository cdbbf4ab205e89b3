"""Which locations does the organisation have, and how is one added or changed on a page?"""

from dataclasses import asdict

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.locations import (
    LocationForm,
    add_location,
    edit_location,
    form_of,
    location_of,
    may_edit,
    sites,
)
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk, Form
from proxyclick.console.doors import Doors
from proxyclick.people.days import zone_names
from proxyclick.people.user_groups import Right


class LocationsPages:
    """The list of locations and their forms."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Their routes. Who may edit a location is asked of that one, not of the one that is chosen."""
        return [
            doors.route("/locations", self.locations),
            doors.route("/locations/new", self.new, self.add, right=Right.MANAGE_LOCATIONS),
            doors.route("/locations/{id}/edit", self.edit, self.save),
        ]

    def locations(self, asked: Asked) -> Response:
        """All locations that the reader may know of."""
        found = sites(self._desk.reading, asked.actor)
        may_add = asked.actor.may(Right.MANAGE_LOCATIONS)
        return self._desk.frame.page(asked, "locations.html", sites=found, may_add=may_add)

    def new(self, asked: Asked) -> Response:
        """An empty form."""
        return self._page(asked, Form(asdict(LocationForm(""))), "")

    async def add(self, asked: Asked) -> Response:
        """Adds a location, or shows the form again with what is wrong."""
        form = _form(asked)
        outcome = await self._desk.write(lambda: add_location(self._desk.writing, asked.actor, form))
        match outcome:
            case NotAllowed():
                return self._desk.refusal(asked, outcome)
            case Refused(errors):
                return self._page(asked, Form(asdict(form), errors), "", UNPROCESSABLE)
        notice = f"{outcome.name} was added, and you are its administrator. Choose it in the location menu."
        return self._desk.frame.redirect(asked, "/locations", notice)

    def edit(self, asked: Asked) -> Response:
        """The form, filled with what is known."""
        stores, location_id = self._desk.reading, asked.path("id")
        found = location_of(stores, asked.actor, location_id)
        if found is None:
            return self._desk.not_there(asked)
        if not may_edit(stores, asked.actor, found):
            return self._desk.refusal(asked, NotAllowed(Right.MANAGE_LOCATIONS))
        return self._page(asked, Form(asdict(form_of(found))), location_id)

    async def save(self, asked: Asked) -> Response:
        """Changes a location, or shows the form again with what is wrong."""
        form, location_id = _form(asked), asked.path("id")
        outcome = await self._desk.write(lambda: edit_location(self._desk.writing, asked.actor, location_id, form))
        match outcome:
            case NotAllowed() | NotThere():
                return self._desk.refusal(asked, outcome)
            case Refused(errors):
                return self._page(asked, Form(asdict(form), errors), location_id, UNPROCESSABLE)
        return self._desk.frame.redirect(asked, "/locations", f"{outcome.name} was saved.")

    def _page(self, asked: Asked, form: Form, location_id: str, status: int = 200) -> Response:
        return self._desk.frame.page(
            asked, "location_form.html", status, form=form, location_id=location_id, zones=zone_names()
        )


def _form(asked: Asked) -> LocationForm:
    text = {name: asked.field(name).strip() for name in ("name", "city", "country", "timezone", "language")}
    return LocationForm(**text, on_site=asked.field("on_site") == "yes")
