"""How is the tenant's database opened, and which tables does it have?"""

import os
import sqlite3
from pathlib import Path

FILE_NAME = "proxyclick.db"
VERSION = 1

_RESOURCES = """
CREATE TABLE {table} (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, and neither is the id that is made from it
    revision INTEGER NOT NULL,
    name_key TEXT,
    work_email_key TEXT,
    external_id TEXT,
    search_text TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX {table}_by_name ON {table} (name_key) WHERE name_key IS NOT NULL;
CREATE INDEX {table}_by_work_email ON {table} (work_email_key) WHERE work_email_key IS NOT NULL;
CREATE INDEX {table}_by_external_id ON {table} (external_id) WHERE external_id IS NOT NULL;
CREATE TABLE {table}_other_emails (
    email_key TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES {table} (number) ON DELETE CASCADE,
    PRIMARY KEY (email_key, number)
) WITHOUT ROWID;
CREATE INDEX {table}_other_emails_by_number ON {table}_other_emails (number);
"""
_INTEGRATIONS = """
CREATE TABLE installations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    token_prefix TEXT NOT NULL,
    token_digest BLOB NOT NULL,
    created_at TEXT NOT NULL,
    revoked_at TEXT
);
CREATE INDEX installations_by_prefix ON installations (token_prefix);
"""
_SETTINGS = """
PRAGMA busy_timeout = 10000;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 8000;
PRAGMA foreign_keys = ON;
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
        # SQLite gives its -wal and -shm files the mode of the database file.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.executescript(_SETTINGS)
        _make_tables(connection)
    except (OSError, sqlite3.Error) as error:
        raise DataDirectoryUnusable(f"The data directory {directory} cannot be used: {error}.") from error
    return connection


def _make_tables(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise DataDirectoryUnusable("The data was written by a newer proxyclick: install that, or use another --data.")
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            tables = _RESOURCES.format(table="users") + _RESOURCES.format(table="groups") + _INTEGRATIONS
            for statement in tables.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
