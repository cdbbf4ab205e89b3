"""Where does a page by index begin, and how many are there, without passing over all that comes before?

Of the resources of an organisation, in the order of their numbers, every so-many-th is remembered, and how many there
are up to it from the one before. A page begins at the last of these before it; those after the last of all are counted.
"""

import sqlite3
from bisect import bisect_left
from itertools import accumulate

from proxyclick.store.other_writers import OtherWriters

_STEP = 500


class Milestones:
    """Those of one organisation in one table, known since no other connection has written.

    `deleted` has to be told of each resource that is taken away; numbers ascend, so that whoever is added comes last.
    """

    def __init__(
        self, connection: sqlite3.Connection, table: str, organisation: int, others: OtherWriters, step: int = _STEP
    ) -> None:
        self._connection, self._others, self._organisation, self._step = connection, others, organisation, step
        self._version: int | None = None
        self._places: list[int] = []
        self._counts: list[int] = []
        self._deleted: set[int] = set()
        following = f"FROM {table} WHERE organisation = ? AND number > ?"
        self._next = f"SELECT number {following} ORDER BY number LIMIT 1 OFFSET {step - 1}"
        self._rest = f"SELECT count(*) {following}"
        self._still = f"SELECT 1 FROM {table} WHERE number = ?"

    def count(self) -> int:
        """How many resources there are."""
        if self._connection.in_transaction:  # what is not committed may still be undone, and is not remembered
            return self._rest_after(-1)
        rest = self._look()
        return sum(self._counts) + rest

    def before(self, offset: int) -> tuple[int, int]:
        """How many resources come up to a milestone, at most `offset`, and its number; 0 and -1 for none."""
        passed, last = 0, -1
        if self._connection.in_transaction:
            return passed, last
        self._look()
        for so_far, place in zip(accumulate(self._counts), self._places, strict=True):
            if so_far > offset:
                break
            passed, last = so_far, place
        return passed, last

    def deleted(self, number: int) -> None:
        """A resource of this number is taken away, unless the transaction is undone."""
        self._deleted.add(number)

    def _look(self) -> int:
        """Brings what is known up to date; how many come after the last milestone."""
        version = self._others.version()
        if version != self._version:
            self._version, self._places, self._counts = version, [], []
        for number in self._deleted:
            block = bisect_left(self._places, number)
            if block < len(self._places) and not self._execute(self._still, number):
                self._counts[block] -= 1
        self._deleted.clear()
        rest = self._rest_after(self._last())
        while rest >= 2 * self._step:
            (number,) = self._execute(self._next, self._organisation, self._last())
            self._places.append(number)
            self._counts.append(self._step)
            rest -= self._step
        return rest

    def _rest_after(self, number: int) -> int:
        return self._execute(self._rest, self._organisation, number)[0]

    def _last(self) -> int:
        return self._places[-1] if self._places else -1

    def _execute(self, query: str, *parameters: int) -> tuple[int, ...]:
        found: tuple[int, ...] | None = self._connection.execute(query, parameters).fetchone()
        return found or ()
