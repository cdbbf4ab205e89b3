"""How is the multi-location mapping of an integration shown and changed?"""

from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from proxyclick.admin.acting import NotAllowed, NotThere, Refused
from proxyclick.admin.multi_location import Choice, MappingShown, save_mapping, shown_mapping
from proxyclick.admin.user_facts import integration_titles
from proxyclick.console.asking import Asked
from proxyclick.console.desk import UNPROCESSABLE, Desk, Form
from proxyclick.console.doors import Doors
from proxyclick.people.locations import location_number
from proxyclick.people.multi_location import Conditions
from proxyclick.people.user_groups import Right

_PATH = "/settings/integrations/{installation}/locations"


class MappingPage:
    """The page behind the button Multi-location mapping."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self, doors: Doors) -> list[BaseRoute]:
        """Its route."""
        return [doors.route(_PATH, self.mapping, self.save, right=Right.MANAGE_INTEGRATIONS)]

    def mapping(self, asked: Asked) -> Response:
        """Every other location, on or off, and for whom."""
        number = _installation(asked)
        shown = shown_mapping(self._desk.reading, asked.actor, number)
        if isinstance(shown, NotThere):
            return self._desk.not_there(asked)
        return self._page(asked, number, shown, Form(_values(shown)))

    async def save(self, asked: Asked) -> Response:
        """Keeps the mapping, or shows the form again with what is wrong."""
        number, desk = _installation(asked), self._desk
        shown = shown_mapping(desk.writing, asked.actor, number)
        if isinstance(shown, NotThere):
            return desk.not_there(asked)
        choices = {
            each: _choice(asked, each) for row in shown.rows if asked.field(f"on-{(each := row.location.number)}")
        }
        home = location_number(asked.field("home"))
        outcome = await desk.write(lambda: save_mapping(desk.writing, asked.actor, number, choices, home))
        if isinstance(outcome, NotAllowed | NotThere):
            return desk.refusal(asked, outcome)
        if isinstance(outcome, Refused):
            typed = {name: asked.field(name) for name in asked.form}
            return self._page(
                asked, number, shown, Form(_values(shown) | _off(shown) | typed, outcome.errors), UNPROCESSABLE
            )
        return desk.frame.redirect(
            asked, asked.request.url.path, "The mapping was saved. It holds from the next change on."
        )

    def _page(self, asked: Asked, number: int, shown: MappingShown, form: Form, status: int = 200) -> Response:
        title = integration_titles(self._desk.reading).get(number, "")
        return self._desk.frame.page(
            asked, "mapping.html", status, form=form, shown=shown, title=title, installation=number
        )


def _installation(asked: Asked) -> int:
    text = asked.path("installation")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _choice(asked: Asked, location: int) -> Choice:
    return Choice(
        is_for_all=asked.field(f"who-{location}") != "some",
        cities=asked.field(f"cities-{location}"),
        languages=asked.field(f"languages-{location}"),
    )


def _values(shown: MappingShown) -> dict[str, Any]:
    """What the fields show of a mapping that is kept."""
    values: dict[str, Any] = {"home": shown.home.id if shown.home else ""}
    for row in shown.rows:
        number, some = row.location.number, isinstance(row.who, Conditions)
        values[f"on-{number}"] = "yes" if row.who is not None else ""
        values[f"who-{number}"] = "some" if some else "all"
        values[f"cities-{number}"] = ", ".join(row.who.cities) if isinstance(row.who, Conditions) else ""
        values[f"languages-{number}"] = ", ".join(row.who.languages) if isinstance(row.who, Conditions) else ""
    return values


def _off(shown: MappingShown) -> dict[str, str]:
    """Of switches, a form sends only those that are on."""
    return {f"on-{row.location.number}": "" for row in shown.rows if row.may_change}
