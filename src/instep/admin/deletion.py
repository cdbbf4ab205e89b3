"""How does an administrator delete an application, or its job alone, and what goes with it (decision 90)?

The accounts and groups at the target stay as they are, active or not: nobody is disabled because an application is
deleted. Whoever wants them gone ends the assignments first, and lets a cycle run. The provisioning log and the audit
log stay. A job that is created later knows nothing of the one before: it matches everybody again.
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from instep.admin.ports import JobIsRunning, OnDemandIsRunning
from instep.admin.provisioning import NotConnected, Service
from instep.admin.restarting import held_removals
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobState

LOOK_EVERY_SECONDS = 0.25
MOST_LOOKS = 80  # requests under way are waited for so long: twenty seconds


class DeletionRefused(Exception):
    """Something waits for an administrator that could not be done any more; nothing was changed."""


class StillRunning(Exception):
    """The job was stopped, and its last requests are still under way: to be tried again."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What would go with an application; nothing is done yet. Accounts and groups stay, what is known of them goes."""

    app: App
    job: Job | None
    assigned: int  # users and groups
    accounts: int
    active_accounts: int
    groups: int
    held_removals: int  # while there are any, the deletion is refused


def deletion_of(service: Service, app: App) -> Deletion:
    """Return what would go with an application; its job alone takes all of that but those who are assigned."""
    job = service.jobs.job_of(app)
    assigned = len({each.principal_id for each in service.applications.assignments(app.id)})
    if job is None:
        return Deletion(app, None, assigned, 0, 0, 0, 0)
    accounts, active = service.jobs.link_counts(job)
    return Deletion(app, job, assigned, accounts, active, service.jobs.linked_groups(job), held_removals(service, job))


async def delete_application(service: Service, app: App, actor: str) -> None:
    """Delete an application with its job, assignments, owners and mappings, in one transaction.

    A cycle under way is stopped first. Raises DeletionRefused, or StillRunning.
    """
    job = service.jobs.job_of(app)

    def delete() -> None:
        service.applications.delete(app, service.clock(), actor)

    if job is None:
        await asyncio.to_thread(delete)
    else:
        await _stopped(service, app, job, actor, delete)


async def delete_job(service: Service, app: App, actor: str) -> None:
    """Delete an application's job with its connection and all that it knows; the application stays as it is.

    A cycle under way is stopped first. Raises NotConnected where there is no job, DeletionRefused, or StillRunning.
    """
    job = service.jobs.job_of(app)
    if job is None:
        raise NotConnected(f"{app.name} has no job that could be deleted.")
    await _stopped(service, app, job, actor, lambda: service.jobs.delete(job, service.clock(), actor))


async def _stopped(service: Service, app: App, job: Job, actor: str, delete: Callable[[], None]) -> None:
    """Delete while this process has both leases of the job, so that nothing of it runs, and nothing can begin."""
    _require_nothing_held(service, app, job)
    with await _leases(service, app, job, actor):
        _require_nothing_held(service, app, job)  # a cycle may have held somebody meanwhile
        await asyncio.to_thread(delete)


def _require_nothing_held(service: Service, app: App, job: Job) -> None:
    if held := held_removals(service, job):
        raise DeletionRefused(
            f"{app.name} holds {held} removal{'s' if held != 1 else ''}: once the job is gone nobody disables these "
            f"accounts. Approve or reject them first: instep apps held '{app.name}'"
        )


async def _leases(service: Service, app: App, job: Job, actor: str) -> ExitStack:
    for look in range(MOST_LOOKS):
        with ExitStack() as held:
            try:
                held.enter_context(service.jobs.lease(job))
                held.enter_context(service.jobs.on_demand_lease(job))
                return held.pop_all()
            except (JobIsRunning, OnDemandIsRunning):
                if not look:
                    service.jobs.set_state(job, JobState.PAUSED, service.clock(), actor)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
    raise StillRunning(
        f"{app.name} was stopped, and waits for the last answers of its application; nothing was deleted. "
        "Try again in half a minute."
    )
