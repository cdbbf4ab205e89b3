"""Who may run a job now, and who may provision on demand? One process each, by locks that end with it (design.md 3)."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from instep.admin.ports import JobIsRunning, OnDemandIsRunning
from instep.ledger.jobs import Job
from instep.store.database import Database


class JobLeases:
    """Two leases a job: locks on files beside the database."""

    def __init__(self, database: Database) -> None:
        self._folder = _folder(database)

    @contextmanager
    def lease(self, job: Job) -> Iterator[None]:
        """Hold the right to run the job. Raises JobIsRunning at once where another process has it."""
        try:
            with _lock(self._folder, job.id):
                yield
        except BlockingIOError:
            raise JobIsRunning(
                f"A cycle of {job.app_name} is running in another process; wait until it has ended."
            ) from None

    @contextmanager
    def on_demand_lease(self, job: Job) -> Iterator[None]:
        """Hold the right to provision on demand. Raises OnDemandIsRunning at once where another process has it."""
        try:
            with _lock(self._folder, _on_demand(job)):
                yield
        except BlockingIOError:
            raise OnDemandIsRunning(
                f"Somebody else of {job.app_name} is being provisioned on demand; try again in a few seconds."
            ) from None


def is_provisioning_on_demand(database: Database, job: Job) -> bool:
    """Whether a living process holds the right to provision on demand."""
    try:
        with _lock(_folder(database), _on_demand(job)):
            return False
    except BlockingIOError:
        return True


def _folder(database: Database) -> Path:
    return Path(str(database.engine.url.database)).parent / "leases"


def _on_demand(job: Job) -> str:
    return f"{job.id}.on-demand"


@contextmanager
def _lock(folder: Path, name: str) -> Iterator[None]:
    folder.mkdir(mode=0o700, exist_ok=True)
    with open(folder / name, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
