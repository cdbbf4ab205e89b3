"""Who must go, and may they go now? The first pass of a cycle: removals are judged as a whole and written first."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from instep.cycle.agreement import is_agreed
from instep.cycle.batches import Batches
from instep.cycle.holding import hold_turn
from instep.cycle.ports import Agreed, Batch, Ledger, Recorded
from instep.cycle.run import BATCH_SIZE, Run
from instep.cycle.turns import Turn, open_turn
from instep.ledger.cycles import CycleKind
from instep.ledger.jobs import Approval, Job
from instep.rules.health.budgets import Budgeted, Judgement, Spent, judge_removals

WINDOW = timedelta(hours=24)


async def remove_leavers(run: Run, batches: Batches) -> None:
    """Write every removal of the cycle, or hold all of them if together they are over the budget."""
    run.held = set(await run.call(run.ledger.held, run.job, run.cycle))
    removals, purges = await _scan(run)
    await _judge_and_write(run, batches, removals, purges)


async def remove_newer_leavers(run: Run, batches: Batches) -> None:
    """Take up removals that are newer than the first pass, so that no leaver waits for a long cycle to end.

    Users of a batch that is still being written wait for it: an older operation must never follow their removal.
    """
    if run.cycle.kind is CycleKind.PLAN:
        return
    await _notice_newer_leavers(run)
    await _write_newly_approved(run, batches)
    ids = run.leavers - run.under_way
    if not ids or run.stop is not None:
        return
    run.leavers -= ids
    batch = await run.call(run.feed.some, run.job, run.cycle, ids)
    await _judge_and_write(run, batches, *_sort([open_turn(run.compiled, user, batch) for user in batch.users]))


async def _write_newly_approved(run: Run, batches: Batches) -> None:
    """Write removals that this cycle held, and that were approved meanwhile."""
    if not run.held or run.stop is not None:
        return
    approved = await run.call(run.ledger.approved, run.job, run.held)
    run.held -= approved.keys()
    await _write_approved(run, batches, approved, run.judgements[Budgeted.REMOVALS])


async def _notice_newer_leavers(run: Run) -> None:
    head = await run.call(run.feed.head)
    if head == run.seen_head or run.stop is not None:
        return
    under_way = frozenset(run.under_way)  # before it is read who is linked: they may become so meanwhile
    batch = await run.call(run.feed.linked_and_changed, run.job, run.cycle, run.seen_head, head, under_way)
    run.seen_head = head
    for found in _sort([open_turn(run.compiled, user, batch) for user in batch.users]):
        run.leavers.update(found)
    run.leavers |= {user.id for user in batch.users if user.id in under_way}


async def _scan(run: Run) -> tuple[list[str], list[str]]:
    """Return who would be removed, and whose inactive account follows its purged user; no request is sent."""
    removals: list[str] = []
    purges: list[str] = []
    after: str | None = None
    while True:
        batch: Batch = await run.call(run.feed.linked, run.job, run.cycle, after, BATCH_SIZE)
        turns = [open_turn(run.compiled, user, batch) for user in batch.users if user.id not in batch.logged]
        for found, into in zip(_sort(turns), (removals, purges), strict=True):
            into.extend(found)
        if batch.last is None:
            return removals, purges
        after = batch.last


def _sort(turns: Sequence[Turn]) -> tuple[list[str], list[str]]:
    """Return whose active account is to go, and whose inactive one."""
    return [turn.user.id for turn in turns if turn.is_removal], [turn.user.id for turn in turns if turn.is_purge]


async def _judge_and_write(run: Run, batches: Batches, removals: Sequence[str], purges: Sequence[str]) -> None:
    if run.cycle.kind is CycleKind.PLAN:
        await _write(run, batches, [*removals, *purges])
        return
    together = run.held.union(removals)  # one by one they would pass; those held already stay so in this run
    if not together:  # so that nobody counts all accounts for nothing
        await _write(run, batches, purges)
        return
    before = run.counts.disabled + run.counts.deleted
    judgement = await run.call(judged, run.job, run.ledger, len(together), run.clock(), before)
    run.judgements[Budgeted.REMOVALS] = judgement
    if not judgement.is_over:
        await _write(run, batches, [*removals, *purges])
        return
    approved = await run.call(run.ledger.approved, run.job, together)
    await _hold(run, together - run.held - approved.keys(), judgement)
    run.held = together - approved.keys()
    await _write_approved(run, batches, approved, judgement)
    await _write(run, batches, purges)


async def _write_approved(
    run: Run, batches: Batches, approved: Mapping[str, Sequence[Agreed]], judgement: Judgement
) -> None:
    """Write exactly what was approved; whoever is to be removed in another way by now is held like the others."""
    ids = sorted(approved)
    for start in range(0, len(ids), BATCH_SIZE):
        if run.stop is not None:
            return
        batch = await run.call(run.feed.some, run.job, run.cycle, ids[start : start + BATCH_SIZE])
        turns = [turn for turn in await batches.decide(batch) if turn.is_removal]
        agreed = [turn for turn in turns if is_agreed(turn, approved[turn.user.id])]
        await _hold_turns(run, [turn for turn in turns if turn not in agreed], judgement)
        await batches.send_now(agreed)


async def _write(run: Run, batches: Batches, ids: Sequence[str]) -> None:
    for start in range(0, len(ids), BATCH_SIZE):
        if run.stop is not None:
            return
        batch = await run.call(run.feed.some, run.job, run.cycle, ids[start : start + BATCH_SIZE])
        turns = await batches.decide(batch)
        # Those who came back between the scan and now have their turn in the second pass, or in the next cycle.
        await batches.send_now([turn for turn in turns if turn.is_removal or turn.is_purge])


def judged(job: Job, ledger: Ledger, planned: int, now: datetime, in_this_cycle: int = 0) -> Judgement:
    """Judge so many removals of a job together, after those of the last day and those of the cycle so far."""
    settings, spent = job.settings, Spent(ledger.removals_since(job, now - WINDOW), in_this_cycle)
    if settings.approval_of_removals is Approval.REQUIRED:
        return Judgement(0, planned, needs_approval=True)
    return judge_removals(settings.removals, settings.deletion_threshold, ledger.active_links(job), planned, spent)


async def _hold(run: Run, user_ids: Collection[str], judgement: Judgement) -> None:
    ids = sorted(user_ids)
    for start in range(0, len(ids), BATCH_SIZE):
        batch = await run.call(run.feed.some, run.job, run.cycle, ids[start : start + BATCH_SIZE])
        turns = [open_turn(run.compiled, user, batch) for user in batch.users]
        await _hold_turns(run, [turn for turn in turns if turn.is_removal], judgement)
    run.report()


async def _hold_turns(run: Run, turns: Sequence[Turn], judgement: Judgement) -> None:
    recorded = Recorded()
    for turn in turns:
        if (operation := turn.operation) is not None:
            hold_turn(turn, operation, judgement, recorded, run.counts)
            run.held.add(turn.user.id)
    if recorded.held:
        await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())
