"""Which organisations are there, and which locations has each?"""

import sqlite3
from dataclasses import replace

from proxyclick.people.locations import Location


class Organisations:
    """The organisations and their locations. Each statement is its own transaction, unless the caller has begun one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, name: str, created_at: str) -> int:
        """Adds an organisation, which has no location yet; its number."""
        added = self._execute("INSERT INTO organisations (name, created_at) VALUES (?, ?)", (name, created_at))
        return int(added.lastrowid or 0)

    def add_location(self, organisation: int, name: str, created_at: str) -> int:
        """Adds a location; its number."""
        added = self._execute(
            "INSERT INTO locations (organisation, name, created_at) VALUES (?, ?, ?)", (organisation, name, created_at)
        )
        return int(added.lastrowid or 0)

    def save_location(self, location: Location) -> None:
        """Keeps what a location is called, and where and how it is."""
        self._execute(
            "UPDATE locations SET name = ?, city = ?, country = ?, timezone = ?, language = ?, on_site = ?"
            " WHERE number = ?",
            (
                location.name,
                location.city,
                location.country,
                location.timezone,
                location.language,
                location.on_site,
                location.number,
            ),
        )

    def users_at(self, location: int) -> int:
        """How many users a location has."""
        query = "SELECT count(*) FROM users_locations WHERE location = ?"
        return int(self._execute(query, (location,)).fetchone()[0])

    def location(self, number: int) -> Location | None:
        """The location of a number."""
        found = self._locations("WHERE number = ?", (number,))
        return found[0] if found else None

    def locations(self, organisation: int) -> list[Location]:
        """The locations of an organisation, in the order in which they were made."""
        return self._locations("WHERE organisation = ? ORDER BY number", (organisation,))

    def all_locations(self) -> list[Location]:
        """The locations of every organisation."""
        return self._locations("ORDER BY organisation, number", ())

    def _locations(self, condition: str, parameters: tuple[int, ...]) -> list[Location]:
        columns = "number, organisation, name, city, country, timezone, language, created_at, on_site"
        rows = self._execute(f"SELECT {columns} FROM locations {condition}", parameters)
        return [replace(Location(*row), on_site=bool(row[-1])) for row in rows]
