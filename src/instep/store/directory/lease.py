"""Who may import now? One process at a time, by a lease that ends with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from instep.directory.errors import ImportRunning
from instep.store.database import Database
from instep.store.leases import IMPORT, LeaseTaken


@contextmanager
def import_lease(database: Database) -> Iterator[None]:
    """Hold the right to import; raise ImportRunning at once where another process, or thread, has it."""
    try:
        with database.leases.hold(IMPORT):
            yield
    except LeaseTaken:
        raise ImportRunning(
            "Another import into this directory is running; wait until it has ended, then repeat the command."
        ) from None
