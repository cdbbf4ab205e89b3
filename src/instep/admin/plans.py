"""What does an administrator do with plans: save, look, approve, reject, and apply exactly what was approved?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from instep.admin.ports import Door, PlannedQuery
from instep.admin.preview import preview_as_it_is
from instep.admin.provisioning import Service, require_job
from instep.cycle.applying import apply_plan_cycle
from instep.cycle.conductor import Ports, ignore_progress
from instep.cycle.run import Progress
from instep.directory.applications import App
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import Job, JobState
from instep.ledger.plans import KeptOperation, Plan, PlannedOperation, PlannedState, PlanOrigin, PlanState
from instep.ledger.redaction import redacted_in

PAGE_SIZE = 500


class PlanRefused(Exception):
    """There is no such plan, or it is not in a state for this; the message says which, and what to do."""


@dataclass(slots=True)
class _Writing:
    """A plan that is being written."""

    service: Service
    plan_id: int

    def add(self, planned: Sequence[PlannedOperation]) -> None:
        self.service.plans.add(self.plan_id, planned)


async def save_plan(
    service: Service, app: App, actor: str, watch: Callable[[Progress], None] = ignore_progress
) -> tuple[Plan | None, CycleSummary]:
    """Preview the next cycle and keep its operations, and who would fail; one that was cut short leaves no plan.

    What a budget would hold is in the plan as well: to approve the plan is to agree to it. Raises NotConnected,
    JobIsRunning, SecretUnreadable.
    """
    job = require_job(service, app)
    writing = _Writing(service, service.plans.begin(job, service.clock(), actor))
    try:
        summary = await preview_as_it_is(service, app, writing.add, watch)
    except BaseException:
        service.plans.discard(writing.plan_id)
        raise
    if summary.state is not CycleState.SUCCEEDED:
        service.plans.discard(writing.plan_id)
        return None, summary
    service.plans.keep(writing.plan_id, job, summary.kind, service.clock(), actor)
    return find_plan(service, app, writing.plan_id), summary


def plans_of(service: Service, app: App) -> Sequence[Plan]:
    """Return the application's plans, the newest first. Raises NotConnected."""
    return service.plans.all(require_job(service, app))


def unfinished_plan(service: Service, app: App) -> Plan | None:
    """Return a preview that another process makes, or that was cut off when its process ended. Raises NotConnected."""
    return service.plans.unfinished(require_job(service, app))


def find_plan(service: Service, app: App, plan_id: int | None) -> Plan:
    """Return a plan of the application; without an id, the only one that is not at its end. Raises PlanRefused."""
    job = require_job(service, app)
    if plan_id is not None:
        if (found := service.plans.find(job, plan_id)) is not None:
            return found
        raise PlanRefused(
            f"{app.name} has no plan {plan_id}. Look on the page Preview and plans, or with: "
            f"instep apps plan list '{app.name}'"
        )
    waiting = [plan for plan in service.plans.all(job) if plan.is_waiting]
    if len(waiting) == 1:
        return waiting[0]
    if not waiting:
        raise PlanRefused(
            f"No plan of {app.name} waits. Preview the next cycle, or: instep apps plan save '{app.name}'"
        )
    raise PlanRefused(f"Several plans of {app.name} wait: {', '.join(str(plan.id) for plan in waiting)}. Name one.")


def operations_of(service: Service, app: App, plan: Plan, state: PlannedState | None = None) -> Iterator[KeptOperation]:
    """Yield a plan's operations in their order, hidden values hidden; all, or those in one state."""
    redacted = redacted_in(service.applications.schema(app.id))
    after = 0
    while page := service.plans.operations(plan.id, after, PAGE_SIZE, state):
        yield from (each.hiding(redacted) for each in page)
        after = page[-1].number


def page_of_plan(service: Service, app: App, plan: Plan, wanted: PlannedQuery) -> Sequence[KeptOperation]:
    """Return some of a plan's operations, hidden values hidden."""
    redacted = redacted_in(service.applications.schema(app.id))
    return [each.hiding(redacted) for each in service.plans.page(plan.id, wanted)]


def held_sets(service: Service, app: App) -> Sequence[Plan]:
    """Return the sets of held operations that wait or stand rejected, as people see them now. Raises NotConnected."""
    held = [plan for plan in plans_of(service, app) if plan.origin is PlanOrigin.HELD]
    standing = [plan for plan in held if plan.is_waiting or (plan.state is PlanState.REJECTED and not plan.ended_at)]
    return [show_plan(service, app, plan) for plan in standing]


def show_plan(service: Service, app: App, plan: Plan) -> Plan:
    """Return a plan as people see it: nothing is added to a held set from now on."""
    if plan.shown_at is not None or plan.origin is not PlanOrigin.HELD:
        return plan
    service.plans.show(plan, service.clock())
    return find_plan(service, app, plan.id)


def approve_plan(service: Service, app: App, plan: Plan, actor: str) -> Plan:
    """Agree to a plan, as it was shown. What is held then goes with the next cycle.

    Raises PlanRefused where nobody has seen it yet, or it was decided already, or is out of date.
    """
    _require_state(plan, "approved", PlanState.PLANNED)
    if plan.origin is PlanOrigin.HELD and plan.shown_at is None:
        raise PlanRefused(
            f"Nobody has seen yet what plan {plan.id} holds, and it may still grow. Look first, on the page Held or "
            f"with: instep apps held '{app.name}', or instep apps plan show '{app.name}' {plan.id}"
        )
    return _decide(service, app, plan, PlanState.APPROVED, actor)


def reject_plan(service: Service, app: App, plan: Plan, actor: str) -> Plan:
    """Refuse a plan: it can never be applied. The accounts of a held set stay as they are until their users change.

    Raises PlanRefused where that has begun, or was decided already.
    """
    _require_state(plan, "rejected", PlanState.PLANNED, PlanState.APPROVED)
    return _decide(service, app, plan, PlanState.REJECTED, actor)


async def apply_plan(
    service: Service, app: App, plan: Plan, actor: str, watch: Callable[[Progress], None] = ignore_progress
) -> tuple[Plan, CycleSummary]:
    """Carry out an approved plan, or go on with that; return it as it is then. To undo a cycle stops the job.

    Raises PlanRefused, NotConnected, JobIsRunning, SecretUnreadable.
    """
    if plan.state is PlanState.PLANNED:
        raise PlanRefused(
            f"Plan {plan.id} is not approved yet. Approve it on its page, or with: "
            f"instep apps plan approve '{app.name}' {plan.id}"
        )
    _require_state(plan, "applied", PlanState.APPROVED, PlanState.APPLYING)
    job = require_job(service, app)
    with service.jobs.lease(job):
        job = require_job(service, app)
        _require_current(service, app, job, plan, actor)
        if plan.origin is PlanOrigin.UNDO and job.state is JobState.ACTIVE:
            # Else the next cycle, a moment later, would write again what is undone.
            service.jobs.set_state(job, JobState.PAUSED, service.clock(), actor)
            job = require_job(service, app)
        may_send = partial(service.jobs.has_lease, job)
        door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings, may_send=may_send)
        schema = service.applications.schema(app.id)
        async with service.open_target(door) as target:
            ports = Ports(service.feed, service.ledger, target, service.clock, service.new_id)
            summary = await apply_plan_cycle(job, schema, ports, plan, actor, watch)
    return find_plan(service, app, plan.id), summary


def _decide(service: Service, app: App, plan: Plan, state: PlanState, actor: str) -> Plan:
    job = require_job(service, app)
    _require_current(service, app, job, plan, actor)
    if not service.plans.decide(plan, job, state, service.clock(), actor):
        raise PlanRefused(f"Somebody else has decided about plan {plan.id} meanwhile; look at it again.")
    return find_plan(service, app, plan.id)


def _require_state(plan: Plan, done: str, *states: PlanState) -> None:
    if plan.state in states:
        return
    match plan.state:
        case PlanState.PLANNED:
            why = "it waits for approval"
        case PlanState.APPROVED | PlanState.REJECTED:
            why = f"it was {plan.state.value} already, by {plan.decided_by}"
        case PlanState.APPLYING | PlanState.APPLIED:
            why = f"{plan.applied_by} has begun to apply it" if plan.ended_at is None else "it was applied already"
        case _:
            why = plan.reason or "it is out of date"
    raise PlanRefused(f"Plan {plan.id} cannot be {done}: {why}.")


def _require_current(service: Service, app: App, job: Job, plan: Plan, actor: str) -> None:
    """A plan says what one configuration does at one target; with another it is stale as a whole."""
    if plan.configuration_version == job.configuration_version and plan.target_identity == job.target_identity:
        return
    reason = "the configuration was changed after it was made"
    if plan.origin is PlanOrigin.HELD:
        raise PlanRefused(f"Plan {plan.id}: {reason}. The next cycle decides anew what is held; look at it then.")
    service.plans.make_stale(plan, job, service.clock(), actor, reason)
    raise PlanRefused(
        f"Plan {plan.id} is out of date as a whole: {reason}. Preview the next cycle again, or: instep apps plan save "
        f"'{app.name}'"
    )
