"""Who must go, and may they go now? The first pass of a cycle: removals are judged as a whole and written first."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from instep.cycle.batches import Batches
from instep.cycle.ports import Batch, Recorded
from instep.cycle.recording import hold_turn
from instep.cycle.run import BATCH_SIZE, Run
from instep.cycle.turns import Turn, open_turn
from instep.rules.health.budgets import removal_budget
from instep.rules.planning.plan import OperationKind

WINDOW = timedelta(hours=24)


async def remove_leavers(run: Run, batches: Batches) -> None:
    """Write every removal of the cycle, or hold all of them if together they are over the budget."""
    removals, purges = await _scan(run)
    await _judge_and_write(run, batches, removals, purges)


async def remove_newer_leavers(run: Run, batches: Batches) -> None:
    """Take up removals that are newer than the cycle's start, so that no leaver waits for a long cycle to end."""
    head = await run.call(run.feed.head)
    if head == run.seen_head or run.stop is not None:
        return
    batch = await run.call(run.feed.linked_and_changed, run.job, run.cycle, run.seen_head, head)
    run.seen_head = head
    turns = [open_turn(run.compiled, user, batch) for user in batch.users]
    await _judge_and_write(run, batches, *_sort(turns))


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
    """A removal is any linked, active account that is to be disabled or deleted, whatever the cause."""
    removals, purges = [], []
    for turn in turns:
        if turn.operation is None or turn.link is None:
            continue
        if turn.operation.kind is OperationKind.DISABLE or (turn.standing.is_purged and turn.link.is_active):
            removals.append(turn.user.id)
        elif turn.standing.is_purged:
            purges.append(turn.user.id)
    return removals, purges


async def _judge_and_write(run: Run, batches: Batches, removals: Sequence[str], purges: Sequence[str]) -> None:
    budget = await _budget(run)
    spent = await run.call(run.ledger.removals_since, run.job, run.clock() - WINDOW)
    if len(removals) + spent > budget:
        await _hold(run, removals, budget)
        removals = ()
    ids = [*removals, *purges]
    for start in range(0, len(ids), BATCH_SIZE):
        if run.stop is not None:
            return
        batch = await run.call(run.feed.some, run.job, run.cycle, ids[start : start + BATCH_SIZE])
        turns = await batches.decide(batch)
        await batches.send_now([turn for turn in turns if _is_removal(turn)], batch.head)


def _is_removal(turn: Turn) -> bool:
    """Those who came back between the scan and now have their turn in the second pass."""
    return any(_sort([turn]))


async def _budget(run: Run) -> int:
    if run.job.settings.removals is not None:
        return run.job.settings.removals
    return removal_budget(await run.call(run.ledger.active_links, run.job))


async def _hold(run: Run, user_ids: Collection[str], budget: int) -> None:
    ids = list(user_ids)
    for start in range(0, len(ids), BATCH_SIZE):
        batch = await run.call(run.feed.some, run.job, run.cycle, ids[start : start + BATCH_SIZE])
        recorded = Recorded()
        for user in batch.users:
            hold_turn(open_turn(run.compiled, user, batch), recorded, run.counts, budget, len(ids))
        await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())
    run.report()
