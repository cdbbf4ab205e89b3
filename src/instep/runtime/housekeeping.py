"""What must be done every hour beside the cycles, without ever holding them up?"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

EVERY = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Chore:
    """One thing to do; a fault that is `no_matter` means that another process is at it."""

    name: str
    do: Callable[[], object]
    no_matter: tuple[type[Exception], ...] = ()


@dataclass(slots=True)
class Housekeeping:
    """Does its chores at the first call and then every hour, in a thread; one that fails does not stop the next."""

    chores: Sequence[Chore]
    _last: datetime | None = None
    _task: "asyncio.Task[None] | None" = field(default=None)

    def keep(self, now: datetime) -> None:
        """Begin the chores if they are due and the last ones have ended."""
        is_busy = self._task is not None and not self._task.done()
        if is_busy or (self._last is not None and self._last <= now < self._last + EVERY):
            return
        self._last = now
        self._task = asyncio.create_task(self._do_all())

    async def ended(self) -> None:
        """Return when the chores under way have ended."""
        if self._task is not None:
            await self._task

    def cancel(self) -> None:
        """Begin no further chore; whatever is under way in the thread goes on from the database another time."""
        if self._task is not None:
            self._task.cancel()

    async def _do_all(self) -> None:
        for chore in self.chores:
            try:
                await asyncio.to_thread(chore.do)
            except chore.no_matter as reason:
                log.info("a chore was left to another process", chore=chore.name, reason=str(reason))
            except Exception:
                log.exception("a chore failed; it is tried again in an hour", chore=chore.name)
