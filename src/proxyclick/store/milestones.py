"""Where does a page by index begin, and how many are there, without passing over all that comes before?

Of the resources of an organisation, in the order of their numbers, every so-many-th is remembered. A page begins at the
last of these before it, and only those after the last one of all are counted.
"""

import sqlite3
from bisect import bisect_left

from proxyclick.store.other_writers import OtherWriters

_STEP = 100


class Milestones:
    """Those of one organisation in one table, known since no other connection has written.

    Those after a resource that is added or taken away are forgotten, which `changed` has to be told. Numbers ascend, so
    that whoever is added comes last and nothing is forgotten.
    """

    def __init__(
        self, connection: sqlite3.Connection, table: str, organisation: int, others: OtherWriters, step: int = _STEP
    ) -> None:
        self._connection, self._others, self._organisation, self._step = connection, others, organisation, step
        self._known: tuple[int, tuple[int, ...]] = (-1, ())  # together, as pages of the console are read in threads
        following = f"FROM {table} WHERE organisation = ? AND number > ?"
        self._next = f"SELECT number {following} ORDER BY number LIMIT 1 OFFSET {step - 1}"
        self._count = f"SELECT count(*) {following}"

    def count(self) -> int:
        """How many resources there are."""
        places = self._places()
        last = places[-1] if places else -1
        (further,) = self._connection.execute(self._count, (self._organisation, last)).fetchone()
        return len(places) * self._step + int(further)

    def before(self, offset: int) -> tuple[int, int]:
        """How many resources come up to a milestone, at most `offset`, and the number of the last of them, or -1."""
        places = self._places()
        passed = min(offset // self._step, len(places))
        return passed * self._step, places[passed - 1] if passed else -1

    def changed(self, number: int) -> None:
        """A resource of this number is added or taken away."""
        version, places = self._known
        if places and number <= places[-1]:
            self._known = (version, places[: bisect_left(places, number)])

    def _places(self) -> tuple[int, ...]:
        version = self._others.version()
        places = list(self._known[1]) if self._known[0] == version else []
        if self._connection.in_transaction:
            return tuple(places)  # what is not committed may still be undone
        known = len(places)
        while found := self._connection.execute(
            self._next, (self._organisation, places[-1] if places else -1)
        ).fetchone():
            places.append(found[0])
        if len(places) != known or self._known[0] != version:
            self._known = (version, tuple(places))
        return self._known[1]
