"""Which tables does a preview have of its own? Temporary ones that hide those of the ledger, and end with it.

What a cycle writes and reads again must be hidden here; what is not, the database refuses to write.
"""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, event, text
from sqlalchemy.schema import CreateIndex, CreateTable

from instep.ledger.jobs import Job
from instep.store.database import BUSY_TIMEOUT_SECONDS, Database
from instep.store.leases import Leases
from instep.store.postgresql.database import PostgresqlDatabase
from instep.store.tables import metadata

_UNFINISHED = "cycle_id IN (SELECT id FROM {temp}.cycles)"
_OF_JOB = "job_id = :job"
_NOTHING = "1 = 0"
# What a cycle writes, and which of the rows that there are it may read again; in this order.
_HIDDEN = {
    "jobs": "id = :job",
    "cycles": f"{_OF_JOB} AND state IN ('running', 'interrupted')",
    "turns": _UNFINISHED,
    "links": _OF_JOB,
    "operations": f"{_OF_JOB} AND (state = 'unknown' OR (state IN ('planned', 'sent') AND {_UNFINISHED}))",
    "provisioning_log": _UNFINISHED,
    "escrows": _OF_JOB,
    "plans": f"{_OF_JOB} AND origin = 'held' AND ended_at IS NULL",
    "planned_operations": "plan_id IN (SELECT id FROM {temp}.plans) AND state IN ('planned', 'rejected')",
    "holds": _OF_JOB,
    "due_users": _OF_JOB,
    "target_accounts": _NOTHING,
    "audit_log": _NOTHING,
    "group_links": _OF_JOB,
    "written_memberships": f"link_id IN (SELECT id FROM {{main}}.group_links WHERE {_OF_JOB})",
    "group_escrows": _OF_JOB,
    "held_groups": _OF_JOB,
    "due_groups": _OF_JOB,
    "claims": _NOTHING,
    "hourly_entries": _NOTHING,
    "hourly_durations": _NOTHING,
}


class Scratch(Database):
    """One connection for reading and writing alike: temporary tables belong to it, and end with it."""

    def __init__(self, engine: Engine, leases: Leases, temp: str, main: str) -> None:
        super().__init__(engine, leases)
        self._temp, self._main = temp, main

    def close(self) -> None:
        """Close the connection; the leases are those of the database."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield the connection inside a transaction."""
        with self._lock:
            if self._writer is None:
                self._writer = self.engine.connect()
            with self._writer.begin():
                yield self._writer

    @contextmanager
    def write(self, about: str | None = None, under: Collection[str] = ()) -> Iterator[Connection]:
        """Yield the same; nobody else writes here, and no lease is needed."""
        with self.read() as connection:
            yield connection

    def hide_ledger(self, job: Job) -> None:
        """Make the temporary tables, with what the job's next cycle reads of them."""
        hidden = MetaData()
        with self.write() as connection:
            for name, rows in _HIDDEN.items():
                table = metadata.tables[name].to_metadata(hidden, schema=self._temp)
                connection.execute(CreateTable(table, include_foreign_key_constraints=[]))
                for index in table.indexes:
                    connection.execute(CreateIndex(index))
                which = rows.format(temp=self._temp, main=self._main)
                copy = f"INSERT INTO {self._temp}.{name} SELECT * FROM {self._main}.{name} WHERE {which}"
                connection.execute(text(copy), {"job": job.id} if ":job" in rows else {})
            connection.execute(metadata.tables["jobs"].update().values(secret_token=b""))


class _SqliteScratch(Scratch):
    def __init__(self, database: Database) -> None:
        path = quote(str(database.engine.url.database))

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                f"file:{path}?mode=ro", uri=True, check_same_thread=False, timeout=BUSY_TIMEOUT_SECONDS
            )

        engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        super().__init__(engine, database.leases, "temp", "main")


class _PostgresqlScratch(Scratch):
    def __init__(self, database: PostgresqlDatabase) -> None:
        with database.read() as connection:
            main = str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())
        super().__init__(database.new_engine(poolclass=NullPool), database.leases, "pg_temp", main)

    def hide_ledger(self, job: Job) -> None:
        """Make the temporary tables; from then on nothing else can be written."""
        super().hide_ledger(job)
        with self.write() as connection:
            for name in _HIDDEN:
                if (column := metadata.tables[name].autoincrement_column) is not None:
                    of, highest = f"'pg_temp.{name}', '{column.name}'", f"SELECT max({column.name}) FROM pg_temp.{name}"
                    draw = f"SELECT setval(pg_get_serial_sequence({of}), coalesce(({highest}), 0) + 1, false)"
                    connection.execute(text(draw))
                connection.execute(text(f"ANALYZE pg_temp.{name}"))
            connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))


def open_scratch(database: Database) -> Scratch:
    """Return a connection of its own to a database, without the temporary tables yet."""
    return _PostgresqlScratch(database) if isinstance(database, PostgresqlDatabase) else _SqliteScratch(database)


def _configure(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in ("cache_size=-8192", "temp_store=FILE", "temp.cache_size=-8192"):
        raw.execute(f"PRAGMA {pragma}")
