"""Who may do what only one process may do at a time? Leases that end with their process (design.md 3)."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

IMPORT = "import"


class LeaseTaken(Exception):
    """Another process, or thread, has the lease."""


class Leases(Protocol):
    """The leases of one database; each has a name."""

    def hold(self, name: str, about: str | None = None) -> AbstractContextManager[None]:
        """Hold a lease; `about` is what its holder writes of, as in `Database.write`. Raises LeaseTaken at once."""

    def is_held(self, name: str) -> bool:
        """Whether a living process has the lease."""

    def is_sure(self, name: str) -> bool:
        """Whether a lease that this process took is its own beyond doubt, at this instant; asks nobody."""

    def close(self) -> None:
        """Give all of them back."""


class FileLeases:
    """Locks on files beside a SQLite database. The kernel ends them with their process, and never before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(self, name: str, about: str | None = None) -> Iterator[None]:
        """Hold a lease. Raises LeaseTaken."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        with open(self._folder / name, "a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LeaseTaken(name) from None
            yield

    def is_held(self, name: str) -> bool:
        """Whether a living process has the lease."""
        try:
            with self.hold(name):
                return False
        except LeaseTaken:
            return True

    def is_sure(self, name: str) -> bool:
        """Whether a lease is this process's own: once taken, it is."""
        return True

    def close(self) -> None:
        """Nothing is open but what is held."""


def of_job(job_id: str) -> str:
    """Return the name of the lease to run a job."""
    return job_id


def of_on_demand(job_id: str) -> str:
    """Return the name of the lease to provision on demand."""
    return f"{job_id}.on-demand"


def of_cycles(job_id: str) -> tuple[str, str]:
    """Return the leases that a process has one of which writes a job's ledger."""
    return of_job(job_id), of_on_demand(job_id)
