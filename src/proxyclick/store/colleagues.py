"""Who is at a location, listed a page at a time, and who of them may be a host?"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from proxyclick.people.identifiers import identifier
from proxyclick.store.resources import Record

_AT_LOCATION = (
    " FROM users WHERE organisation = :organisation"
    " AND EXISTS (SELECT 1 FROM users_locations AS places WHERE places.location = :location"
    " AND places.number = users.number)"
)
_IN_ORDER_OF_INDEX = " AND name_key IS NOT NULL"
"""True of every user; said where the index of names, which is partial, is to give the order instead of a sort."""
_FEW = 5
"""A walk along that index finds its rows one by one; it pays while it meets less than one match in five."""


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

    def page(self, wanted: Wanted, offset: int, limit: int, found: int) -> list[Record]:
        """The users of one page of a list that has `found`. What is nearer to the end is sought from there."""
        limit = max(0, min(limit, found - offset))
        from_end = found - offset - limit
        is_near_end = from_end < offset
        walked = (from_end if is_near_end else offset) + limit
        is_everyone = not wanted.text and wanted.status is StatusFilter.ALL
        order = "DESC" if is_near_end else "ASC"
        hint = _IN_ORDER_OF_INDEX if is_everyone or walked * _FEW < found else ""
        inner = f"SELECT number{_matching(wanted)}{hint} ORDER BY name_key {order} LIMIT :limit OFFSET :offset"
        parameters = _parameters(wanted) | {"limit": limit, "offset": from_end if is_near_end else offset}
        return list(self._records(f" FROM users WHERE number IN ({inner}) ORDER BY name_key", parameters))

    def named(self, organisation: int, location: int, name_key: str) -> Record | None:
        """The user of a location who has a user name, which is given in the form in which names are compared."""
        wanted = _parameters(Wanted(organisation, location)) | {"name_key": name_key}
        return next(self._records(f"{_AT_LOCATION} AND name_key = :name_key", wanted), None)

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
    return _AT_LOCATION + _CONDITIONS[wanted.status] + text


def _parameters(wanted: Wanted) -> dict[str, object]:
    return {"organisation": wanted.organisation, "location": wanted.location, "text": wanted.text}
