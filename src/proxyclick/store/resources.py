"""How are users and groups written, found and listed?

A resource is kept as the bytes of its answer, so that reading it is no work; what it is found by is kept beside it.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxyclick.people.identifiers import identifier, number_of
from proxyclick.people.keys import Keys

_COLUMNS = "number, revision, body"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Record:
    """A kept resource: `body` is its JSON, whose last member `meta` still lacks the location."""

    number: int
    id: str
    revision: int
    body: bytes


class ResourceTable:
    """The resources of one type, in the order in which they were made."""

    def __init__(self, connection: sqlite3.Connection, table: str, prefix: str) -> None:
        self._connection, self._table, self._prefix = connection, table, prefix
        self._execute = connection.execute
        (last,) = self._execute("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        self._next_number = 0 if last is None else last + 1

    def next_id(self) -> tuple[int, str]:
        """A number and the id made from it, never given before. One that is not used is lost, which is no harm."""
        number = self._next_number
        self._next_number += 1
        return number, identifier(self._prefix, number)

    def number_of(self, resource_id: str) -> int | None:
        """The number of an id; None when it is no id of this type."""
        return number_of(self._prefix, resource_id)

    def insert(self, record: Record, keys: Keys) -> None:
        """Adds a resource; that its keys are free was asked before."""
        self._execute(
            f"INSERT INTO {self._table} VALUES (?, ?, ?, ?, ?, ?, ?)",
            (record.number, record.revision, *_indexed(keys), record.body),
        )
        self._insert_other_emails(record.number, keys)

    def update(self, record: Record, keys: Keys) -> None:
        """Replaces a resource that is there."""
        self._execute(
            f"UPDATE {self._table} SET revision = ?, name_key = ?, work_email_key = ?, external_id = ?,"
            " search_text = ?, body = ? WHERE number = ?",
            (record.revision, *_indexed(keys), record.body, record.number),
        )
        self._execute(f"DELETE FROM {self._table}_other_emails WHERE number = ?", (record.number,))
        self._insert_other_emails(record.number, keys)

    def delete(self, number: int) -> bool:
        """Removes a resource; False when there is none."""
        return self._execute(f"DELETE FROM {self._table} WHERE number = ?", (number,)).rowcount == 1

    def get(self, resource_id: str) -> Record | None:
        """The resource of an id."""
        number = self.number_of(resource_id)
        found = self._select("WHERE number = ?", (number,)) if number is not None else []
        return found[0] if found else None

    def holder(self, keys: Keys, besides: int | None = None) -> str | None:
        """The id of another resource that has this name or work e-mail already."""
        row = self._execute(
            f"SELECT number FROM {self._table} WHERE name_key = ?1 AND number IS NOT ?3"
            f" UNION ALL SELECT number FROM {self._table} WHERE work_email_key = ?2 AND number IS NOT ?3 LIMIT 1",
            (keys.name, keys.work_email, besides),
        ).fetchone()
        return identifier(self._prefix, row[0]) if row else None

    def count(self, search_text: str = "") -> int:
        """How many resources there are, or how many have a text."""
        condition, parameters = _containing(search_text)
        (count,) = self._execute(f"SELECT count(*) FROM {self._table} {condition}", parameters).fetchone()
        return int(count)

    def page(self, offset: int, limit: int, search_text: str = "") -> list[Record]:
        """Resources in the order of their making, or those that have a text."""
        condition, parameters = _containing(search_text)
        return self._select(f"{condition} ORDER BY number LIMIT ? OFFSET ?", (*parameters, limit, offset))

    def after(self, number: int, limit: int) -> list[Record]:
        """The resources that follow a number; start with -1."""
        return self._select("WHERE number > ? ORDER BY number LIMIT ?", (number, limit))

    def mentioning(self, text: str) -> list[Record]:
        """The resources with a text anywhere in their JSON."""
        return self._select("WHERE instr(body, ?)", (text.encode(),))

    def numbered(self, numbers: Sequence[int]) -> list[Record]:
        """The resources of these numbers that are there, in order."""
        ordered = sorted(numbers)
        parts = [ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)]
        return [record for part in parts for record in self._select(f"WHERE number IN ({_marks(part)})", part)]

    def with_name(self, name_key: str) -> set[int]:
        """The numbers of the resources of a name."""
        return self._numbers(f"SELECT number FROM {self._table} WHERE name_key = ?", name_key)

    def with_email(self, email_key: str) -> set[int]:
        """The numbers of the resources with an e-mail address, for work or not."""
        work = self._numbers(f"SELECT number FROM {self._table} WHERE work_email_key = ?", email_key)
        return work | self._numbers(f"SELECT number FROM {self._table}_other_emails WHERE email_key = ?", email_key)

    def with_external_id(self, external_id: str) -> set[int]:
        """The numbers of the resources with an external id."""
        return self._numbers(f"SELECT number FROM {self._table} WHERE external_id = ?", external_id)

    def _insert_other_emails(self, number: int, keys: Keys) -> None:
        for email_key in keys.other_emails:
            self._execute(f"INSERT INTO {self._table}_other_emails VALUES (?, ?)", (email_key, number))

    def _numbers(self, query: str, key: str) -> set[int]:
        return {number for (number,) in self._execute(query, (key,))}

    def _select(self, condition: str, parameters: Sequence[object]) -> list[Record]:
        return list(self._records(f"SELECT {_COLUMNS} FROM {self._table} {condition}", parameters))

    def _records(self, query: str, parameters: Sequence[object]) -> Iterator[Record]:
        for number, revision, body in self._execute(query, parameters):
            yield Record(number, identifier(self._prefix, number), revision, body)


def _indexed(keys: Keys) -> tuple[str | None, ...]:
    return keys.name, keys.work_email, keys.external_id, keys.search_text


def _containing(text: str) -> tuple[str, tuple[str, ...]]:
    return ("WHERE instr(search_text, ?)", (text,)) if text else ("", ())


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
