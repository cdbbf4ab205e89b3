"""Who may import now? One process at a time, held by a lock that ends with its process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from instep.directory.errors import ImportRunning
from instep.store.database import Database

_ADVISORY_KEY = 0x1A57E9  # any number that nothing else locks
_REFUSAL = "Another import into this directory is running; wait until it has ended, then repeat the command."


@contextmanager
def import_lease(database: Database) -> Iterator[None]:
    """Hold the right to import; raise ImportRunning at once where another process, or thread, has it."""
    if database.engine.dialect.name == "sqlite":
        yield from _file_lock(f"{database.engine.url.database}.import-lock")
    else:
        yield from _advisory_lock(database)


def _file_lock(path: str) -> Iterator[None]:
    with open(path, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ImportRunning(_REFUSAL) from None
        yield


def _advisory_lock(database: Database) -> Iterator[None]:
    with database.engine.connect() as connection:
        taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _ADVISORY_KEY}).scalar_one()
        if not taken:
            raise ImportRunning(_REFUSAL)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_KEY})
