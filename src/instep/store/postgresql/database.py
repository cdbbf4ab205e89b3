"""How do many processes write into one database, so that each write is still as if it were alone?

On SQLite there is one writer. Here, whoever writes takes a lock for the length of the transaction, on what it writes
about: the one lock of the directory, applications and administrators, or that of one job. Writers of the directory
follow each other, so the numbers of the change log follow the order of commit; the ledgers of two jobs know nothing of
each other. A transaction takes one such lock and no second (but for `together`), so that none waits for another in a
circle.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager, nullcontext
from threading import local
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from instep.store.database import Database
from instep.store.postgresql.leases import AdvisoryLeases
from instep.store.postgresql.locks import lock_key
from instep.store.unusable import DatabaseUnusable, tell_when_unusable

OLDEST_SERVER = 18
KEPT_OPEN, LARGEST_POOL = 5, 40  # connections of a process
CONNECT_WITHIN_SECONDS = 10
_DIRECTORY = "the directory"
# What a thread does takes milliseconds; to compile a query to machine code takes longer than it saves.
_SESSION = "-c jit=off -c timezone=UTC"


class PostgresqlDatabase(Database):
    """A database on a server."""

    def __init__(self, url: str) -> None:
        self._url = sqlalchemy_url(url)
        engine = self.new_engine(pool_size=KEPT_OPEN, max_overflow=LARGEST_POOL - KEPT_OPEN)
        self._leases = AdvisoryLeases(engine, self._number)
        super().__init__(engine, self._leases)
        self._joined = local()
        self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def new_engine(self, **pool: Any) -> Engine:
        """Return an engine to the same database with a pool of its own."""
        how = {
            "application_name": "instep",
            "connect_timeout": CONNECT_WITHIN_SECONDS,
            "options": _SESSION,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        }
        engine = create_engine(self._url, connect_args=how, **pool)
        tell_when_unusable(engine, self._url.set(username=None, password=None, query={}).render_as_string())
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection inside a read transaction: one consistent state of everything."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self, about: str | None = None, under: Collection[str] = ()) -> Iterator[Connection]:
        """Yield a connection inside a write transaction that waits for those about the same. Raises JobIsRunning."""
        joined: Connection | None = getattr(self._joined, "connection", None)
        with nullcontext(joined) if joined is not None else self.engine.begin() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (lock_key("write", about or _DIRECTORY),))
            self._leases.require(connection, under)
            yield connection

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make one transaction of all that this thread writes meanwhile.

        It takes the directory's lock before those of jobs; as nobody else has two, nobody waits in a circle.
        """
        with self.write() as connection:
            self._joined.connection = connection
            try:
                yield
            finally:
                del self._joined.connection

    def _number(self, name: str, about: str | None, holder: str) -> int:
        """Count a lease as taken, when whoever had it before has ended what it was writing."""
        with self.write(about) as connection:
            counted = connection.exec_driver_sql(
                """INSERT INTO leases (name, epoch, holder, taken_at) VALUES (%s, 1, %s, now()::text)
                   ON CONFLICT (name) DO UPDATE
                   SET epoch = leases.epoch + 1, holder = excluded.holder, taken_at = excluded.taken_at
                   RETURNING epoch""",
                (name, holder),
            )
            return int(counted.scalar_one())


def sqlalchemy_url(url: str) -> Any:
    """Return a URL of PostgreSQL as SQLAlchemy wants it. Raises DatabaseUnusable."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.get_backend_name() not in ("postgresql", "postgres"):
        raise DatabaseUnusable(
            "This is no URL of a PostgreSQL database. It looks like postgresql://USER:PASSWORD@HOST/DATABASE; "
            "without one, Instep keeps its data in a file of the data directory."
        )
    return parsed.set(drivername="postgresql+psycopg")


def open_postgresql(url: str) -> Database:
    """Open the PostgreSQL database at a URL. Raises DatabaseUnusable."""
    database = PostgresqlDatabase(url)
    try:
        with database.read() as connection:
            version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
            encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
    except DatabaseUnusable:
        database.close()
        raise
    if version < OLDEST_SERVER or encoding != "UTF8":
        database.close()
        raise DatabaseUnusable(
            f"The server is PostgreSQL {version} with encoding {encoding}; Instep needs PostgreSQL {OLDEST_SERVER} or "
            "newer, and a database with encoding UTF8."
        )
    return database
