"""How does an account come to refer to its manager's: in its create, or as soon as both are there?

A manager rides in the create of whoever reports to them if their own account is linked by then. So managers come first,
level by level. What is left, a cycle of managers or a manager whose account came after those of the reports, is
written when everyone else is through; nobody has to be restarted for it (engine.md 1.7).
"""

from collections.abc import AsyncIterator

from instep.cycle.batches import Batches
from instep.cycle.pipeline import take_through
from instep.cycle.ports import Batch
from instep.cycle.run import BATCH_SIZE, Run
from instep.rules.planning.order import levels

MANAGER = "manager"


async def managers_first(run: Run, batches: Batches) -> None:
    """Take the managers without an account through before everyone else, each level when the one above is linked."""
    if run.stop is not None or not run.compiled.mappings.reading(MANAGER):
        return
    managers = await run.call(run.feed.managers_to_come, run.job, run.cycle)
    for level in levels(managers):
        await take_through(run, batches, _these(run, level))


async def repair_references(run: Run, batches: Batches) -> None:
    """Write the references to accounts that were not there, or others, when the users who refer to them were decided.

    Users who have their entry in this cycle already have a second one for it.
    """
    targets = run.compiled.mappings.following(MANAGER)
    after: str | None = None
    while targets and run.stop is None:
        batch: Batch = await run.call(run.feed.owing_references, run.job, run.cycle, targets, after, BATCH_SIZE)
        turns = [turn for turn in await batches.decide(batch) if turn.operation is not None and not turn.is_removal]
        for turn in turns:
            turn.is_for_reference = True
        if turns:
            await batches.finish(await batches.send(turns, None))
        if batch.last is None:
            return
        after = batch.last


async def _these(run: Run, user_ids: list[str]) -> AsyncIterator[Batch]:
    for start in range(0, len(user_ids), BATCH_SIZE):
        if run.stop is not None:
            return
        yield await run.call(run.feed.some, run.job, run.cycle, user_ids[start : start + BATCH_SIZE])
