"""How does a running cycle give way to someone who is to be provisioned on demand, and whose operation it has in hand?

A batch is recorded as a whole, which may be a minute after its first operation was written down. Nobody waits that
long: what has not been sent is withdrawn, and what was answered is recorded before the rest of its batch.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from instep.cycle.batches import Batches
from instep.cycle.run import Run

LOOK_EVERY_SECONDS = 0.2


@asynccontextmanager
async def giving_way(run: Run, batches: Batches) -> AsyncIterator[None]:
    """Look, as long as the cycle runs, whether somebody is wanted; an error ends the cycle when it is through."""
    over = asyncio.Event()
    looking = asyncio.create_task(_look(run, batches, over))
    try:
        yield
    finally:
        over.set()
        await looking


async def _look(run: Run, batches: Batches, over: asyncio.Event) -> None:
    while not over.is_set():
        try:
            await asyncio.wait_for(over.wait(), LOOK_EVERY_SECONDS)
        except TimeoutError:
            for user_id in await run.call(run.ledger.wanted, run.job):
                await batches.let_go(user_id)
