"""What would undo a cycle: the reverse plan from its before-images, approved and applied like any plan?

Nothing is read from the target, and nothing is sent. Only what accounts say is undone: what the directory, assignments
and mappings say is as it is, so a cycle that runs afterwards writes what they say then. Therefore applying an undo
stops the job.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from instep.admin.plans import find_plan
from instep.admin.ports import CycleReport, LeftOpen
from instep.admin.provisioning import Service, require_job
from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.ports import Batch
from instep.cycle.removals import judged
from instep.directory.applications import App
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.jobs import Job
from instep.ledger.plans import Plan, PlannedOperation
from instep.ledger.records import Action, Link, Status
from instep.ledger.redaction import redacted_in
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.mapping.source_values import source_values
from instep.rules.mapping.wanted import MappingFailed
from instep.rules.planning.deprovision import plan_removal
from instep.rules.planning.operations import REMOVALS, Known, OperationKind
from instep.rules.planning.operations import Plan as Decided
from instep.rules.planning.reverse import Kept, Reversal, Writable, Written, reverse, written_together
from instep.rules.scoping.standing import Cause, Standing
from instep.rules.source_user import Presence, SourceUser

USERS_AT_A_TIME = 2_000
_ENDED = (CycleState.SUCCEEDED, CycleState.SUPERSEDED)
_LEAVER = Standing(Cause.DISABLED)
_CODES = {
    OperationKind.UPDATE: (Action.UPDATE, "EntryExportUpdate"),
    OperationKind.ENABLE: (Action.UPDATE, "EntryExportUpdateEnable"),
    OperationKind.DISABLE: (Action.DISABLE, "EntryExportUpdateSoftDelete"),
}


class UndoRefused(Exception):
    """There is no such cycle, or it cannot be undone; the message says why, and what to do."""


@dataclass(slots=True)
class Undo:
    """What undoing a cycle comes to: how many accounts, of whom nothing is undone, and what of it is no account's.

    `removals` say how the accounts that would be disabled stand to the budget.
    """

    cycle: CycleReport
    open: LeftOpen
    changed: int = 0
    left_out: int = 0
    removed: int = 0
    removals: Judgement | None = None
    plan: Plan | None = None


def find_cycle(service: Service, app: App, cycle_id: str) -> CycleReport:
    """Return a cycle of the application by its id. Raises UndoRefused, NotConnected."""
    found = service.jobs.cycle(require_job(service, app), cycle_id)
    if found is None:
        raise UndoRefused(
            f"{app.name} has no cycle {cycle_id[:60]!r}, or it is older than the log is kept. Its cycles are on "
            f"the page Cycles, and instep apps status '{app.name}' --json shows the last one."
        )
    return found


def why_not(job: Job, cycle: CycleReport) -> str | None:
    """Say why a cycle cannot be undone at all; None where it can."""
    if cycle.state not in _ENDED and cycle.kind is not CycleKind.ON_DEMAND:
        return "it has not ended yet. Stop the job, or wait until the cycle has ended"
    if cycle.target_identity != job.target_identity:
        return "it was of another Tenant URL, whose accounts are out of reach"
    if cycle.first_operation is None:
        return "it wrote nothing"
    return None


def preview_undo(service: Service, app: App, cycle_id: str, show: Callable[[Sequence[PlannedOperation]], None]) -> Undo:
    """Show what would undo a cycle, hidden values hidden, and keep nothing. Raises UndoRefused, NotConnected."""
    redacted = redacted_in(service.applications.schema(app.id))
    return _work_out(service, app, cycle_id, lambda page: show([each.hiding(redacted) for each in page]))


def save_undo(service: Service, app: App, cycle_id: str, actor: str) -> Undo:
    """Keep what undoes a cycle as a plan, which waits to be approved; there is none where nothing can be undone.

    Raises UndoRefused, NotConnected.
    """
    job = require_job(service, app)
    find_cycle(service, app, cycle_id)
    plan_id = service.plans.begin(job, service.clock(), actor, undoes=cycle_id)
    try:
        undo = _work_out(service, app, cycle_id, lambda page: service.plans.add(plan_id, page))
    except BaseException:
        service.plans.discard(plan_id)
        raise
    if not undo.changed:
        service.plans.discard(plan_id)
        return undo
    service.plans.keep(plan_id, job, CycleKind.PLAN, service.clock(), actor)
    undo.plan = find_plan(service, app, plan_id)
    return undo


def _work_out(service: Service, app: App, cycle_id: str, take: Callable[[Sequence[PlannedOperation]], None]) -> Undo:
    job, cycle = require_job(service, app), find_cycle(service, app, cycle_id)
    if (reason := why_not(job, cycle)) is not None:
        raise UndoRefused(f"The cycle {cycle.id} of {app.name} cannot be undone: {reason}.")
    compiled = compile_job(job, service.applications.schema(app.id), service.clock())
    undoing = _Undoing(compiled, cycle)
    undo = Undo(cycle, service.jobs.left_open_in(cycle))
    for page in _pages(service, cycle):
        batch = service.feed.some(job, cycle.as_cycle(job), [written.user_id for written in page])
        users = {user.id: user for user in batch.users}
        planned = [undoing.of(written, users.get(written.user_id), batch) for written in page]
        undo.changed += sum(each.kind is not None for each in planned)
        undo.left_out += sum(each.kind is None for each in planned)
        undo.removed += sum(each.kind in REMOVALS for each in planned)
        take(planned)
    if undo.removed:
        undo.removals = judged(job, service.ledger, undo.removed, service.clock())
    return undo


def _pages(service: Service, cycle: CycleReport) -> Iterator[list[Written]]:
    after = ""
    while found := service.jobs.written_in(cycle, after, USERS_AT_A_TIME):
        after = found[-1].user_id
        yield [written_together(list(several)) for _, several in groupby(found, lambda each: each.user_id)]


class _Undoing:
    """The rules by which a cycle is undone: those that the job has now."""

    def __init__(self, compiled: CompiledJob, cycle: CycleReport) -> None:
        self._compiled, self._cycle = compiled, cycle
        mappings = compiled.mappings
        targets = frozenset(mappings.targets) - mappings.adding_targets - compiled.target_rules.create_only
        self._writable = Writable(targets, mappings.soft_delete_targets)

    def of(self, written: Written, heard_of: SourceUser | None, batch: Batch) -> PlannedOperation:
        """Return what undoes it for one user, or why nothing does; nothing does where nobody knows the user."""
        user = heard_of or SourceUser(written.user_id, Presence.PURGED, {}, None, (), has_default_access=False)
        link = batch.links.get(written.user_id)
        known = None if link is None or heard_of is None else Known(link.account_id, link.last_written, link.is_active)
        is_create = written.kind is OperationKind.CREATE
        disabling = self._disabling(user, batch, known) if is_create and known is not None else None
        found = reverse(written, known, disabling, self._compiled.target_rules, self._writable)
        if found.operation is not None and found.operation.kind in REMOVALS and user.id in batch.protected:
            found = Reversal(None, Kept.PROTECTED)
        return self._planned(user, written, link, found, batch.head)

    def _disabling(self, user: SourceUser, batch: Batch, known: Known) -> Decided | None:
        """Return what would disable an account if its user were to have no active one."""
        compiled = self._compiled
        source = source_values(user, _LEAVER, batch.managers.get(user.manager_id or ""))
        try:
            wanted = compiled.mappings.deprovisioning(source, compiled.context)
        except MappingFailed:
            return None
        return plan_removal(_LEAVER, compiled.mappings, wanted, known, compiled.target_rules)

    def _planned(
        self, user: SourceUser, written: Written, link: Link | None, found: Reversal, head: int
    ) -> PlannedOperation:
        operation = found.operation
        facts: dict[str, object] = {"undoes": self._cycle.id}
        if found.kept_attributes:
            facts["kept"] = {name: kept.value for name, kept in found.kept_attributes.items()}
        if written.kind is OperationKind.CREATE:
            facts["created"] = True
        name = user.name if user.name != user.id or link is None else str(link.last_written.get("userName", user.id))
        nothing = PlannedOperation(
            user_id=user.id,
            user_name=name,
            kind=None,
            account_id=written.account_id,
            before={},
            after={},
            sequence=head,
            action=Action.OTHER,
            status=Status.SKIPPED,
            code="" if found.kept is None else found.kept.value,
            facts=facts,
        )
        if operation is None:
            return nothing
        action, code = _CODES[operation.kind]
        return replace(
            nothing,
            kind=operation.kind,
            account_id=operation.account_id,
            before=operation.before,
            after=operation.after,
            action=action,
            status=Status.SUCCESS,
            code=code,
        )


def budget_of(undo: Undo) -> tuple[Budgeted, Judgement] | None:
    """Return how the removals of an undo stand to their budget, where they exceed it."""
    judgement = undo.removals
    return (Budgeted.REMOVALS, judgement) if judgement is not None and judgement.is_over else None
