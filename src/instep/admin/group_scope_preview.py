"""Which groups would enter and which would leave the scope if other scoping filters of groups were saved?"""

from collections.abc import Iterator

from instep.admin.provisioning import Service
from instep.admin.schema import Whom, standard_of, with_scope
from instep.admin.scope_preview import ScopePreview, imagined_cycle, job_or_none_yet
from instep.cycle.compiled import compile_job
from instep.cycle.groups.ports import GroupBatch
from instep.cycle.groups.removals import GROUPS, WINDOW
from instep.cycle.groups.turns import open_group_turns
from instep.cycle.run import BATCH_SIZE
from instep.directory.applications import App
from instep.directory.errors import NotPossible
from instep.ledger.jobs import Job
from instep.rules.health.budgets import Judgement, removal_limit
from instep.rules.scoping.standing import decide_standing


def preview_group_scope(service: Service, app: App, scope: object, shown: int) -> ScopePreview:
    """Compare the saved scoping filters of groups with others, for every group that is assigned or linked.

    Raises SchemaRefused for filters that cannot be saved, NotFound where the application has no mapping of groups,
    and NotPossible where that is disabled.
    """
    present = service.applications.schema(app.id)
    other = with_scope(present, standard_of(app), app, Whom.GROUPS, scope)
    job, now = job_or_none_yet(service, app), service.clock()
    saved, compiled = compile_job(job, present, now), compile_job(job, other, now)
    if saved.groups is None or compiled.groups is None:
        raise NotPossible(f"The mapping of groups of {app.name} is disabled, so no group is in scope.")
    preview, deletions = ScopePreview(shown), 0
    for batch in batches_of_groups(service, job):
        for turn in open_group_turns(compiled, compiled.groups, batch):
            before = decide_standing(turn.group, saved.groups.scoping)
            preview.compare((turn.group.id, turn.group.display_name), before, turn.standing, turn.is_deletion)
            deletions += turn.is_deletion
    preview.judgements = {GROUPS: _judge(service, job, deletions)}
    return preview


def batches_of_groups(service: Service, job: Job) -> Iterator[GroupBatch]:
    """Yield every group that is assigned or linked."""
    cycle, groups = imagined_cycle(service, job), service.feed.groups
    ids = groups.touched(job, cycle, cycle.begun_at)
    for start in range(0, len(ids), BATCH_SIZE):
        yield groups.some(job, cycle, ids[start : start + BATCH_SIZE])


def _judge(service: Service, job: Job, deletions: int) -> Judgement:
    ledger = service.ledger.groups
    limit = removal_limit(job.settings.group_removals, ledger.linked(job))
    return Judgement(limit, deletions, ledger.removed_since(job, service.clock() - WINDOW).groups)
