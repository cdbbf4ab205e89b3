"""How do all users but leavers have their turn: managers first, then everyone, then who refers to a new account?"""

from collections.abc import AsyncIterator

from instep.cycle.batches import Batches
from instep.cycle.pipeline import take_through
from instep.cycle.ports import Batch
from instep.cycle.references import managers_first, repair_references
from instep.cycle.run import BATCH_SIZE, Run


async def take_everyone_through(run: Run, batches: Batches) -> None:
    """Take whoever has no entry in this cycle yet through the steps, from the cursor on, until the run stops."""
    if run.undoes is not None:  # what was is written, and nothing that follows from it
        await take_through(run, batches, _walk(run))
        return
    await managers_first(run, batches)
    await take_through(run, batches, _walk(run))
    await repair_references(run, batches)


async def _walk(run: Run) -> AsyncIterator[Batch]:
    after = run.cycle.cursor
    while run.stop is None:
        batch: Batch = await run.call(run.feed.walk, run.job, run.cycle, after, BATCH_SIZE)
        yield batch
        if batch.last is None:
            return
        after = batch.last
