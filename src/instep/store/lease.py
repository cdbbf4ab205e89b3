"""Who may run a job now, and who may provision on demand? One process each, by leases (design.md 3)."""

from collections.abc import Iterator
from contextlib import contextmanager

from instep.admin.ports import JobIsRunning, OnDemandIsRunning
from instep.ledger.jobs import Job
from instep.store.database import Database
from instep.store.leases import LeaseTaken, of_cycles, of_job, of_on_demand


class JobLeases:
    """Two leases a job."""

    def __init__(self, database: Database) -> None:
        self._leases = database.leases

    def has_lease(self, job: Job) -> bool:
        """Whether the leases of the job that this process took are its own beyond doubt."""
        return all(self._leases.is_sure(name) for name in of_cycles(job.id))

    @contextmanager
    def lease(self, job: Job) -> Iterator[None]:
        """Hold the right to run the job. Raises JobIsRunning at once where another process has it."""
        try:
            with self._leases.hold(of_job(job.id), job.id):
                yield
        except LeaseTaken:
            raise JobIsRunning(
                f"A cycle of {job.app_name} is running in another process; wait until it has ended."
            ) from None

    @contextmanager
    def on_demand_lease(self, job: Job) -> Iterator[None]:
        """Hold the right to provision on demand. Raises OnDemandIsRunning at once where another process has it."""
        try:
            with self._leases.hold(of_on_demand(job.id), job.id):
                yield
        except LeaseTaken:
            raise OnDemandIsRunning(
                f"Somebody else of {job.app_name} is being provisioned on demand; try again in a few seconds."
            ) from None


def is_provisioning_on_demand(database: Database, job: Job) -> bool:
    """Whether a living process holds the right to provision on demand."""
    return database.leases.is_held(of_on_demand(job.id))
