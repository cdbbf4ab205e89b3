"""At which moments can the engine of this process be killed? Here they are counted, and at the n-th it is.

A moment is one at which something can be seen from outside by then: a transaction is about to be committed, or was; a
request is about to leave, or was answered. Between two of them nothing that a killed process did is left, so that there
are no others; with several requests under way, what became of the others is as it happens. `kill -9` is real.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from instep.connectors.targets.scim.target import ScimTarget
from instep.rules.health.outcomes import Outcome
from instep.store.database import Database
from instep.store.postgresql.database import PostgresqlDatabase

_STORE = "instep.store."
_NOT_THE_WRITER = ("instep.store.database", "instep.store.postgresql.database")


class Moments:
    """Counts the moments as they come, tells each, and ends this process at one."""

    def __init__(self, kill_at: int, tell: Callable[[str], None]) -> None:
        """`kill_at` counts from 1; 0 is at none of them."""
        self._kill_at, self._tell = kill_at, tell
        self._reached = 0
        self._lock = threading.Lock()
        self._inside = threading.local()

    def watch(self) -> None:
        """From now on, count those of this process."""
        for kind in (Database, PostgresqlDatabase):
            kind.write = self._counted(kind.write)  # type: ignore[method-assign]
        self._count_requests()

    def reached(self, name: str) -> None:
        with self._lock:
            self._reached += 1
            self._tell(name)
            if self._reached == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def _counted(self, write: Any) -> Any:
        @contextmanager
        def counted(database: Database, *parts: Any, **named: Any) -> Iterator[Connection]:
            is_within_another = getattr(self._inside, "one", False)
            name = _writer(sys._getframe(2))
            self._inside.one = True
            try:
                with write(database, *parts, **named) as connection:
                    yield connection
                    if not is_within_another:
                        self.reached(f"{name}, before its commit")
            finally:
                self._inside.one = is_within_another
            if not is_within_another:
                self.reached(f"{name}, committed")

        return counted

    def _count_requests(self) -> None:
        send = ScimTarget._send

        async def counted(target: ScimTarget, method: str, url: Any, *parts: Any) -> Outcome:
            endpoint = "/Groups" if "/Groups" in url.path else "/Users"
            self.reached(f"{method} {endpoint}, before it leaves")
            outcome = await send(target, method, url, *parts)
            self.reached(f"{method} {endpoint}, answered")
            return outcome

        ScimTarget._send = counted  # type: ignore[method-assign]


def _writer(frame: Any) -> str:
    """Which function of the store began the transaction."""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith(_STORE) and module not in _NOT_THE_WRITER and frame.f_code.co_name != "_writing":
            return str(frame.f_code.co_qualname)
        if module == _NOT_THE_WRITER[1] and frame.f_code.co_name == "_number":
            return "the lease"
        frame = frame.f_back
    return "somebody"
