"""What takes long, is asked for on a page, and goes on when the page is left: previews, and plans being applied?

A task runs in a thread with an event loop of its own, so that no page waits for it. It ends with the process; what
it had written to a target is in the ledger, as after any other end of a cycle.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock, Thread
from typing import Any

import structlog

from instep.clock import Clock
from instep.cycle.run import Progress
from instep.wiring import REFUSALS

Work = Callable[["Task"], Coroutine[Any, Any, str]]
"""Does it, tells of its progress, and returns the address where the outcome is shown."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Task:
    """One task of an application, under way or over; `address` is where its outcome is."""

    title: str
    asked_by: str
    begun_at: datetime
    users: int = 0
    total: int = 0
    address: str | None = None
    problem: str | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, well or not."""
        return self.address is not None or self.problem is not None

    def watch(self, progress: Progress) -> None:
        """Take notice of how far it is."""
        self.users, self.total = progress.users, progress.total


class Tasks:
    """The last task of each application: one at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._lock = clock, Lock()
        self._of_apps: dict[str, Task] = {}

    def begin(self, app_id: str, title: str, asked_by: str, work: Work) -> bool:
        """Begin one; False if another one of the application is under way."""
        with self._lock:
            known = self._of_apps.get(app_id)
            if known is not None and not known.is_over:
                return False
            task = Task(title, asked_by, self._clock())
            self._of_apps[app_id] = task
        Thread(target=_run, args=(task, work), name=title, daemon=True).start()
        return True

    def of(self, app_id: str) -> Task | None:
        """Return the last task of an application."""
        with self._lock:
            return self._of_apps.get(app_id)

    def forget(self, app_id: str) -> None:
        """Let go of one that is over."""
        with self._lock:
            known = self._of_apps.get(app_id)
            if known is not None and known.is_over:
                del self._of_apps[app_id]


def _run(task: Task, work: Work) -> None:
    try:
        task.address = asyncio.run(work(task))
    except REFUSALS as refusal:
        task.problem = str(refusal)
    except Exception:
        _log.exception("task failed", title=task.title)
        task.problem = "It failed; the log of the server says why."
