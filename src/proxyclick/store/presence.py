"""At which locations is a user, who brought them there, and where is their home?"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """One location of a user; `installation` is the one that brought them there, None for somebody who did by hand.

    `has_groups` says that they are in a user group there beside Default.
    """

    location: int
    is_home: bool
    installation: int | None
    has_groups: bool


class Presence:
    """The locations of users; a write is to be made inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def of(self, user: int, organisation: int) -> list[Place]:
        """Where a user of an organisation is; home first."""
        rows = self._execute(
            "SELECT location, is_home, installation, EXISTS (SELECT 1 FROM user_group_members AS members"
            " WHERE members.location = places.location AND members.number = places.number)"
            " FROM users_locations AS places"
            " WHERE number = ? AND location IN (SELECT number FROM locations WHERE organisation = ?)"
            " ORDER BY is_home DESC, location",
            (user, organisation),
        )
        return [Place(location, bool(home), by, bool(groups)) for location, home, by, groups in rows]

    def join(self, user: int, locations: Iterable[int], installation: int | None) -> None:
        """Brings a user to locations, where they are in the user group Default."""
        for location in locations:
            self._execute("INSERT OR IGNORE INTO users_locations VALUES (?, ?, 0, ?)", (location, user, installation))

    def leave(self, user: int, locations: Iterable[int]) -> None:
        """Takes a user from locations, with their user groups there."""
        for location in locations:
            self._execute("DELETE FROM users_locations WHERE location = ? AND number = ?", (location, user))

    def set_home(self, user: int, home: int, organisation: int) -> None:
        """Makes one of the locations of a user their home."""
        self._execute(
            "UPDATE users_locations SET is_home = (location = ?)"
            " WHERE number = ? AND location IN (SELECT number FROM locations WHERE organisation = ?)",
            (home, user, organisation),
        )
