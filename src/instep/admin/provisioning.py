"""What does an administrator do with a job: connect, test, provision, start, stop, restart, change settings?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from instep.admin.applications import default_settings
from instep.admin.connecting import ConnectionRefused as ConnectionRefused
from instep.admin.connecting import test_connection as test_connection
from instep.admin.ports import Applications, Door, Drifts, JobIsStopped, Jobs, OpenTarget, Plans
from instep.clock import Clock
from instep.cycle.conductor import Ports, Retries, ignore_progress, run_cycle
from instep.cycle.ports import Claims, Feed, Ledger, Previews
from instep.cycle.run import Progress
from instep.directory.applications import App
from instep.gallery.template import UnknownTemplate
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job, JobSettings, JobState


class NotConnected(Exception):
    """The application has no job yet."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the use cases of this module need."""

    applications: Applications
    jobs: Jobs
    feed: Feed
    ledger: Ledger
    open_target: OpenTarget
    clock: Clock
    new_id: Callable[[], str]
    previews: Previews
    plans: Plans
    claims: Claims
    drifts: Drifts


async def connect(service: Service, app: App, tenant_url: str, secret_token: str, actor: str) -> Job:
    """Test the connection, and only then save it; the first connection creates the job, stopped.

    Raises ConnectionRefused.
    """
    await test_connection(service, app, new_door(service, app, tenant_url, secret_token))
    return save_connection(service, app, tenant_url, secret_token, actor)


def new_door(service: Service, app: App, tenant_url: str, secret_token: str) -> Door:
    """Return what would open the application if this connection were saved."""
    known = service.jobs.job_of(app)
    return Door(tenant_url, secret_token, known.settings if known is not None else first_settings(app))


def save_connection(service: Service, app: App, tenant_url: str, secret_token: str, actor: str) -> Job:
    """Save a connection that was tested; the first one creates the job, stopped."""
    known = service.jobs.job_of(app)
    if known is not None:
        job = replace(known, tenant_url=tenant_url)
    else:
        seed = service.new_id()  # random: what is drawn from it may be a password
        identity = service.new_id(), app.id, app.name, app.template_id, tenant_url
        job = Job(*identity, JobState.PAUSED, first_settings(app), configuration_version=1, seed=seed)
    service.jobs.connect(job, secret_token, service.clock(), actor)
    return job


def first_settings(app: App) -> JobSettings:
    """Return the settings that the job of an application starts with."""
    from instep.gallery.templates import load_template  # reads 334 templates, for the first connection only

    try:
        return default_settings(load_template(app.template_id))
    except UnknownTemplate:
        return JobSettings()


async def provision(
    service: Service,
    app: App,
    watch: Callable[[Progress], None] = ignore_progress,
    retries: Retries = Retries.ALL,
) -> CycleSummary:
    """Run one cycle now, or go on with the unfinished one, whether the job is started or not.

    Raises NotConnected, JobIsRunning, SecretUnreadable.
    """
    with service.jobs.lease(require_job(service, app)):
        return await _run(service, app, require_job(service, app), watch, retries)


async def provision_started(service: Service, app: App) -> CycleSummary:
    """Run one cycle as the service does, which tries those in escrow who are due. Raises JobIsStopped, and as above."""
    with service.jobs.lease(require_job(service, app)):
        job = require_job(service, app)  # it may have been stopped since the service saw that it was due
        if job.state is not JobState.ACTIVE:
            raise JobIsStopped(f"{app.name} was stopped.")
        return await _run(service, app, job, ignore_progress, Retries.DUE)


async def _run(
    service: Service, app: App, job: Job, watch: Callable[[Progress], None], retries: Retries
) -> CycleSummary:
    may_send = partial(service.jobs.has_lease, job)
    door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings, may_send=may_send)
    schema = service.applications.schema(app.id)
    async with service.open_target(door) as target:
        ports = Ports(service.feed, service.ledger, target, service.clock, service.new_id, service.previews)
        return await run_cycle(job, schema, ports, watch, retries)


def connected_job(jobs: Jobs, app: App) -> Job | None:
    """Return the application's job, if it is known how the application is reached."""
    job = jobs.job_of(app)
    return job if job is not None and job.is_connected else None


def require_job(service: Service, app: App) -> Job:
    """Return the application's job. Raises NotConnected, also for a job that a program made and has not connected."""
    job = connected_job(service.jobs, app)
    if job is None:
        raise NotConnected(
            f"{app.name} is not connected yet. Connect it with its Tenant URL and Secret Token, on its page "
            f"Connection or with: instep apps connect '{app.name}' --tenant-url URL --token-stdin"
        )
    return job


def switch_job(service: Service, app: App, state: JobState, actor: str) -> Job:
    """Start or stop the application's job, and return it as it was. Raises NotConnected."""
    job = require_job(service, app)
    service.jobs.set_state(job, state, service.clock(), actor)
    return job


def saved_door(service: Service, app: App) -> Door:
    """Return what opens the application as it was saved. Raises NotConnected, SecretUnreadable."""
    job = require_job(service, app)
    return Door(job.tenant_url, service.jobs.secret_token(job), job.settings)
