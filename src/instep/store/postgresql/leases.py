"""How does one process among many, on several machines, have a lease that ends with it, or when it falls silent?

A lease is an advisory lock of a session that the process keeps for nothing else. The server ends the lock with the
session: at once when the process dies, and after some seconds in which it gives no sign of life, because it was paused
or cannot be reached. So each lease is numbered when it is taken, and whatever is written under it asks, in its own
transaction, whether the number is still the last one: a process that wakes up writes nothing more.
"""

import os
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from instep.admin.ports import JobIsRunning
from instep.store.leases import LeaseTaken
from instep.store.postgresql.locks import lock_key
from instep.store.unusable import DatabaseUnusable

SILENT_FOR_SECONDS = 6  # then the server ends the session
SURE_FOR_SECONDS = SILENT_FOR_SECONDS - 1.5
BEAT_EVERY_SECONDS = 1.0

Number = Callable[[str, str | None, str], int]


def _seconds() -> float:
    """Return a time that goes on while the process, or the machine, is paused."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class _Session:
    """One connection that holds locks, and beats."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._sure_until = 0.0
        self._ask("SELECT set_config('idle_session_timeout', %s, false)", f"{SILENT_FOR_SECONDS}s")
        threading.Thread(target=self._beat, daemon=True, name="leases").start()

    @property
    def is_sure(self) -> bool:
        """Whether the server cannot have ended it by now."""
        return not self._ended.is_set() and _seconds() < self._sure_until

    @property
    def is_lost(self) -> bool:
        """Whether it was found ended."""
        return self._ended.is_set()

    def try_lock(self, key: int) -> bool:
        return bool(self._ask("SELECT pg_try_advisory_lock(%s)", key))

    def unlock(self, key: int) -> None:
        with suppress(SQLAlchemyError, DatabaseUnusable):
            self._ask("SELECT pg_advisory_unlock(%s)", key)

    def close(self) -> None:
        with self._lock:
            self._ended.set()
            with suppress(SQLAlchemyError, DatabaseUnusable):
                self._connection.invalidate()
            self._connection.close()

    def _ask(self, statement: str, *values: Any) -> Any:
        with self._lock:
            asked_at = _seconds()
            try:
                answer = self._connection.exec_driver_sql(statement, values).scalar()
            except (SQLAlchemyError, DatabaseUnusable):
                self._ended.set()
                raise
            self._sure_until = asked_at + SURE_FOR_SECONDS
            return answer

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_EVERY_SECONDS):
            with suppress(SQLAlchemyError, DatabaseUnusable):
                self._ask("SELECT 1")


@dataclass(frozen=True, slots=True)
class _Held:
    session: _Session
    epoch: int


class AdvisoryLeases:
    """instep.store.leases.Leases on a server."""

    def __init__(self, engine: Engine, number: Number) -> None:
        self._engine, self._number = engine, number
        self._holder = f"{socket.gethostname()} {os.getpid()}"
        self._lock = threading.Lock()
        self._session: _Session | None = None
        self._held: dict[str, _Held | None] = {}  # None while one is being taken

    @contextmanager
    def hold(self, name: str, about: str | None = None) -> Iterator[None]:
        """Hold a lease. Raises LeaseTaken."""
        session = self._take(name)
        try:
            self._held[name] = _Held(session, self._number(name, about, self._holder))
            yield
        finally:
            with self._lock:
                del self._held[name]
                session.unlock(_key(name))

    def is_held(self, name: str) -> bool:
        """Whether a living process has the lease."""
        high, low = divmod(_key(name) % 2**64, 2**32)
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(
                """SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                   AND classid::bigint = %s AND objid::bigint = %s""",
                (high, low),
            )
            return found.first() is not None

    def is_sure(self, name: str) -> bool:
        """Whether a lease that this process took is its own beyond doubt; true of one that it has not."""
        held = self._held.get(name)
        return held is None or held.session.is_sure

    def require(self, connection: Connection, names: Collection[str]) -> None:
        """Raise JobIsRunning where a lease that this process took is not its own any more."""
        held = {name: mine for name in names if (mine := self._held.get(name)) is not None}
        if not held:
            return
        rows = connection.exec_driver_sql("SELECT name, epoch FROM leases WHERE name = ANY(%s)", (list(held),))
        epochs = {row.name: row.epoch for row in rows}
        for name, mine in held.items():
            if mine.session.is_lost or epochs.get(name) != mine.epoch:
                raise JobIsRunning(
                    "This process gave no sign of life to the database for some seconds, and was taken for dead; "
                    "another one goes on with what it was doing."
                )

    def close(self) -> None:
        """Give all of them back."""
        with self._lock:
            if self._session is not None:
                self._session.close()
                self._session = None

    def _take(self, name: str) -> _Session:
        with self._lock:
            if name in self._held:  # of two threads, too: a session may lock twice what it has
                raise LeaseTaken(name)
            if self._session is None or self._session.is_lost:
                if self._session is not None:
                    self._session.close()
                self._session = _Session(self._engine)
            if not self._session.try_lock(_key(name)):
                raise LeaseTaken(name)
            self._held[name] = None
            return self._session


def _key(name: str) -> int:
    return lock_key("lease", name)
