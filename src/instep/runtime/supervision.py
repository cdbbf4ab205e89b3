"""Does the worker process live, and who starts it again when it ends?"""

import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog

from instep.runtime.pulse import Pulse, read_pulse

STUCK_AFTER_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
STEADY_AFTER_SECONDS = 60.0  # a worker that lived that long ended by accident: the pauses begin anew
ENDS_WITHIN_SECONDS = 8.0

log = structlog.get_logger()


class WorkerState(StrEnum):
    """What can be said of the worker process."""

    STARTING = "starting"
    WORKING = "working"
    STUCK = "stuck"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"  # other processes run the cycles, perhaps on other machines


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """How the worker is; `heartbeat_age_seconds` is None before its first sign of life."""

    state: WorkerState
    process_id: int | None
    heartbeat_age_seconds: float | None
    restarts: int
    pulse: Pulse

    @property
    def problem(self) -> str | None:
        """What is wrong, for people; None while it works. A first start is no problem, a start after an end is."""
        match self.state:
            case WorkerState.ENDED:
                return "The worker process has ended; it is started again by itself."
            case WorkerState.STUCK:
                seconds = int(self.heartbeat_age_seconds or STUCK_AFTER_SECONDS)
                return f"The worker process has given no sign of life for {seconds} seconds."
            case WorkerState.STARTING if self.restarts:
                return "The worker process has ended and is starting again."
            case _ if self.pulse.fault is not None:
                return f"The worker cannot look for due jobs: {self.pulse.fault}."
            case _:
                return None


def health_elsewhere() -> WorkerHealth:
    """Return what a process knows that has no worker of its own."""
    return WorkerHealth(WorkerState.ELSEWHERE, None, None, 0, Pulse())


def pause_before_start(ended_in_a_row: int) -> float:
    """Return the seconds to wait before a worker that ended is started again: 1, 2, 4 ... 60."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2.0 ** min(ended_in_a_row - 1, 10))


class Supervisor:
    """Starts the worker, hears its signs of life, waits for its end, and starts it again.

    The worker ends by itself when its standard input does, however this process ends; it has a session of its own, so
    that Ctrl-C reaches it only through here.
    """

    def __init__(self, command: Sequence[str], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._command, self._monotonic = list(command), monotonic
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._restarts = 0
        self._started_at = 0.0
        self._heard_at: float | None = None
        self._pulse = Pulse()
        self._process = self._launch()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="worker's supervisor")
        self._thread.start()

    def health(self) -> WorkerHealth:
        """Return how the worker is at this moment."""
        with self._lock:
            age = None if self._heard_at is None else self._monotonic() - self._heard_at
            silent = self._monotonic() - self._started_at if age is None else age
            state = WorkerState.STARTING if age is None else WorkerState.WORKING
            if self._process.returncode is not None:
                state = WorkerState.ENDED
            elif silent > STUCK_AFTER_SECONDS:
                state = WorkerState.STUCK
            return WorkerHealth(state, self._process.pid, age, self._restarts, self._pulse)

    def stop(self) -> None:
        """End the worker, and return when it has ended."""
        self._stopping.set()
        with self._lock:
            process = self._process
            if process.stdin is not None:
                process.stdin.close()
        try:
            process.wait(ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        self._thread.join(ENDS_WITHIN_SECONDS)

    def _launch(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        self._started_at, self._heard_at, self._pulse = self._monotonic(), None, Pulse()
        return process

    def _watch(self) -> None:
        ended_in_a_row = 0
        while True:
            self._hear_out(self._process)
            if self._stopping.is_set():
                return
            lived_seconds = self._monotonic() - self._started_at
            ended_in_a_row = 1 if lived_seconds > STEADY_AFTER_SECONDS else ended_in_a_row + 1
            pause = pause_before_start(ended_in_a_row)
            log.error("the worker process has ended", exit_code=self._process.returncode, starts_in_seconds=pause)
            if self._stopping.wait(pause):
                return
            with self._lock:
                if self._stopping.is_set():
                    return
                self._process = self._launch()
                self._restarts += 1

    def _hear_out(self, process: "subprocess.Popen[bytes]") -> None:
        """Take the signs of life until there are no more, and wait for the end, so that no zombie is left."""
        assert process.stdout is not None and process.stdin is not None  # noqa: S101, PT018
        with process.stdout as lines:
            for line in lines:
                if (pulse := read_pulse(line)) is not None:
                    with self._lock:
                        self._heard_at, self._pulse = self._monotonic(), pulse
        process.wait()
        with self._lock:
            process.stdin.close()
