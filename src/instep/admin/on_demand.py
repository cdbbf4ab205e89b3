"""How does an administrator provision one user now, also while a cycle runs (engine.md 8)?"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from instep.admin.people import Person
from instep.admin.ports import Door, JobIsRunning, LogQuery, OnDemandIsRunning
from instep.admin.provisioning import Service, require_job
from instep.admin.provisioning_log import ShownEntry, read_log
from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.conductor import Ports
from instep.cycle.on_demand import Provisioned, provision_user
from instep.cycle.on_demand_steps import Decided, ShownStep, connection_step, steps_on_demand
from instep.cycle.ports import Claim
from instep.directory.applications import App
from instep.directory.errors import NotFound
from instep.ledger.cycles import Cycle, CycleSummary
from instep.ledger.error_codes import explained
from instep.ledger.jobs import Job
from instep.ledger.records import SourceType, Status

LOOK_AGAIN_AFTER_SECONDS = 0.1
TIMES_TO_LOOK = 600  # a minute: longer than a request takes


class UserIsUnderWay(Exception):
    """A cycle has been writing this user's account for so long that waiting makes no sense."""


@dataclass(frozen=True, slots=True)
class OnDemandReport:
    """What happened: the steps, the log entry as people may see it, and the summary of the cycle of one user.

    `advice` is what to do about a failure.
    """

    steps: Sequence[ShownStep]
    entry: ShownEntry | None
    advice: str | None
    summary: CycleSummary


async def provision_on_demand(service: Service, app: App, person: Person, actor: str) -> OnDemandReport:
    """Take one user through all steps. A quarantine does not forbid it, and it changes nothing about the quarantine.

    Raises NotConnected, OnDemandIsRunning, UserIsUnderWay, SecretUnreadable, NotFound for someone who cannot be decided
    about any more; and what `compile_job` raises.
    """
    async with on_demand_lease(service, require_job(service, app)):
        return await take_user(service, app, person, actor)


async def take_user(service: Service, app: App, person: Person, actor: str) -> OnDemandReport:
    """The same for whoever holds the lease."""
    job, compiled = compiled_now(service, app)
    async with on_demand_ports(service, job) as ports:
        claim = Claim(SourceType.USER, person.id, service.new_id(), actor)
        cycle = await take_claim(service, job, claim, f"the account of {person.name}")
        provisioned = await provision_user(job, compiled, ports, cycle, person.id)
    if provisioned.turn is None:
        raise NotFound(f"{person.name} is not in the directory any more, and nothing of them is known to {app.name}.")
    return _report(service, app, provisioned)


def compiled_now(service: Service, app: App) -> tuple[Job, CompiledJob]:
    """Return the job as it is configured now; raises what `compile_job` raises."""
    job = require_job(service, app)
    return job, compile_job(job, service.applications.schema(app.id), service.clock())


@asynccontextmanager
async def on_demand_ports(service: Service, job: Job) -> AsyncIterator[Ports]:
    """Open the target, and close it in the end."""
    may_send = partial(service.jobs.has_lease, job)
    door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings, may_send=may_send)
    async with service.open_target(door) as target:
        yield Ports(service.feed, service.ledger, target, service.clock, service.new_id)


@asynccontextmanager
async def on_demand_lease(service: Service, job: Job) -> AsyncIterator[None]:
    """Hold the right to provision on demand; wait a while for whoever else has it."""
    with ExitStack() as held:
        for _ in range(TIMES_TO_LOOK):
            try:
                held.enter_context(service.jobs.on_demand_lease(job))
                break
            except OnDemandIsRunning:
                await asyncio.sleep(LOOK_AGAIN_AFTER_SECONDS)
        else:
            held.enter_context(service.jobs.on_demand_lease(job))
        yield


async def take_claim(service: Service, job: Job, claim: Claim, name: str) -> Cycle:
    """Claim somebody, when what a running cycle has in hand about them is through."""
    now = service.clock()
    for _ in range(TIMES_TO_LOOK):
        await asyncio.to_thread(service.ledger.in_hand, job, claim.source_type)  # forgets a claim that was cut off
        cycle = await asyncio.to_thread(service.claims.take_beside_a_cycle, job, claim, now)
        if cycle is not None:
            return cycle
        try:
            with service.jobs.lease(job):
                return await asyncio.to_thread(service.claims.take_alone, job, claim, now)
        except JobIsRunning:
            await asyncio.sleep(LOOK_AGAIN_AFTER_SECONDS)
    await asyncio.to_thread(service.claims.give_up, job, claim)
    raise UserIsUnderWay(
        f"A cycle of {job.app_name} is writing {name} at this moment, and the application does not answer. Try again "
        "when the cycle has ended."
    )


def _report(service: Service, app: App, provisioned: Provisioned) -> OnDemandReport:
    query = LogQuery(app_id=app.id, cycle_id=provisioned.summary.cycle_id, limit=1)
    entry = next(read_log(service.applications, service.jobs, query), None)
    steps = [] if provisioned.stop is None else [connection_step(provisioned.stop, app.name)]
    if provisioned.turn is not None:
        mappings = service.applications.schema(app.id).users.mappings
        logged = entry.recorded.entry if entry is not None else None
        steps += steps_on_demand(Decided(provisioned.turn, provisioned.compiled, mappings, logged, app.name))
    failed = entry is not None and entry.recorded.entry.status is Status.FAILURE
    advice = explained(entry.recorded.entry.code).action if entry is not None and failed else None
    return OnDemandReport(steps, entry, advice, provisioned.summary)
