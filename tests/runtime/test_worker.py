"""Does the worker run what is due, each job by itself, whatever becomes of the others?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from fakes.plain_cycles import PlainCycles
from instep.admin.ports import JobIsRunning
from instep.ledger.cycles import Counts, CycleKind, CycleState, CycleSummary
from instep.ledger.jobs import Job, JobSettings, JobState
from instep.runtime.durable import DurableCycles
from instep.runtime.housekeeping import Chore, Housekeeping
from instep.runtime.pulse import Pulse
from instep.runtime.worker import CannotRun, CycleRunner, Work, Worker
from instep.store.database import make_sqlite_file

URL = "http://127.0.0.1:9000"
BEGINNING = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Service:
    """A service with jobs, a feed and a clock that the test moves; what runs is written down."""

    runner: CycleRunner
    jobs: dict[str, Job] = field(default_factory=dict)
    head: int = 0
    now: datetime = BEGINNING
    ran: list[str] = field(default_factory=list)
    unfinished: set[str] = field(default_factory=set)
    outcomes: dict[str, Callable[[], Awaitable[CycleState]]] = field(default_factory=dict)
    pulses: list[Pulse] = field(default_factory=list)
    chores: list[str] = field(default_factory=list)
    is_readable: bool = True

    def add(self, name: str) -> None:
        """A started job that is up to date."""
        self.jobs[name] = Job(
            name, name, name, "custom", URL, JobState.ACTIVE, JobSettings(), 1, self.head, 1, URL, None, None, self.now
        )

    def change(self, name: str, **values: object) -> None:
        self.jobs[name] = replace(self.jobs[name], **values)  # type: ignore[arg-type]

    def worker(self) -> Worker:
        """Call it in the event loop: a worker takes up what is left over."""
        tell, runner = self.pulses.append, self.runner
        work = Work(self._jobs, lambda: self.head, self._is_unfinished, self._run, lambda: self.now, tell, runner)
        worker = Worker(work, Housekeeping([Chore("first", self._fail), Chore("second", self._tidy)]))
        worker.open()
        return worker

    def _jobs(self) -> list[Job]:
        if not self.is_readable:
            raise OSError("the disk is gone")
        return list(self.jobs.values())

    def _is_unfinished(self, job: Job) -> bool:
        return job.id in self.unfinished

    async def _run(self, job: Job) -> CycleSummary:
        self.ran.append(job.id)
        head = self.head
        state = await self.outcomes[job.id]() if job.id in self.outcomes else CycleState.SUCCEEDED
        if state is CycleState.SUCCEEDED:
            self.change(job.id, watermark=head, last_ended_at=self.now)
        return CycleSummary("cycle", CycleKind.INCREMENTAL, state, Counts())

    def _tidy(self) -> None:
        self.chores.append("tidied")

    def _fail(self) -> None:
        raise OSError("no")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Faults are told here on purpose; printing their tracebacks takes long."""
    with capture_logs():
        yield


@pytest.fixture(params=["plain", "durable"])
async def runner(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[CycleRunner]:
    if request.param == "plain":
        yield PlainCycles()
        return
    path = tmp_path / "workflows.db"
    make_sqlite_file(path)
    durable = DurableCycles(f"sqlite:///{path}")
    yield durable
    durable.close()


@pytest.fixture
def service(runner: CycleRunner) -> Service:
    found = Service(runner)
    found.add("a")
    found.add("b")
    return found


async def look(worker: Worker, service: Service, seconds: float = 0.5) -> list[str]:
    """Which jobs run once so much time has passed."""
    before = len(service.ran)
    service.now += timedelta(seconds=seconds)
    await worker.look()
    await worker.cycles_ended()
    return service.ran[before:]


async def ran(service: Service, name: str) -> None:
    """Wait until a job runs."""
    async with asyncio.timeout(20):
        while name not in service.ran:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_change_of_the_directory_reaches_every_job_within_two_seconds(service: Service) -> None:
    worker = service.worker()
    assert await look(worker, service) == []
    service.head += 1
    ran = [await look(worker, service) for _ in range(4)]
    assert sorted(name for names in ran for name in names) == ["a", "b"]
    assert [await look(worker, service) for _ in range(10)] == [[]] * 10


async def test_each_job_runs_forty_minutes_after_its_last_cycle(service: Service) -> None:
    worker = service.worker()
    service.change("b", last_ended_at=service.now + timedelta(minutes=10))
    assert await look(worker, service, 40 * 60 - 1) == []
    assert await look(worker, service, 1) == ["a"]
    assert await look(worker, service, 10 * 60) == ["b"]


async def test_a_job_that_fails_rests_a_minute_says_so_and_the_others_go_on(service: Service) -> None:
    async def fail() -> CycleState:
        raise ValueError("secret text")

    worker = service.worker()
    service.outcomes["a"] = fail
    service.change("a", watermark=None)
    assert await look(worker, service) == ["a"]
    await worker.look()
    trouble = service.pulses[-1].troubles["a"]
    assert "ValueError" in trouble.message
    assert "secret" not in trouble.message
    assert trouble.next_attempt_at == service.now + timedelta(seconds=60)
    service.change("b", watermark=None)
    assert await look(worker, service, 30) == ["b"]
    del service.outcomes["a"]
    assert await look(worker, service, 30) == ["a"]
    await worker.look()
    assert service.pulses[-1].troubles == {}


async def test_what_an_administrator_must_put_right_is_told_in_its_own_words(service: Service) -> None:
    async def refuse() -> CycleState:
        raise CannotRun("The key is missing; restore it.")

    worker = service.worker()
    service.outcomes["a"] = refuse
    service.change("a", watermark=None)
    await look(worker, service)
    await worker.look()
    assert service.pulses[-1].troubles["a"].message == "The key is missing; restore it."


async def test_a_job_that_another_process_runs_is_left_alone_for_a_moment(service: Service) -> None:
    async def is_taken() -> CycleState:
        raise JobIsRunning("elsewhere")

    worker = service.worker()
    service.outcomes["a"] = is_taken
    service.change("a", watermark=None)
    assert await look(worker, service) == ["a"]
    assert await look(worker, service, 4) == []
    assert await look(worker, service, 1) == ["a"]
    await worker.look()
    assert service.pulses[-1].troubles == {}


async def test_a_target_that_asks_for_no_pause_at_all_still_gets_one(service: Service) -> None:
    async def interrupt() -> CycleState:
        return CycleState.INTERRUPTED

    worker = service.worker()
    service.outcomes["a"] = interrupt
    service.change("a", not_before=service.now)
    assert await look(worker, service) == ["a"]
    assert await look(worker, service, 4) == []
    assert await look(worker, service, 1) == ["a"]


async def test_an_unfinished_cycle_is_taken_up_at_the_start_and_once_only(service: Service) -> None:
    service.unfinished.add("b")
    worker = service.worker()
    assert await look(worker, service) == ["b"]
    assert [await look(worker, service) for _ in range(3)] == [[]] * 3


async def test_an_unfinished_cycle_of_a_stopped_job_is_taken_up_when_it_is_started(service: Service) -> None:
    service.unfinished.add("b")
    service.change("b", state=JobState.PAUSED)
    worker = service.worker()
    assert await look(worker, service) == []
    service.change("b", state=JobState.ACTIVE)
    assert await look(worker, service) == ["b"]
    assert await look(worker, service) == []


async def test_a_job_that_is_started_runs_at_once(service: Service) -> None:
    service.change("a", state=JobState.PAUSED)
    worker = service.worker()
    assert await look(worker, service) == []
    service.change("a", state=JobState.ACTIVE)
    assert await look(worker, service) == ["a"]
    assert await look(worker, service) == []


async def test_a_raised_budget_is_used_at_once(service: Service) -> None:
    worker = service.worker()
    await look(worker, service)
    service.change("a", settings=JobSettings(removals=100))
    assert await look(worker, service) == ["a"]
    assert await look(worker, service) == []


async def test_a_job_has_one_cycle_at_a_time_and_holds_up_no_other(service: Service) -> None:
    going_on = asyncio.Event()

    async def take_long() -> CycleState:
        await going_on.wait()
        return CycleState.SUCCEEDED

    worker = service.worker()
    service.outcomes["a"] = take_long
    service.change("a", watermark=None)
    await worker.look()
    await ran(service, "a")
    service.change("b", watermark=None)
    service.now += timedelta(hours=3)
    await worker.look()
    await ran(service, "b")
    assert list(service.pulses[-1].running) == ["a", "b"]
    assert service.ran == ["a", "b"]
    going_on.set()
    await worker.cycles_ended()


async def test_a_change_during_a_cycle_is_followed_right_after_it(service: Service) -> None:
    async def change_meanwhile() -> CycleState:
        service.head += 1
        del service.outcomes["a"]
        return CycleState.SUCCEEDED

    del service.jobs["b"]
    worker = service.worker()
    service.outcomes["a"] = change_meanwhile
    service.change("a", watermark=None)
    ran = [await look(worker, service) for _ in range(6)]
    assert [name for names in ran for name in names] == ["a", "a"]


async def test_a_database_that_cannot_be_read_for_a_while_is_told_and_survived(service: Service) -> None:
    worker = service.worker()
    service.is_readable = False
    assert await look(worker, service) == []
    assert service.pulses[-1].fault == "the database cannot be read (OSError)"
    service.is_readable = True
    service.change("a", watermark=None)
    assert await look(worker, service) == ["a"]
    assert service.pulses[-1].fault is None


async def test_house_is_kept_at_the_start_and_every_hour_and_one_failing_chore_does_not_stop_the_next(
    service: Service,
) -> None:
    worker = service.worker()
    for _ in range(4):
        await worker.look()
        await worker.housekeeping.ended()
        service.now += timedelta(minutes=30)
    assert service.chores == ["tidied", "tidied"]


async def test_stopping_cuts_a_running_cycle_off(service: Service) -> None:
    async def never_end() -> CycleState:
        stopped.set()
        await asyncio.Event().wait()
        raise AssertionError

    stopped, worker = asyncio.Event(), service.worker()
    service.outcomes["a"] = never_end
    service.change("a", watermark=None)
    await asyncio.wait_for(worker.run_until(stopped), timeout=20)
    assert service.jobs["a"].watermark is None


async def test_a_change_reaches_every_job_within_two_seconds_after_the_clock_was_set_back(service: Service) -> None:
    worker = service.worker()
    service.head += 1
    assert await look(worker, service) == []
    service.now -= timedelta(days=3)
    ran = [await look(worker, service) for _ in range(4)]
    assert sorted(name for names in ran for name in names) == ["a", "b"]


async def test_a_rest_and_the_housekeeping_are_not_longer_because_the_clock_was_set_back(service: Service) -> None:
    async def fail() -> CycleState:
        raise ValueError

    worker = service.worker()
    service.outcomes["a"] = fail
    service.change("a", watermark=None)
    assert await look(worker, service) == ["a"]
    del service.outcomes["a"]
    before = len(service.chores)
    service.now -= timedelta(days=3)
    assert await look(worker, service, 61) == ["a"]
    await worker.housekeeping.ended()
    assert len(service.chores) > before
