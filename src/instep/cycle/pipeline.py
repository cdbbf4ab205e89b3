"""How do batches follow each other: one decided while the one before is written and another is recorded?"""

import asyncio
from collections.abc import AsyncIterator

from instep.cycle.batches import Batches, Sent
from instep.cycle.ports import Batch
from instep.cycle.removals import remove_newer_leavers
from instep.cycle.run import Run

BATCHES_UNDER_WAY = 2


async def take_through(run: Run, batches: Batches, source: AsyncIterator[Batch]) -> None:
    """Take batch after batch through the steps until the source ends, as it does when the run stops; all are recorded.

    Whoever has an entry in this cycle is passed over. Removals that came up meanwhile go between two batches.
    """
    under_way: asyncio.Queue[Sent | None] = asyncio.Queue(maxsize=BATCHES_UNDER_WAY)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(_finish_in_order(batches, under_way))
            async for batch in source:
                turns = await batches.decide(batch, batch.logged)
                await under_way.put(await batches.send(turns, batch.last))
                await remove_newer_leavers(run, batches)
            await under_way.put(None)
    except BaseExceptionGroup as errors:  # one of them tells: whoever runs cycles knows errors, and no groups
        raise errors.exceptions[0] from errors


async def _finish_in_order(batches: Batches, under_way: "asyncio.Queue[Sent | None]") -> None:
    while (sent := await under_way.get()) is not None:
        await batches.finish(sent)
