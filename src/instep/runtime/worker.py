"""Who runs the jobs that are due, one cycle a job at a time, until told to stop?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from instep.admin.ports import JobIsRunning
from instep.clock import Clock
from instep.ledger.cycles import CycleSummary
from instep.ledger.jobs import Job
from instep.runtime.schedule import Seen, due

LOOK_EVERY_SECONDS = 0.5
SETTLE_SECONDS = 1.0  # an import writes many changes: wait until it pauses, but not for long
SETTLE_AT_MOST_SECONDS = 5.0
HOUSEKEEPING_EVERY = timedelta(hours=1)
AFTER_A_FAULT_SECONDS = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Work:
    """What the worker does, handed in: read the jobs and the feed's head, run one cycle, keep house."""

    jobs: Callable[[], Sequence[Job]]
    head: Callable[[], int]
    run: Callable[[Job], Awaitable[CycleSummary]]
    keep_house: Callable[[], None]
    clock: Clock


@dataclass(slots=True)
class Worker:
    """Runs due jobs beside each other, each by itself; a fault of one stops only that one, for a while."""

    work: Work
    _seen: dict[str, Seen] = field(default_factory=dict)
    _running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _resting_until: dict[str, float] = field(default_factory=dict)
    _house_kept_at: datetime | None = None

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Look for due jobs until stopped; a cycle under way is then cut off, and resumes from the ledger later."""
        while not stopped.is_set():
            await self._keep_house()
            await self._look()
            try:
                await asyncio.wait_for(stopped.wait(), LOOK_EVERY_SECONDS)
            except TimeoutError:
                continue
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _look(self) -> None:
        jobs = await asyncio.to_thread(self.work.jobs)
        head = await asyncio.to_thread(self.work.head)
        now, tick = self.work.clock(), asyncio.get_running_loop().time()
        for job in jobs:
            if job.id in self._running or self._resting_until.get(job.id, 0.0) > tick:
                continue
            if (why := due(job, self._seen.get(job.id), head, now)) is not None:
                self._running[job.id] = asyncio.create_task(self._run(job, why.value))

    async def _run(self, job: Job, why: str) -> None:
        try:
            head = await self._settled_head()
            log.info("cycle begins", app=job.app_name, why=why)
            summary = await self.work.run(job)
            self._seen[job.id] = Seen(head, job.configuration_version)
            log.info("cycle ended", app=job.app_name, state=summary.state.value, users=summary.counts.users)
        except JobIsRunning:
            self._rest(job, SETTLE_AT_MOST_SECONDS)
        except Exception:
            log.exception("cycle failed", app=job.app_name)
            self._rest(job, AFTER_A_FAULT_SECONDS)
        finally:
            self._running.pop(job.id, None)

    def _rest(self, job: Job, seconds: float) -> None:
        self._resting_until[job.id] = asyncio.get_running_loop().time() + seconds

    async def _settled_head(self) -> int:
        """Return the feed's head once it has paused, so that a long import does not begin a cycle a batch."""
        waited = 0.0
        head = await asyncio.to_thread(self.work.head)
        while waited < SETTLE_AT_MOST_SECONDS:
            await asyncio.sleep(SETTLE_SECONDS)
            waited += SETTLE_SECONDS
            newer = await asyncio.to_thread(self.work.head)
            if newer == head:
                break
            head = newer
        return head

    async def _keep_house(self) -> None:
        now = self.work.clock()
        if self._house_kept_at is not None and now < self._house_kept_at + HOUSEKEEPING_EVERY:
            return
        self._house_kept_at = now
        try:
            await asyncio.to_thread(self.work.keep_house)
        except Exception:
            log.exception("housekeeping failed")
