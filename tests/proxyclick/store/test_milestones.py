"""A page by index, and how many there are, are the same as if everybody was counted each time."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from proxyclick.integrations.scope import Scope
from proxyclick.people.keys import Keys
from proxyclick.store.database import open_database
from proxyclick.store.milestones import Milestones
from proxyclick.store.other_writers import OtherWriters
from proxyclick.store.resources import Record, ResourceTable, ScopedTable

EVERYONE = Scope(organisation=0, locations=(0,), is_whole=True)
_STEP = 4


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_database(tmp_path)) as opened:
        yield opened


def table_of(connection: sqlite3.Connection) -> ScopedTable:
    """The users, with a milestone at every fourth."""
    others = OtherWriters(connection)
    table = ResourceTable(connection, "users", "US", others)
    table._milestones[0] = Milestones(connection, "users", 0, others, _STEP)
    return table.within(EVERYONE)


def add(table: ScopedTable) -> int:
    number, new_id = table.next_id()
    table.insert(Record(number, new_id, 1, b"{}"), Keys(new_id, None, (), None, ""), location=0)
    return number


def check(table: ScopedTable, there: list[int]) -> None:
    assert table.count() == len(there)
    for offset in range(len(there) + _STEP):
        assert [record.number for record in table.page(offset, 3)] == there[offset : offset + 3]


def test_whatever_is_added_and_taken_away_between(connection: sqlite3.Connection) -> None:
    table, there = table_of(connection), list[int]()
    check(table, there)
    choices = random.Random(7)
    for _ in range(60):
        if there and choices.random() < 0.4:
            gone = there.pop(choices.randrange(len(there)))
            assert table.delete(gone)
        else:
            there.append(add(table))
        check(table, there)


def test_what_is_undone_was_never_there(connection: sqlite3.Connection) -> None:
    table = table_of(connection)
    there = [add(table) for _ in range(10)]
    check(table, there)
    connection.execute("BEGIN")
    table.delete(there[1])
    more = [add(table) for _ in range(5)]
    check(table, [there[0], *there[2:], *more])
    connection.execute("ROLLBACK")
    check(table, there)


def test_what_another_connection_writes_counts(connection: sqlite3.Connection, tmp_path: Path) -> None:
    table = table_of(connection)
    there = [add(table) for _ in range(10)]
    check(table, there)
    with closing(open_database(tmp_path)) as other:
        other.execute("DELETE FROM users WHERE number = ?", (there[2],))
    check(table, [*there[:2], *there[3:]])


def test_pages_and_numbers_are_those_of_their_organisation(connection: sqlite3.Connection) -> None:
    table = table_of(connection)
    there = [add(table) for _ in range(9)]
    connection.execute("INSERT INTO organisations VALUES (1, 'Another', '')")
    other = ResourceTable(connection, "users", "US").within(Scope(1, (1,), is_whole=True))
    others = [add(other) for _ in range(3)]
    check(table, there)
    assert (other.count(), [record.number for record in other.page(1, 9)]) == (3, others[1:])
