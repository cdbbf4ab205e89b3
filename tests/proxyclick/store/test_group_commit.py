"""Writes that share a commit: each answered after it, each refused alone."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from instep.scim.errors import InvalidValue, Unavailable
from proxyclick.integrations.scope import Scope
from proxyclick.people.keys import Keys
from proxyclick.store.commits import GroupCommit
from proxyclick.store.database import open_database
from proxyclick.store.resources import Record, ResourceTable

EVERYONE = Scope(organisation=0, locations=(0,), is_whole=True)


def inserting(table: ResourceTable, name: str) -> Callable[[], str]:
    def work() -> str:
        number, new_id = table.next_id()
        table.within(EVERYONE).insert(Record(number, new_id, 1, b"{}"), Keys(name, None, (), None, name), location=0)
        return new_id

    return work


def refusing() -> str:
    raise InvalidValue("not this one")


async def test_writes_that_come_together_are_answered_after_one_commit(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    commits, table = GroupCommit(connection), ResourceTable(connection, "users", "US")
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    ids = await asyncio.gather(*(commits.write(inserting(table, f"p{number}")) for number in range(50)))
    assert len(set(ids)) == 50
    assert statements.count("COMMIT") == 1
    with sqlite3.connect(tmp_path / "proxyclick.db") as other:
        assert other.execute("SELECT count(*) FROM users").fetchone() == (50,)


async def test_one_that_is_refused_is_refused_alone(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    commits, table = GroupCommit(connection), ResourceTable(connection, "users", "US")
    answers = await asyncio.gather(
        commits.write(inserting(table, "a")),
        commits.write(refusing),
        commits.write(inserting(table, "b")),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [str, InvalidValue, str]
    assert table.within(EVERYONE).count() == 2


async def test_one_that_breaks_the_transaction_fails_alone(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    commits, table = GroupCommit(connection), ResourceTable(connection, "users", "US")
    answers = await asyncio.gather(
        commits.write(inserting(table, "same")),
        commits.write(inserting(table, "same")),
        commits.write(inserting(table, "other")),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [str, Unavailable, str]
    assert table.within(EVERYONE).count() == 2


async def test_nobody_waits_for_ever_where_the_log_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("I/O operation on closed file")

    monkeypatch.setattr("proxyclick.store.commits._log", SimpleNamespace(error=fails))
    connection = open_database(tmp_path)
    commits, table = GroupCommit(connection), ResourceTable(connection, "users", "US")
    async with asyncio.timeout(10):
        writes = [commits.write(inserting(table, "same")) for _ in range(2)]
        answers = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(answer) for answer in answers] == [str, Unavailable]


async def test_nothing_is_answered_when_the_database_cannot_be_written(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    commits, table = GroupCommit(connection), ResourceTable(connection, "users", "US")
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Unavailable, match="Nothing was changed"):
        await commits.write(inserting(table, "a"))
    connection.execute("PRAGMA query_only = OFF")
    assert await commits.write(inserting(table, "a"))


def test_a_number_is_never_given_twice_not_even_after_a_restart(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    table = ResourceTable(connection, "users", "US")
    made = inserting(table, "a")()
    number = table.number_of(made)
    assert number is not None
    assert table.within(EVERYONE).delete(number)
    connection.close()
    assert ResourceTable(open_database(tmp_path), "users", "US").next_id()[1] != made
