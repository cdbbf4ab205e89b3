"""How is an application's job doing, in one value: what `apps status`, the status page and /healthz show?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.admin.ports import BEFORE_THE_FIRST_CYCLE, CycleReport, Milestones
from instep.admin.provisioning import Service
from instep.directory.applications import App
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import Job, JobState
from instep.ledger.notices import NO_MAILS, WaitingMails
from instep.ledger.plans import Plan
from instep.ledger.records import Escrow

CYCLES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class AppStatus:
    """An application's job, its last cycles, its accounts, and what waits; `job` is None before it is connected."""

    app: App
    job: Job | None
    code: str  # NotConfigured, NotRun, Active, Paused, Quarantine (engine.md 11.3)
    cycles: Sequence[CycleReport] = ()
    milestones: Milestones = BEFORE_THE_FIRST_CYCLE
    linked: int = 0
    active: int = 0
    linked_groups: int = 0
    escrows: Sequence[Escrow] = ()  # all, or the first ones
    escrowed: int = 0
    group_escrows: Sequence[Escrow] = ()
    held: int = 0
    held_sets: Sequence[Plan] = ()
    mails: WaitingMails = NO_MAILS
    next_cycle_at: datetime | None = None


def status_of(service: Service, app: App, most_escrows: int | None = None) -> AppStatus:
    """Return the status of one application, with all escrows, or the first ones of maybe thousands."""
    job = service.jobs.job_of(app)
    if job is None:
        return AppStatus(app, None, "NotConfigured")
    cycles = service.jobs.last_cycles(job, CYCLES_SHOWN)
    milestones = service.jobs.milestones(job)
    linked, active = service.jobs.link_counts(job)
    return AppStatus(
        app=app,
        job=job,
        code=_code(job, cycles, milestones),
        cycles=cycles,
        milestones=milestones,
        linked=linked,
        active=active,
        linked_groups=service.jobs.linked_groups(job),
        escrows=service.jobs.escrows(job, most_escrows),
        escrowed=service.jobs.count_escrows(job),
        group_escrows=service.jobs.group_escrows(job),
        held=service.jobs.held(job),
        held_sets=service.plans.waiting_held_sets(job),
        mails=service.jobs.waiting_mails(job),
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


def progress_of(service: Service, status: AppStatus) -> tuple[int, int] | None:
    """Return how many users the running cycle has finished, and about how many it has; None where none runs."""
    current = status.cycles[0] if status.cycles else None
    if status.job is None or current is None or current.state is not CycleState.RUNNING:
        return None
    total = service.feed.count(status.job, current.as_cycle(status.job))
    return current.counts.users, max(total, current.counts.users)


def _code(job: Job, cycles: Sequence[CycleReport], milestones: Milestones) -> str:
    """Before its first run is complete a job has not run, started or not; a stopped one was begun at least."""
    if not job.is_connected:
        return "NotConfigured"
    if job.quarantine is not None:
        return "Quarantine"
    if job.state is not JobState.ACTIVE:
        return "Paused" if cycles else "NotRun"
    return "Active" if milestones.is_completed else "NotRun"
