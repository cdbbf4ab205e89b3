"""How do several processes share the cycles, so that what one leaves behind when it dies another goes on with?

Each has a name of its own and holds a lease of that name for as long as it lives. Whoever finds a workflow of one that
has no lease any more takes that lease, and begins the workflows again as its own: the ledger knows how far each came.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol
from uuid import uuid4

import structlog

from instep.runtime.durable import DurableCycles

log = structlog.get_logger()


class Leases(Protocol):
    """What is known of who lives."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold a lease; raises what `taken` says where another process has it."""

    def is_held(self, name: str) -> bool:
        """Whether a living process has it."""

    def is_sure(self, name: str) -> bool:
        """Whether it is this process's own beyond doubt."""


class TakenForDead(Exception):
    """This process gave no sign of life for so long that others go on with what it did: it must end."""


class SharedCycles(DurableCycles):
    """Cycles as workflows on one database with those of other processes."""

    def __init__(self, url: str, leases: Leases, taken: type[Exception]) -> None:
        super().__init__(url, f"{socket.gethostname()} {os.getpid()} {uuid4()}")
        self._leases, self._taken = leases, taken
        self._living = ExitStack()

    def open(self, run: Callable[[str], Awaitable[None]]) -> None:
        """Begin to take cycles, and be known to live."""
        self._living.enter_context(self._leases.hold(_of(self.executor)))
        super().open(run)

    async def tend(self) -> None:
        """Go on with what processes left behind that do not live any more. Raises TakenForDead."""
        if not self._leases.is_sure(_of(self.executor)):
            raise TakenForDead("This process gave no sign of life to the database; others go on with its cycles.")
        await asyncio.to_thread(self._inherit)

    def close(self) -> None:
        """Let go of the database; a cycle under way is begun again by another process."""
        super().close()
        self._living.close()

    def _inherit(self) -> None:
        for executor in self.executors_at_work() - {self.executor}:
            if self._leases.is_held(_of(executor)):
                continue
            try:
                with self._leases.hold(_of(executor)):
                    log.warning("a worker has died; its cycles are taken over", worker=executor)
                    self.take_over(executor)
            except self._taken:
                continue  # another one is at it


def _of(executor: str) -> str:
    return f"worker {executor}"
