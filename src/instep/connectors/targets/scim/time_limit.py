"""How long may a request take? One timer watches all that are under way: one for each cost a tenth of a request."""

import asyncio
from types import TracebackType


class TimeLimit:
    """The longest that a request may take, to be entered by the task that makes it; it raises TimeoutError then.

    As with asyncio.timeout, a task that somebody else cancels as well stays cancelled.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: dict[asyncio.Task[object], float] = {}  # the earliest first, as all have the same time
        self._late: dict[asyncio.Task[object], int] = {}  # with the cancellations that others had asked for
        self._is_watched = False

    def __enter__(self) -> None:
        loop, task = asyncio.get_running_loop(), _this_task()
        self._ends[task] = end = loop.time() + self._seconds
        if not self._is_watched:
            self._is_watched = True
            loop.call_at(end, self._look)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        task = _this_task()
        if self._ends.pop(task, None) is not None:
            return
        if task.uncancel() <= self._late.pop(task) and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, end in list(self._ends.items()):
            if end > now:
                loop.call_at(end, self._look)
                return
            del self._ends[task]
            self._late[task] = task.cancelling()
            task.cancel()
        self._is_watched = False


def _this_task() -> asyncio.Task[object]:
    if (task := asyncio.current_task()) is None:
        raise RuntimeError("only a task can be given a time limit")
    return task
