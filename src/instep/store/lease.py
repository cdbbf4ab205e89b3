"""Who may run a job now? One process at a time, held by a lock that ends with its process (design.md 3)."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from instep.admin.ports import JobIsRunning
from instep.ledger.jobs import Job
from instep.store.database import Database


class JobLeases:
    """One lease a job: a lock on a file beside the database."""

    def __init__(self, database: Database) -> None:
        self._folder = Path(str(database.engine.url.database)).parent / "leases"

    @contextmanager
    def lease(self, job: Job) -> Iterator[None]:
        """Hold the right to run the job. Raises JobIsRunning at once where another process has it."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with open(self._folder / job.id, "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise JobIsRunning(
                    f"A cycle of {job.app_name} is running in another process; wait until it has ended."
                ) from None
            yield
