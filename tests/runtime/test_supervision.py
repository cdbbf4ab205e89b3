"""Is the end of a worker noticed, and the worker started again?"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from instep.runtime import supervision
from instep.runtime.pulse import Pulse, Trouble, read_pulse
from instep.runtime.supervision import Supervisor, WorkerHealth, WorkerState, pause_before_start

WORKER = """
import os, sys
print("not a pulse", flush=True)
if not os.path.exists(sys.argv[1]):
    print('{"running": {}, "troubles": {}, "fault": null}', flush=True)
sys.stdin.read()
"""


class Watch:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def silence(tmp_path: Path) -> Path:
    """A file whose presence makes a worker give no sign of life."""
    return tmp_path / "silence"


@pytest.fixture
def supervisor(watch: Watch, silence: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervision, "FIRST_PAUSE_SECONDS", 0.05)
    found = Supervisor([sys.executable, "-c", WORKER, str(silence)], watch)
    yield found
    found.stop()


def until(seen: Callable[[], WorkerHealth], is_so: Callable[[WorkerHealth], bool]) -> WorkerHealth:
    ends_at = time.monotonic() + 30
    while not is_so(health := seen()):
        assert time.monotonic() < ends_at, health
        time.sleep(0.01)
    return health


def test_a_worker_works_once_it_gives_a_sign_of_life(supervisor: Supervisor) -> None:
    health = until(supervisor.health, lambda health: health.state is WorkerState.WORKING)
    assert (health.restarts, health.problem, health.heartbeat_age_seconds) == (0, None, 0.0)


def test_a_silent_worker_is_stuck_after_thirty_seconds(supervisor: Supervisor, watch: Watch) -> None:
    until(supervisor.health, lambda health: health.state is WorkerState.WORKING)
    watch.seconds += 30
    assert supervisor.health().problem is None
    watch.seconds += 5
    assert supervisor.health().state is WorkerState.STUCK
    assert supervisor.health().problem == "The worker process has given no sign of life for 35 seconds."


def test_a_killed_worker_leaves_no_zombie_and_is_started_again(supervisor: Supervisor, silence: Path) -> None:
    first = until(supervisor.health, lambda health: health.state is WorkerState.WORKING)
    assert first.process_id is not None
    silence.touch()
    os.kill(first.process_id, signal.SIGKILL)
    second = until(supervisor.health, lambda health: health.restarts == 1)
    assert second.process_id != first.process_id
    assert second.problem is not None, "it has given no sign of life yet"
    with pytest.raises(ProcessLookupError):
        os.kill(first.process_id, 0)
    silence.unlink()
    assert second.process_id is not None
    os.kill(second.process_id, signal.SIGKILL)
    third = until(supervisor.health, lambda health: health.state is WorkerState.WORKING)
    assert (third.restarts, third.problem) == (2, None)


def test_the_worker_ends_with_its_supervisor_and_is_not_started_again(supervisor: Supervisor) -> None:
    health = until(supervisor.health, lambda health: health.state is WorkerState.WORKING)
    supervisor.stop()
    assert supervisor.health().state is WorkerState.ENDED
    assert supervisor.health().restarts == 0
    assert health.process_id is not None
    with pytest.raises(ProcessLookupError):
        os.kill(health.process_id, 0)


def test_the_pauses_before_a_start_grow_up_to_a_minute() -> None:
    assert [pause_before_start(ended) for ended in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pause_before_start(1_000_000) == 60


def test_a_pulse_is_read_as_it_was_told() -> None:
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    pulse = Pulse({"job": "the directory changed"}, {"other": Trouble("Mend it.", moment)}, "the disk is full")
    assert read_pulse(pulse.as_line().encode()) == pulse


@pytest.mark.parametrize("line", [b"", b"\n", b"warning: x", b"[]", b"3", b'{"running": {}}', b"\xff"])
def test_anything_else_is_no_sign_of_life(line: bytes) -> None:
    assert read_pulse(line) is None
