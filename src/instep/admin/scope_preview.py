"""Who would enter and who would leave the scope if other scoping filters were saved?

Nothing is sent, nothing is changed.
"""

from collections.abc import Iterator
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
from instep.ledger.schema import Schema
from instep.ledger.scope_facts import failure_in_words, scope_facts
from instep.rules.health.budgets import Judgement
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
    """What would change; of those who move, the first so many are named.

    `disabled` are the active accounts that leavers would lose, `removals` all that the next cycle would remove,
    whatever the cause, judged by their budget; None for groups.
    """

    shown: int
    evaluated: int = 0
    before: int = 0
    after: int = 0
    enter: int = 0
    leave: int = 0
    disabled: int = 0
    removals: Judgement | None = None
    entering: list[Mover] = field(default_factory=list)
    leaving: list[Mover] = field(default_factory=list)

    def take(self, mover: Mover, *, enters: bool) -> None:
        """Count one who moves, and name them if not so many have been named yet."""
        if enters:
            self.enter += 1
        else:
            self.leave += 1
        named = self.entering if enters else self.leaving
        if len(named) < self.shown:
            named.append(mover)


def preview_scope(service: Service, app: App, scope: object, shown: int) -> ScopePreview:
    """Compare the saved scoping filters of users with others, for everyone who is assigned or linked, batch by batch.

    Raises SchemaRefused for filters that cannot be saved.
    """
    present = service.applications.schema(app.id)
    other = with_scope(present, standard_of(app), app, Whom.USERS, scope)
    job = service.jobs.job_of(app) or _unconnected(app)
    return _Comparison(service, job, present, other, ScopePreview(shown)).run()


def _unconnected(app: App) -> Job:
    """Return a job for an application that has none: nobody is linked, and those assigned are evaluated."""
    return Job("", app.id, app.name, app.template_id, "", JobState.PAUSED, JobSettings(), 0)


class _Comparison:
    """Two schemas of one job, compared user by user."""

    def __init__(self, service: Service, job: Job, present: Schema, other: Schema, preview: ScopePreview) -> None:
        self._service, self._job, self._preview = service, job, preview
        now = service.clock()
        self._present: CompiledJob = compile_job(job, present, now)
        self._other: CompiledJob = compile_job(job, other, now)
        self._cycle = Cycle("", job.id, CycleKind.INITIAL, 0, job.target_identity, None, 0, None, now)

    def run(self) -> ScopePreview:
        removals = 0
        for batch in self._batches():
            for user in batch.users:
                removals += self._compare(user, batch)
        service = self._service
        self._preview.removals = judged(self._job, service.ledger, removals, service.clock())
        return self._preview

    def _batches(self) -> Iterator[Batch]:
        after: str | None = None
        while True:
            batch = self._service.feed.walk(self._job, self._cycle, after, BATCH_SIZE)
            yield batch
            if batch.last is None:
                return
            after = batch.last

    def _compare(self, user: SourceUser, batch: Batch) -> bool:
        """Count one user; return whether their account would be removed."""
        preview = self._preview
        before = decide_standing(user, self._present.scoping)
        after = decide_standing(user, self._other.scoping)
        preview.evaluated += 1
        preview.before += before.is_in_scope
        preview.after += after.is_in_scope
        link = batch.links.get(user.id)
        is_removal = bool(
            link is not None
            and link.is_active
            and after.is_soft_deleted
            and open_turn(self._other, user, batch).is_removal
        )
        if before.cause is Cause.FAILS_FILTER and after.is_in_scope:
            preview.take(_mover(user, after), enters=True)
        elif before.is_in_scope and after.cause is Cause.FAILS_FILTER:
            preview.take(_mover(user, after), enters=False)
            preview.disabled += is_removal
        return is_removal


def _mover(user: SourceUser, standing: Standing) -> Mover:
    return Mover(user.id, user.name, why(standing.evaluation))


def why(evaluation: ScopeEvaluation | None) -> str:
    """Say what decides, to follow the name; None or an evaluation without filters means that there are none."""
    if evaluation is None or not evaluation.filters:
        return "passes, since there is no scoping filter any more"
    facts = scope_facts(evaluation)
    return f"passes the scoping filter {evaluation.passed_filter}" if evaluation.passed else failure_in_words(facts)
