"""Who would enter and who would leave the scope if other scoping filters were saved?

Nothing is sent, nothing is changed. Groups are compared in `group_scope_preview.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from instep.admin.provisioning import Service
from instep.admin.schema import Whom, standard_of, with_scope
from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.ports import Batch
from instep.cycle.removals import judged
from instep.cycle.run import BATCH_SIZE
from instep.cycle.turns import open_turn
from instep.directory.applications import App
from instep.ledger.cycles import Cycle, CycleKind
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.scope_facts import failure_in_words, scope_facts
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.scoping.evaluation import ScopeEvaluation
from instep.rules.scoping.standing import Cause, Standing, decide_standing
from instep.rules.source_user import SourceUser


@dataclass(frozen=True, slots=True)
class Mover:
    """A user or group whom the other filters let in, or keep out; `why` names what decides, to follow the name."""

    id: str
    name: str
    why: str


@dataclass(slots=True)
class ScopePreview:
    """What would change; of those who move, the first `shown` of each kind are named.

    `everyone` is how many are to be evaluated, about; 0 where nobody counted them.
    `lost` are the active accounts, or the groups of the target, that leavers would lose; `judgements` say of all that
    the next cycle would remove, whatever the cause, how it stands to its budget.
    """

    shown: int
    evaluated: int = 0
    before: int = 0
    after: int = 0
    enter: int = 0
    leave: int = 0
    lost: int = 0
    judgements: Mapping[Budgeted, Judgement] = field(default_factory=dict)
    entering: list[Mover] = field(default_factory=list)
    leaving: list[Mover] = field(default_factory=list)
    everyone: int = 0

    def compare(self, who: tuple[str, str], before: Standing, after: Standing, loses: int) -> None:
        """Count one user or group (id, name) by both standings; `loses` is 1 where something would be removed."""
        self.evaluated += 1
        self.before += before.is_in_scope
        self.after += after.is_in_scope
        if before.cause is Cause.FAILS_FILTER and after.is_in_scope:
            self.enter += 1
            self._name(self.entering, who, after)
        elif before.is_in_scope and after.cause is Cause.FAILS_FILTER:
            self.leave += 1
            self.lost += loses
            self._name(self.leaving, who, after)

    def _name(self, movers: list[Mover], who: tuple[str, str], standing: Standing) -> None:
        if len(movers) < self.shown:
            movers.append(Mover(*who, _why(standing.evaluation)))


def preview_scope(service: Service, app: App, scope: object, shown: int) -> ScopePreview:
    """Compare the saved scoping filters of users with others, for everyone who is assigned or linked.

    Raises SchemaRefused for filters that cannot be saved.
    """
    *_, preview = preview_scope_in_portions(service, app, scope, shown)
    return preview


def preview_scope_in_portions(service: Service, app: App, scope: object, shown: int) -> Iterator[ScopePreview]:
    """Yield the same preview after each batch; whoever asks may stop at any time. The judgement comes at the end."""
    present = service.applications.schema(app.id)
    other = with_scope(present, standard_of(app), app, Whom.USERS, scope)
    job, now = job_or_none_yet(service, app), service.clock()
    saved, compiled = compile_job(job, present, now), compile_job(job, other, now)
    preview, removals = ScopePreview(shown, everyone=service.feed.count(job, imagined_cycle(service, job))), 0
    for batch in batches_of_everyone(service, job):
        for user in batch.users:
            after = decide_standing(user, compiled.scoping)
            removed = _is_removed(compiled, user, after, batch)
            preview.compare((user.id, user.name), decide_standing(user, saved.scoping), after, removed)
            removals += removed
        yield preview
    preview.judgements = {Budgeted.REMOVALS: judged(job, service.ledger, removals, now)}
    yield preview


def job_or_none_yet(service: Service, app: App) -> Job:
    """Return the application's job, or one to evaluate by where it has none: nobody is linked."""
    settings = JobSettings()
    none_yet = Job("", app.id, app.name, app.template_id, "", JobState.PAUSED, settings, 0)
    return service.jobs.job_of(app) or none_yet


def imagined_cycle(service: Service, job: Job) -> Cycle:
    """Return an initial cycle that is not written down, to read the directory by."""
    return Cycle("", job.id, CycleKind.INITIAL, 0, job.target_identity, None, 0, None, service.clock())


def batches_of_everyone(service: Service, job: Job) -> Iterator[Batch]:
    """Yield everyone of the next initial cycle: who is assigned, or linked."""
    cycle = imagined_cycle(service, job)
    after: str | None = None
    while True:
        batch = service.feed.walk(job, cycle, after, BATCH_SIZE)
        yield batch
        if batch.last is None:
            return
        after = batch.last


def _is_removed(compiled: CompiledJob, user: SourceUser, standing: Standing, batch: Batch) -> bool:
    """Return whether the user's active account would be disabled or deleted."""
    link = batch.links.get(user.id)
    may_be = link is not None and link.is_active and standing.is_soft_deleted
    return may_be and open_turn(compiled, user, batch).is_removal


def _why(evaluation: ScopeEvaluation | None) -> str:
    if evaluation is None:
        return "passes, since there is no scoping filter any more"
    if evaluation.passed:
        return f"passes the scoping filter {evaluation.passed_filter}"
    return failure_in_words(scope_facts(evaluation))
