"""How are users and groups written, found and listed, each by those who may?

A resource is kept as the bytes of its answer, so that reading it is no work; what it is found by is kept beside it.
"""

import sqlite3
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from proxyclick.integrations.scope import Scope
from proxyclick.people.identifiers import identifier, number_of
from proxyclick.people.keys import Keys
from proxyclick.store.milestones import Milestones
from proxyclick.store.other_writers import OtherWriters

_BATCH = 500
_KEPT_SCOPES = 1000


class Direction(StrEnum):
    """From where to where an order goes."""

    ASCENDING = "ASC"
    DESCENDING = "DESC"


class Record(NamedTuple):  # which is made in a third of the time that a frozen dataclass takes: lists have hundreds
    """A kept resource: `body` is its JSON, whose last member `meta` still lacks the location.

    `installation` is the one that provisions it; None when it was added by hand.
    """

    number: int
    id: str
    revision: int
    body: bytes
    installation: int | None = None


class ResourceTable:
    """The resources of one type, of all organisations. Nothing is read but `within` a scope."""

    def __init__(
        self, connection: sqlite3.Connection, table: str, prefix: str, others: OtherWriters | None = None
    ) -> None:
        self.connection, self.name, self.prefix = connection, table, prefix
        (last,) = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        self._next_number = 0 if last is None else last + 1
        self._others, self._is_for_writing = others or OtherWriters(connection), others is not None
        self._within: dict[Scope, ScopedTable] = {}
        self._milestones: dict[int, Milestones] = {}

    def state(self) -> tuple[int, int]:
        """Another pair than before if anything was written, by this process or another."""
        return self.connection.total_changes, self._others.version()

    def next_id(self) -> tuple[int, str]:
        """A number and the id made from it, never given before. One that is not used is lost, which is no harm."""
        number = self._next_number
        self._next_number += 1
        return number, identifier(self.prefix, number)

    def number_of(self, resource_id: str) -> int | None:
        """The number of an id; None when it is no id of this type."""
        return number_of(self.prefix, resource_id)

    def milestones(self, organisation: int) -> Milestones | None:
        """Those among all resources of an organisation, for who writes: whoever only reads would soon forget them."""
        if self._is_for_writing and organisation not in self._milestones:
            self._milestones[organisation] = Milestones(self.connection, self.name, organisation, self._others)
        return self._milestones.get(organisation)

    def within(self, scope: Scope) -> "ScopedTable":
        """What of the table a scope reaches."""
        found = self._within.get(scope)
        if found is None:
            if len(self._within) >= _KEPT_SCOPES:
                self._within.clear()
            found = self._within[scope] = ScopedTable(self, scope)
        return found


class ScopedTable:
    """The resources of one type that a scope reaches, in the order in which they were made."""

    def __init__(self, table: ResourceTable, scope: Scope) -> None:
        self._table, self.scope, self._name = table, scope, table.name
        self._execute = table.connection.execute
        self.next_id, self.number_of = table.next_id, table.number_of
        self._one, self._all, self._parameters = _conditions(table.name, scope)
        self._counted = ((-1, -1), 0)
        self._milestones = table.milestones(scope.organisation)
        self._selection = f"SELECT number, revision, body, installation FROM {table.name}"
        self._by_number = f"{self._selection} WHERE number = ? AND {self._one}"
        self._insertion = f"INSERT INTO {table.name} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        self._placing = f"INSERT INTO {table.name}_locations VALUES (?, ?, 1, ?)"
        self._holding = (
            f"SELECT number FROM {table.name} WHERE organisation = ?1 AND name_key = ?2 AND number IS NOT ?4"
            f" UNION ALL SELECT number FROM {table.name} WHERE organisation = ?1 AND work_email_key = ?3"
            " AND number IS NOT ?4 LIMIT 1"
        )

    def widened(self) -> "ScopedTable":
        """The same for the whole organisation."""
        return self._table.within(self.scope.widened())

    def insert(self, record: Record, keys: Keys, location: int) -> None:
        """Adds a resource at the location that is its home; that its keys are free was asked before."""
        self._execute(
            self._insertion,
            (
                record.number,
                self.scope.organisation,
                record.revision,
                record.installation,
                keys.active,
                *_indexed(keys),
                record.body,
            ),
        )
        self._insert_other_emails(record.number, keys)
        self._execute(self._placing, (location, record.number, record.installation))

    def update_body(self, record: Record, search_text: str) -> None:
        """Replaces a resource that is there, and is found by the same keys as before, but for the free text."""
        self._execute(
            f"UPDATE {self._name} SET revision = ?, installation = ?, search_text = ?, body = ? WHERE number = ?",
            (record.revision, record.installation, search_text, record.body, record.number),
        )

    def update(self, record: Record, keys: Keys) -> None:
        """Replaces a resource that is there."""
        self._execute(
            f"UPDATE {self._name} SET revision = ?, installation = ?, active = ?, name_key = ?, work_email_key = ?,"
            " external_id = ?, search_text = ?, body = ? WHERE number = ?",
            (record.revision, record.installation, keys.active, *_indexed(keys), record.body, record.number),
        )
        self._execute(f"DELETE FROM {self._name}_other_emails WHERE number = ?", (record.number,))
        self._insert_other_emails(record.number, keys)

    def delete(self, number: int) -> bool:
        """Takes a resource from the locations of the scope, and away if it was at no other; whether it is gone."""
        marks = _marks(self.scope.locations)
        self._execute(
            f"DELETE FROM {self._name}_locations WHERE number = ? AND location IN ({marks})",
            (number, *self.scope.locations),
        )
        left = self.locations_of(number)
        if left:
            self._execute(
                f"UPDATE {self._name}_locations SET is_home = 1 WHERE location = ? AND number = ?", (left[0], number)
            )
            return False
        if self._milestones is not None:
            self._milestones.deleted(number)
        self._execute(f"DELETE FROM {self._name} WHERE number = ?", (number,))
        return True

    def locations_of(self, number: int) -> list[int]:
        """All locations of a resource, also those that the scope does not reach; its home comes first."""
        rows = self._execute(
            f"SELECT location FROM {self._name}_locations WHERE number = ?"
            " AND location IN (SELECT number FROM locations WHERE organisation = ?) ORDER BY is_home DESC, location",
            (number, self.scope.organisation),
        )
        return [location for (location,) in rows]

    def get(self, resource_id: str) -> Record | None:
        """The resource of an id."""
        number = self.number_of(resource_id)
        return None if number is None else self.at(number)

    def at(self, number: int) -> Record | None:
        """The resource of a number."""
        row = self._execute(self._by_number, (number, *self._parameters)).fetchone()
        return None if row is None else Record(number, identifier(self._table.prefix, number), *row[1:])

    def holder(self, keys: Keys, besides: int | None = None) -> int | None:
        """The number of another of the organisation that has this name or work e-mail, whether reached or not."""
        row = self._execute(self._holding, (self.scope.organisation, keys.name, keys.work_email, besides)).fetchone()
        return int(row[0]) if row else None

    def count(self, search_text: str = "") -> int:
        """How many resources there are, or how many have a text."""
        if self._milestones is not None and self.scope.is_whole and not search_text:
            return self._milestones.count()
        state = self._table.state()
        counted_at, known = self._counted
        if not search_text and counted_at == state:
            return known
        condition, parameters = self._containing(search_text)
        (count,) = self._execute(f"SELECT count(*) FROM {self._name} {condition}", parameters).fetchone()
        if not search_text:
            self._counted = (state, int(count))  # together, as pages count in threads
        return int(count)

    def page(self, offset: int, limit: int, search_text: str = "") -> list[Record]:
        """Resources in the order of their making, or those that have a text."""
        condition, parameters = self._containing(search_text)
        # Those before the page are passed over in an index: they need not be read.
        milestones = self._milestones if self.scope.is_whole and not search_text else None
        passed, last = milestones.before(offset) if milestones else (0, -1)
        page = f"SELECT number FROM {self._name} {condition} AND number > ? ORDER BY number LIMIT ? OFFSET ?"
        return self._select(f"WHERE number IN ({page}) ORDER BY number", (*parameters, last, limit, offset - passed))

    def after(self, number: int, limit: int) -> list[Record]:
        """The resources that follow a number; start with -1."""
        return self._select(
            f"WHERE {self._all} AND number > ? ORDER BY number LIMIT ?", (*self._parameters, number, limit)
        )

    def before(self, number: int, limit: int) -> list[Record]:
        """The resources that precede a number, the latest first."""
        return self._select(
            f"WHERE {self._all} AND number < ? ORDER BY number DESC LIMIT ?", (*self._parameters, number, limit)
        )

    def by_name(self, offset: int, limit: int, direction: Direction) -> list[Record]:
        """Resources that have a name, which is unique, in the order of their names."""
        return self._select(
            f"WHERE {self._all} AND name_key IS NOT NULL ORDER BY name_key {direction} LIMIT ? OFFSET ?",
            (*self._parameters, limit, offset),
        )

    def mentioning(self, text: str) -> list[Record]:
        """The resources with a text anywhere in their JSON."""
        return self._select(f"WHERE {self._all} AND instr(body, ?)", (*self._parameters, text.encode()))

    def numbered(self, numbers: Sequence[int]) -> list[Record]:
        """The resources of these numbers that are there, in order."""
        ordered = sorted(numbers)
        parts = [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]
        return [
            record
            for part in parts
            for record in self._select(
                f"WHERE number IN ({_marks(part)}) AND {self._one} ORDER BY number", (*part, *self._parameters)
            )
        ]

    def named(self, name_key: str) -> list[Record]:
        """The resources of a name that the scope reaches."""
        return self._select(f"WHERE name_key = ? AND {self._one}", (name_key, *self._parameters))

    def with_name(self, name_key: str) -> set[int]:
        """The numbers of the organisation's resources of a name; `numbered` leaves those that the scope reaches."""
        return self._numbers("name_key", name_key)

    def with_email(self, email_key: str) -> set[int]:
        """As `with_name`, with an e-mail address, for work or not."""
        others = self._execute(f"SELECT number FROM {self._name}_other_emails WHERE email_key = ?", (email_key,))
        return self._numbers("work_email_key", email_key) | {number for (number,) in others}

    def with_external_id(self, external_id: str) -> set[int]:
        """As `with_name`, with an external id."""
        return self._numbers("external_id", external_id)

    def _insert_other_emails(self, number: int, keys: Keys) -> None:
        for email_key in keys.other_emails:
            self._execute(f"INSERT INTO {self._name}_other_emails VALUES (?, ?)", (email_key, number))

    def _numbers(self, column: str, key: str) -> set[int]:
        query = f"SELECT number FROM {self._name} WHERE organisation = ? AND {column} = ?"
        return {number for (number,) in self._execute(query, (self.scope.organisation, key))}

    def _containing(self, text: str) -> tuple[str, tuple[object, ...]]:
        if not text:
            return f"WHERE {self._all}", self._parameters
        return f"WHERE {self._all} AND instr(search_text, ?)", (*self._parameters, text)

    def _select(self, condition: str, parameters: Sequence[object]) -> list[Record]:
        prefix, rows = self._table.prefix, self._execute(f"{self._selection} {condition}", parameters)
        return [
            Record(number, identifier(prefix, number), revision, body, installation)
            for number, revision, body, installation in rows
        ]


def _conditions(table: str, scope: Scope) -> tuple[str, str, tuple[int, ...]]:
    """What holds for one resource that a scope reaches, the same where all of them are sought, and the parameters.

    As every resource is at some location, the whole organisation needs no look at locations. Else one resource is
    tried by the key of its place, and all are found by going through the places.
    """
    if scope.is_whole:
        return "organisation = ?", "organisation = ?", (scope.organisation,)
    places = f"{table}_locations WHERE location IN ({_marks(scope.locations)})"
    one = f"organisation = ? AND EXISTS (SELECT 1 FROM {places} AND {table}_locations.number = {table}.number)"
    every = f"organisation = ? AND number IN (SELECT number FROM {places})"
    return one, every, (scope.organisation, *scope.locations)


def _indexed(keys: Keys) -> tuple[str | None, ...]:
    return keys.name, keys.work_email, keys.external_id, keys.search_text


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
