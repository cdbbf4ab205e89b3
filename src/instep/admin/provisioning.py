"""What does an administrator do with a job: connect, test, provision, start, stop, restart, change settings?"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from instep.admin.applications import default_settings
from instep.admin.ports import Applications, Door, JobIsStopped, Jobs, OpenTarget, Plans
from instep.clock import Clock
from instep.cycle.conductor import Ports, Retries, ignore_progress, run_cycle
from instep.cycle.ports import Claims, Feed, Ledger, Previews
from instep.cycle.probing import ask_for_nobody
from instep.cycle.run import Progress
from instep.directory.applications import App
from instep.gallery.template import UnknownTemplate
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job, JobSettings, JobState, dialect_of
from instep.rules.health.verdicts import CredentialsRefused, Done, Misconfigured, Stopping, Unavailable


class ConnectionRefused(Exception):
    """Test Connection failed; the message says what the target answered and what to do."""


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


async def connect(service: Service, app: App, tenant_url: str, secret_token: str, actor: str) -> Job:
    """Test the connection, and only then save it; the first connection creates the job, stopped.

    Raises ConnectionRefused.
    """
    known = service.jobs.job_of(app)
    settings = known.settings if known is not None else _first_settings(app)
    await test_connection(service, app, Door(tenant_url, secret_token, settings))
    if known is not None:
        job = replace(known, tenant_url=tenant_url)
    else:
        seed = service.new_id()  # random: what is drawn from it may be a password
        identity = service.new_id(), app.id, app.name, app.template_id, tenant_url
        job = Job(*identity, JobState.PAUSED, settings, configuration_version=1, seed=seed)
    service.jobs.connect(job, secret_token, service.clock(), actor)
    return job


def _first_settings(app: App) -> JobSettings:
    from instep.gallery.templates import load_template  # reads 334 templates, for the first connection only

    try:
        return default_settings(load_template(app.template_id))
    except UnknownTemplate:
        return JobSettings()


async def test_connection(service: Service, app: App, door: Door) -> None:
    """Ask for a user who cannot exist; only 200 with an empty list is good (engine.md 10.3).

    Raises ConnectionRefused.
    """
    attribute = _matching_attribute(service, app)
    dialect = dialect_of(door.tenant_url, door.settings)
    async with service.open_target(door) as target:
        problem = _problem(await ask_for_nobody(target, dialect, attribute, service.new_id()), attribute)
    if problem is not None:
        host = urlsplit(door.tenant_url).netloc
        raise ConnectionRefused(f"The connection to {app.name} at {host} does not work: {problem}")


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
    door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings)
    schema = service.applications.schema(app.id)
    async with service.open_target(door) as target:
        ports = Ports(service.feed, service.ledger, target, service.clock, service.new_id, service.previews)
        return await run_cycle(job, schema, ports, watch, retries)


def require_job(service: Service, app: App) -> Job:
    """Return the application's job. Raises NotConnected."""
    job = service.jobs.job_of(app)
    if job is None:
        raise NotConnected(
            f"{app.name} is not connected yet. Connect it with its Tenant URL and Secret Token: "
            f"instep apps connect '{app.name}' --tenant-url URL --token-stdin"
        )
    return job


def saved_door(service: Service, app: App) -> Door:
    """Return what opens the application as it was saved. Raises NotConnected, SecretUnreadable."""
    job = require_job(service, app)
    return Door(job.tenant_url, service.jobs.secret_token(job), job.settings)


def _matching_attribute(service: Service, app: App) -> str:
    matching = [m for m in service.applications.schema(app.id).users.mappings if m.matching_priority]
    if not matching:
        raise ConnectionRefused(f"{app.name} has no matching attribute; give one mapping a matching precedence.")
    return min(matching, key=lambda mapping: mapping.matching_priority).target


def _problem(verdict: Done | Stopping, attribute: str) -> str | None:
    match verdict:
        case Done():
            return None
        case CredentialsRefused(detail, "InsufficientRights"):
            return (
                f"the Secret Token is known, but may not read users ({detail}). "
                "Give the account that issued it Admin permissions."
            )
        case CredentialsRefused(detail):
            return f"the Secret Token was refused ({detail}). Check it, and that its account has Admin permissions."
        case Misconfigured("NotFound", detail):
            return f"there is no SCIM service at this Tenant URL ({detail}). Check the URL."
        case Misconfigured("NotScim", detail):
            return f"{detail}. Check that the Tenant URL is the base of the SCIM service."
        case Misconfigured("NoFilter", detail):
            return f"{detail}; matching users by {attribute} would be impossible."
        case Misconfigured(_, detail):
            return detail
        case Unavailable(_, detail):
            return f"{detail}. Check the Tenant URL and that the application is running."
