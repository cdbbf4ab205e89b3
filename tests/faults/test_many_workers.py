"""Two workers on one PostgreSQL database: is what one leaves behind done by the other, and nothing twice?"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes.administrator import Administrator, administrator, environment
from fakes.faulty_target import SECRET_TOKEN, FaultyTarget, takes
from fakes.postgresql import postgresql_url
from instep.cli.working import TAKEN_FOR_DEAD
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState
from instep.runtime.pulse import Pulse, read_pulse

PEOPLE = [f"p{number:03}" for number in range(120)]
SENT_BEFORE = 30  # requests, when the first worker is killed or paused


@dataclass
class WorkerProcess:
    """A worker, as `instep serve` starts it."""

    process: "subprocess.Popen[bytes]"
    pulse: Pulse | None = None
    heard: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.pulse = read_pulse(line) or self.pulse
            self.heard.set()

    def send(self, number: int) -> None:
        os.kill(self.process.pid, number)


@pytest.fixture
def admin(tmp_path: Path, target: FaultyTarget, monkeypatch: pytest.MonkeyPatch) -> Iterator[Administrator]:
    """An administrator of a small company on PostgreSQL, whose target is slow."""
    with postgresql_url() as url:
        monkeypatch.setenv("INSTEP_DATABASE", url)
        with administrator(tmp_path) as found:
            found.connects(target.tenant_url, SECRET_TOKEN)
            found.hires(*PEOPLE)
            found.assigns_everyone()
            found.sets(concurrency="4")
            target.goes_wrong(takes(0.2), "POST")
            target.forget_arrivals()
            yield found


@pytest.fixture
def start(tmp_path: Path, admin: Administrator) -> Iterator[Callable[[], WorkerProcess]]:
    begun: list[WorkerProcess] = []

    def begin() -> WorkerProcess:
        command = [sys.executable, "-m", "instep.cli.main", "worker", "--data", str(tmp_path / "instep")]
        known = environment() | {"INSTEP_DATABASE": os.environ["INSTEP_DATABASE"]}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=known)
        begun.append(WorkerProcess(process))
        threading.Thread(target=begun[-1].listen, daemon=True).start()
        assert begun[-1].heard.wait(60)
        return begun[-1]

    yield begin
    for worker in begun:
        worker.process.kill()
        worker.process.wait()
        assert worker.process.stdin is not None
        worker.process.stdin.close()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 90
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def has_succeeded(admin: Administrator) -> bool:
    cycles = admin.instep.jobs.last_cycles(admin.job, 1)
    return bool(cycles) and cycles[0].state is CycleState.SUCCEEDED


def assert_everyone_once(admin: Administrator, target: FaultyTarget) -> None:
    # Asked for once each, and not only kept once by a target that refuses a second one.
    assert Counter(each.about for each in target.arrived("POST")) == {f"{name}@corp.example": 1 for name in PEOPLE}
    assert not admin.instep.service.ledger.open_operations(admin.job)
    assert admin.instep.jobs.link_counts(admin.job) == (len(PEOPLE), len(PEOPLE))
    [cycle] = admin.instep.jobs.last_cycles(admin.job, 10)
    assert cycle.counts.users == len(PEOPLE)
    logged = [entry.entry.user_id for entry in admin.log()]
    assert sorted(logged) == sorted(PEOPLE)


@pytest.fixture
def cut_off(admin: Administrator, target: FaultyTarget, start: Callable[[], WorkerProcess]) -> WorkerProcess:
    """The one of two workers that runs the cycle, when that has come half way."""
    workers = [start(), start()]
    admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "tester")
    wait_until(lambda: len(target.writes) >= SENT_BEFORE)
    [running] = [worker for worker in workers if worker.pulse is not None and worker.pulse.running]
    assert not has_succeeded(admin)
    return running


def test_a_killed_workers_cycle_is_gone_on_with_by_another(
    admin: Administrator, target: FaultyTarget, cut_off: WorkerProcess
) -> None:
    cut_off.send(signal.SIGKILL)
    wait_until(lambda: has_succeeded(admin))
    assert_everyone_once(admin, target)


def test_a_paused_worker_that_wakes_up_sends_and_writes_nothing_more(
    admin: Administrator, target: FaultyTarget, cut_off: WorkerProcess
) -> None:
    cut_off.send(signal.SIGSTOP)
    wait_until(lambda: has_succeeded(admin))
    sent = len(target.writes)
    cut_off.send(signal.SIGCONT)
    assert cut_off.process.wait(30) == TAKEN_FOR_DEAD
    assert len(target.writes) == sent
    assert_everyone_once(admin, target)
