"""How is the tenant's database opened, and what is in it from the first day on?"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proxyclick.clock import system_clock, timestamp
from proxyclick.store.tables import STATEMENTS

FILE_NAME = "proxyclick.db"
VERSION = 1
FIRST_ORGANISATION, FIRST_LOCATION = 0, 0

_SETTINGS = """
PRAGMA busy_timeout = 10000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 8000;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -32768;
"""


class DataDirectoryUnusable(Exception):
    """The data directory cannot be used; the message says why and what to do."""


def open_database(directory: Path) -> sqlite3.Connection:
    """A connection in autocommit mode, the tables made if need be; directory and files are the user's alone.

    Raises DataDirectoryUnusable.
    """
    path = directory / FILE_NAME
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite gives its -wal and -shm files the mode of the database file. One that is there is not touched: closing
        # any descriptor of it would end the locks of every connection that this process has.
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.executescript(_SETTINGS)
        _make_tables(connection)
    except (OSError, sqlite3.Error) as error:
        raise DataDirectoryUnusable(f"The data directory {directory} cannot be used: {error}.") from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is done inside is kept, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _make_tables(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise DataDirectoryUnusable("The data was written by a newer proxyclick: install that, or use another --data.")
    if version == VERSION:
        return
    with transaction(connection):
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            for statement in STATEMENTS.split(";\n"):
                connection.execute(statement)
            _make_first_location(connection)
            connection.execute(f"PRAGMA user_version = {VERSION}")


def _make_first_location(connection: sqlite3.Connection) -> None:
    now = timestamp(system_clock())
    connection.execute("INSERT INTO organisations VALUES (?, 'My organisation', ?)", (FIRST_ORGANISATION, now))
    connection.execute(
        "INSERT INTO locations (number, organisation, name, created_at) VALUES (?, ?, 'Main location', ?)",
        (FIRST_LOCATION, FIRST_ORGANISATION, now),
    )
