"""How do we reach the database, and what does a commit promise? (design.md 4, number 9)"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from sqlalchemy import Connection, Engine, FromClause, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler

from instep.store.leases import FileLeases, Leases
from instep.store.unusable import tell_when_unusable

BUSY_TIMEOUT_SECONDS = 60


class _HintedCompiler(SQLiteCompiler):
    """Writes the hints of `with_hint`, such as INDEXED BY, which SQLAlchemy leaves out for SQLite."""

    def get_from_hint_text(self, table: FromClause, text: str | None) -> str | None:
        """Return what follows the name of a table."""
        return text


class Database:
    """One database: short read transactions beside one writer, whose commits survive a power cut.

    Threads of this process queue for the writer's lock here; other processes wait at SQLite's own lock.
    """

    def __init__(self, engine: Engine, leases: Leases) -> None:
        self.engine = engine
        self.leases = leases
        self._writer: Connection | None = None
        self._lock = RLock()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection inside a read transaction: one consistent state of everything."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self, about: str | None = None, under: Collection[str] = ()) -> Iterator[Connection]:
        """Yield a connection inside a write transaction; committed and synced at the end, rolled back on an error.

        Those `about` one job, by its id, exclude each other, and so do all that are not. Where a lease can be lost that
        this process took, nothing is written `under` it from then on: JobIsRunning is raised. Here, on SQLite, every
        write excludes every other one, and a lease ends with its process alone.

        It is always the same connection: SQLite drops a connection's page cache when another one has written, and
        every batch would begin by reading the upper pages of all indexes again. A write within a write of the same
        thread is a part of it.
        """
        with self._lock:
            if self._writer is not None and self._writer.in_transaction():
                yield self._writer
                return
            if self._writer is None:
                self._writer = self.engine.connect().execution_options(instep_begin="BEGIN IMMEDIATE")
            with self._writer.begin():
                yield self._writer

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one transaction of all that this thread writes meanwhile."""
        with self.write():
            yield

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self.engine.dispose()
        self.leases.close()


def make_sqlite_file(path: Path) -> None:
    """Make a database file for a library that keeps its own tables: private to its owner, in WAL mode."""
    path.touch(mode=0o600, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def open_sqlite(path: Path) -> Database:
    """Open (or make) the SQLite database at `path`, private to its owner, in WAL mode with full synchronisation."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_SECONDS}
    )
    engine.dialect.statement_compiler = _HintedCompiler
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    tell_when_unusable(engine, str(path))
    return Database(engine, FileLeases(path.parent / "leases"))


def _configure(raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # transactions are ours: see _begin
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "wal_autocheckpoint=8000",
        "cache_size=-8192",
        "temp_store=MEMORY",
    ):
        raw.execute(f"PRAGMA {pragma}")
    # SQLite's own lower() knows the letters of ASCII alone.
    raw.create_function("folded", 1, _casefold, deterministic=True)


def _casefold(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("instep_begin", "BEGIN"))
