"""Who is at a location, listed a page at a time, and who of them may be a host?"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from proxyclick.people.identifiers import identifier
from proxyclick.store.resources import Record

_FROM = (
    " FROM users WHERE organisation = :organisation"
    " AND EXISTS (SELECT 1 FROM users_locations AS places WHERE places.location = :location"
    " AND places.number = users.number)"
)


class StatusFilter(StrEnum):
    """Which users a list has."""

    ALL = "all"
    ACTIVE = "active"
    INACTIVE = "inactive"


_CONDITIONS = {StatusFilter.ALL: "", StatusFilter.ACTIVE: " AND active", StatusFilter.INACTIVE: " AND NOT active"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for; `text` is in the form in which text is compared, or empty."""

    organisation: int
    location: int
    text: str = ""
    status: StatusFilter = StatusFilter.ALL


class Colleagues:
    """The users of locations, in the order of their e-mail addresses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def count(self, wanted: Wanted) -> int:
        """How many users a list has, on all of its pages."""
        if wanted.status is StatusFilter.ALL and not wanted.text:
            query = "SELECT count(*) FROM users_locations WHERE location = ?"
            return int(self._execute(query, (wanted.location,)).fetchone()[0])
        return int(self._execute(f"SELECT count(*){_matching(wanted)}", _parameters(wanted)).fetchone()[0])

    def page(self, wanted: Wanted, offset: int, limit: int) -> list[Record]:
        """The users of one page."""
        parameters = _parameters(wanted) | {"limit": limit, "offset": offset}
        return list(self._records(f"{_matching(wanted)} ORDER BY name_key LIMIT :limit OFFSET :offset", parameters))

    def candidates(self, organisation: int, location: int, text: str) -> Iterator[Record]:
        """The active users of a location who have a text somewhere in what is searched, one after the other."""
        wanted = Wanted(organisation, location, text, StatusFilter.ACTIVE)
        yield from self._records(f"{_matching(wanted)} ORDER BY name_key", _parameters(wanted))

    def _records(self, condition: str, parameters: dict[str, object]) -> Iterator[Record]:
        query = f"SELECT number, revision, body, installation{condition}"
        for number, revision, body, installation in self._execute(query, parameters):
            yield Record(number, identifier("US", number), revision, body, installation)


def _matching(wanted: Wanted) -> str:
    text = " AND instr(search_text, :text)" if wanted.text else ""
    return _FROM + _CONDITIONS[wanted.status] + text


def _parameters(wanted: Wanted) -> dict[str, object]:
    return {"organisation": wanted.organisation, "location": wanted.location, "text": wanted.text}
