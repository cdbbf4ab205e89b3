"""Has an administrator ended this run? Asked several times a second beside the requests, and not by each of them."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from instep.cycle.ports import Acts
from instep.cycle.run import Ordered, Reconnected, Run, Stopped, Superseded
from instep.ledger.jobs import Job

LOOK_EVERY_SECONDS = 0.25  # nothing leaves within a second of `apps stop`, whoever said it

# Of its own, so that it never waits behind a job's writing. Its thread reads one row at a time, for all jobs.
_THREAD = ThreadPoolExecutor(1, "watching")


@asynccontextmanager
async def watched(run: Run) -> AsyncIterator[None]:
    """Halt the run within a moment when an administrator stops the job, connects it anew or configures it."""
    watcher = asyncio.create_task(_watch(run))
    try:
        yield
    finally:
        watcher.cancel()
        with suppress(asyncio.CancelledError):
            await watcher


async def heed(run: Run) -> None:
    """Look once."""
    loop = asyncio.get_running_loop()
    acts = await loop.run_in_executor(_THREAD, run.ledger.acts, run.job)
    if (ordered := ordered_by(run.job, acts)) is not None:
        run.halt(ordered)


def ordered_by(job: Job, acts: Acts | None) -> Ordered | None:
    """Return what the acts since the job was read mean for its cycle."""
    if acts is None or acts.configuration_version != job.configuration_version:
        return Superseded()
    if acts.stopped_in_revision > job.revision:
        return Stopped()
    return Reconnected() if acts.revision > job.revision else None


async def _watch(run: Run) -> None:
    while run.stop is None:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        await heed(run)
