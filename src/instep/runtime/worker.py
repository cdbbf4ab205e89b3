"""Who runs the jobs that are due, one cycle a job at a time, until told to stop?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from instep.admin.ports import JobIsRunning, JobIsStopped
from instep.clock import Clock
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import Job, JobState
from instep.runtime.housekeeping import Housekeeping
from instep.runtime.pulse import Pulse, Trouble
from instep.runtime.schedule import Due, Movement, Remembered, WaitingTimes, due, follow
from instep.runtime.sharing import TakenForDead

LOOK_EVERY_SECONDS = 0.5
REST_WHILE_ANOTHER_RUNS_IT = timedelta(seconds=5)
REST_AFTER_AN_INTERRUPTION = timedelta(seconds=5)  # however soon the target asked to be tried again
REST_AFTER_A_FAULT = timedelta(seconds=60)

log = structlog.get_logger()


class CannotRun(Exception):
    """A cycle cannot be run until someone puts something right; the message says what, for people."""


class CycleRunner(Protocol):
    """What begins cycles, and begins those again that were cut off with their process. Faults are not its matter."""

    def open(self, run: Callable[[str], Awaitable[None]]) -> None:
        """Be ready to run the cycles of jobs, named by their ids, and begin those again that were cut off."""

    async def run(self, job_id: str) -> None:
        """Run a cycle, and return when it has ended."""

    async def tend(self) -> None:
        """Begin those again that were cut off meanwhile with other processes. Raises what must end this one."""

    def close(self) -> None:
        """Begin nothing more; a cycle under way will be begun again by the next process."""


@dataclass(frozen=True, slots=True)
class Work:
    """What the worker does, handed in: read jobs and the feed's head, run one cycle (raises CannotRun)."""

    jobs: Callable[[], Sequence[Job]]
    head: Callable[[], int]
    is_unfinished: Callable[[Job], bool]
    run: Callable[[Job], Awaitable[CycleSummary]]
    clock: Clock
    tell: Callable[[Pulse], None]
    runner: CycleRunner


@dataclass(slots=True)
class Worker:
    """Runs due jobs beside each other, each by itself; a fault of one stops only that one, for a while."""

    work: Work
    housekeeping: Housekeeping
    _remembered: dict[str, Remembered] = field(default_factory=dict)
    _movement: Movement | None = None
    _times: WaitingTimes = field(default_factory=WaitingTimes)
    _running: dict[str, Due] = field(default_factory=dict)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)  # that wait for a cycle's end
    _cycles: set["asyncio.Task[None]"] = field(default_factory=set)  # that run one
    _resting_until: dict[str, datetime] = field(default_factory=dict)
    _troubles: dict[str, Trouble] = field(default_factory=dict)
    _fault: str | None = None

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Look for due jobs until stopped; a cycle under way is then cut off, and resumes from the ledger later."""
        self.open()
        while not stopped.is_set():
            await self.look()
            try:
                await asyncio.wait_for(stopped.wait(), LOOK_EVERY_SECONDS)
            except TimeoutError:
                continue
        await self.close()

    def open(self) -> None:
        """Begin those cycles again that were cut off with another process."""
        self.work.runner.open(self._run)

    async def close(self) -> None:
        """Cut off what is under way."""
        self.housekeeping.cancel()
        for task in (*self._cycles, *self._tasks):
            task.cancel()
        await self.cycles_ended()
        self.work.runner.close()

    async def look(self) -> None:
        """Look once: begin the cycles that are due, keep house, and give a sign of life."""
        try:
            await self.work.runner.tend()
            await self._begin_due_cycles()
            self._fault = None
        except TakenForDead:
            raise
        except Exception as error:
            log.exception("looking for due jobs failed")
            self._fault = f"the database cannot be read ({type(error).__name__})"
        self.housekeeping.keep(self.work.clock())
        running = {job_id: why.value for job_id, why in self._running.items()}
        self.work.tell(Pulse(running, dict(self._troubles), self._fault))

    async def cycles_ended(self) -> None:
        """Return when the cycles under way have ended."""
        await asyncio.gather(*self._cycles, *self._tasks, return_exceptions=True)

    async def _begin_due_cycles(self) -> None:
        busy = set(self._running)  # noted before the jobs are read: a job that ends meanwhile was read too early
        jobs = await asyncio.to_thread(self.work.jobs)
        head = await asyncio.to_thread(self.work.head)
        now = self.work.clock()
        self._movement = follow(self._movement, head, now)
        for job in jobs:
            remembered = await self._remember(job)
            if job.id in busy or self._is_resting(job, now):
                continue
            if (why := self._due(job, remembered, self._movement, now)) is not None:
                self._begin(job, why)

    def _due(self, job: Job, remembered: Remembered, movement: Movement, now: datetime) -> Due | None:
        judged_at = self._times.now(job, now)
        return due(job, remembered, movement.by(judged_at - now), judged_at)

    async def _remember(self, job: Job) -> Remembered:
        known = self._remembered.get(job.id)
        if known is None:
            is_unfinished = await asyncio.to_thread(self.work.is_unfinished, job)
            known = Remembered(job.state, job.settings, is_unfinished, job.watermark or 0)
        elif job.state is not JobState.ACTIVE:
            known = replace(known, state=job.state, settings=job.settings)
            self._resting_until.pop(job.id, None)  # whoever starts it again will not wait
        self._remembered[job.id] = known
        return known

    def _is_resting(self, job: Job, now: datetime) -> bool:
        rest = self._resting_until.get(job.id, now) - now
        return timedelta() < rest <= REST_AFTER_A_FAULT  # no rest is longer: then the clock was set back

    def _begin(self, job: Job, why: Due) -> None:
        self._running[job.id] = why
        task = asyncio.create_task(self._see_through(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _see_through(self, job: Job) -> None:
        try:
            await self.work.runner.run(job.id)
        except Exception as error:
            log.exception("cycle cannot be begun", app=job.app_name)
            self._trouble(job, f"An internal fault ({type(error).__name__}); the service's log has the details.")
        finally:
            self._running.pop(job.id, None)

    async def _run(self, job_id: str) -> None:
        """Run the cycle of a job: one that is due, or that was begun by a process that has died, if it still may be."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self._cycles.add(task)
        is_left_over = job_id not in self._running
        try:
            job = next((each for each in await asyncio.to_thread(self.work.jobs) if each.id == job_id), None)
            if job is not None and (not is_left_over or await self._may_go_on(job)):
                await self._run_cycle(job)
        finally:
            self._cycles.discard(task)
            if is_left_over:
                self._running.pop(job_id, None)

    async def _may_go_on(self, job: Job) -> bool:
        self._remembered.pop(job.id, None)  # whoever ran it last may have been another process
        now = self.work.clock()
        movement = self._movement or follow(None, await asyncio.to_thread(self.work.head), now)
        why = self._due(job, await self._remember(job), movement, now)
        if why is not None:
            self._running[job.id] = why
        return why is not None

    async def _run_cycle(self, job: Job) -> None:
        try:
            log.info("cycle begins", app=job.app_name, why=self._running[job.id].value)
            head = self._movement.head if self._movement is not None else 0
            summary = await self.work.run(job)
            log.info("cycle ended", app=job.app_name, state=summary.state.value, users=summary.counts.users)
            self._remembered[job.id] = Remembered(job.state, job.settings, is_unfinished=False, head=head)
            self._troubles.pop(job.id, None)
            if summary.state is CycleState.INTERRUPTED:
                self._rest(job, REST_AFTER_AN_INTERRUPTION)
        except JobIsRunning:
            self._rest(job, REST_WHILE_ANOTHER_RUNS_IT)
            # Whoever runs it does so as it is now: nothing of that is left to be done here.
            head = self._movement.head if self._movement is not None else 0
            self._remembered[job.id] = Remembered(job.state, job.settings, is_unfinished=False, head=head)
        except JobIsStopped:
            log.info("the job was stopped before its cycle began", app=job.app_name)
        except CannotRun as reason:
            log.error("cycle cannot run", app=job.app_name, reason=str(reason))
            self._trouble(job, str(reason))
        except Exception as error:
            log.exception("cycle failed", app=job.app_name)
            self._trouble(job, f"An internal fault ({type(error).__name__}); the service's log has the details.")

    def _trouble(self, job: Job, message: str) -> None:
        self._troubles[job.id] = Trouble(message, self._rest(job, REST_AFTER_A_FAULT))

    def _rest(self, job: Job, rest: timedelta) -> datetime:
        self._resting_until[job.id] = self.work.clock() + rest
        return self._resting_until[job.id]
