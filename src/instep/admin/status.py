"""How is an application's job doing, in one value: what `apps status`, the status page and /healthz show?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.admin.ports import CycleReport
from instep.admin.provisioning import Service
from instep.directory.applications import App
from instep.ledger.jobs import Job, JobState
from instep.ledger.records import Escrow

CYCLES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class AppStatus:
    """An application's job, its last cycles, its accounts, and what waits; `job` is None before it is connected."""

    app: App
    job: Job | None
    code: str  # NotConfigured, NotRun, Active, Paused, Quarantine (engine.md 11.3)
    cycles: Sequence[CycleReport] = ()
    linked: int = 0
    active: int = 0
    escrows: Sequence[Escrow] = ()
    held: int = 0
    next_cycle_at: datetime | None = None


def status_of(service: Service, app: App) -> AppStatus:
    """Return the status of one application."""
    job = service.jobs.job_of(app)
    if job is None:
        return AppStatus(app, None, "NotConfigured")
    cycles = service.jobs.last_cycles(job, CYCLES_SHOWN)
    linked, active = service.jobs.link_counts(job)
    return AppStatus(
        app=app,
        job=job,
        code=_code(job, cycles),
        cycles=cycles,
        linked=linked,
        active=active,
        escrows=service.jobs.escrows(job),
        held=service.jobs.held(job),
        next_cycle_at=next_cycle_at(job),
    )


def next_cycle_at(job: Job) -> datetime | None:
    """Return when the service runs the job next if nothing changes in the directory; None for a stopped job."""
    if job.state is not JobState.ACTIVE or job.last_ended_at is None:
        return None
    if job.quarantine is not None:
        return job.held_back_until
    at = job.last_ended_at + timedelta(seconds=job.settings.interval_seconds)
    return at if job.not_before is None else min(at, job.not_before)


def _code(job: Job, cycles: Sequence[CycleReport]) -> str:
    if job.quarantine is not None:
        return "Quarantine"
    if job.state is JobState.PAUSED:
        return "Paused" if cycles else "NotRun"
    return "Active"
