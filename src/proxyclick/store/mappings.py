"""What is the multi-location mapping of an installation?"""

import json
import sqlite3

from proxyclick.people.multi_location import AllUsers, Conditions, MultiLocationMapping, Provisioned, Who


class Mappings:
    """The multi-location mappings; a write is to be made inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def of(self, installation: int) -> MultiLocationMapping | None:
        """The mapping of an installation; None when there is no such installation."""
        row = self._execute(
            "SELECT location, home_location FROM installations WHERE number = ?", (installation,)
        ).fetchone()
        if row is None:
            return None
        mapped = self._execute(
            "SELECT location, conditions FROM mapped_locations WHERE installation = ? ORDER BY location",
            (installation,),
        )
        return MultiLocationMapping(row[0], tuple(Provisioned(place, _who(who)) for place, who in mapped), row[1])

    def save(self, installation: int, mapping: MultiLocationMapping) -> None:
        """Puts the further locations and the forced home in the place of those that were."""
        self._execute("UPDATE installations SET home_location = ? WHERE number = ?", (mapping.home, installation))
        self._execute("DELETE FROM mapped_locations WHERE installation = ?", (installation,))
        for each in mapping.further:
            row = (installation, each.location, _conditions(each.who))
            self._execute("INSERT INTO mapped_locations VALUES (?, ?, ?)", row)


def _who(conditions: str | None) -> Who:
    if conditions is None:
        return AllUsers()
    stored = json.loads(conditions)
    return Conditions(tuple(stored.get("cities", ())), tuple(stored.get("languages", ())))


def _conditions(who: Who) -> str | None:
    match who:
        case AllUsers():
            return None
        case Conditions(cities, languages):
            return json.dumps({"cities": cities, "languages": languages})
