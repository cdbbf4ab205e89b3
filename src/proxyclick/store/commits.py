"""How do many requests share one commit, and none is answered before its own?

Writes that wait in the same turns of the event loop become one transaction: the first asks the loop to call back, the
others join, and all are answered after the one fdatasync. There is no thread to hand over to.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import structlog

from instep.scim.errors import ScimError, Unavailable

T = TypeVar("T")
_log = structlog.get_logger()


@dataclass(slots=True)
class _Waiting:
    work: Callable[[], Any]
    answer: asyncio.Future[Any]
    outcome: Any = None
    refusal: Exception | None = None


class Beside(Protocol):
    """What goes along with whatever is committed next."""

    def before_commit(self) -> None:
        """Writes what waits; the transaction is open."""

    def after_commit(self) -> None:
        """What was written is safe."""


class GroupCommit:
    """The one writer of a connection; `beside` goes along with every commit."""

    def __init__(self, connection: sqlite3.Connection, beside: Beside | None = None) -> None:
        self._connection, self.beside = connection, beside
        self._waiting: list[_Waiting] = []

    async def write(self, work: Callable[[], T]) -> T:
        """Runs `work` in a transaction with others and returns what it returned, once that is safely on disk.

        `work` raises a ScimError before its first statement that writes, or not at all; it may be run twice.
        Raises that ScimError, or Unavailable when nothing could be written.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()
        if not self._waiting:
            # One turn later: what is arriving just now still joins, half as many again where the disk is the limit.
            loop.call_soon(loop.call_soon, self._flush)
        self._waiting.append(_Waiting(work, answer))
        return await answer

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Inside the work of a `write`: what is done here is undone when it raises, and the rest of the work is not."""
        self._connection.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO part")
            raise
        finally:
            self._connection.execute("RELEASE part")

    def _flush(self) -> None:
        """Answers everyone, whatever goes wrong: nobody may wait for ever."""
        group, self._waiting = self._waiting, []
        try:
            self._commit(group)
        except Exception:
            # One of them is at fault: let it fail alone.
            for waiting in group:
                self._commit_alone(waiting)
        for waiting in group:
            if waiting.answer.done():
                continue  # its client has gone
            if waiting.refusal is not None:
                waiting.answer.set_exception(waiting.refusal)
            else:
                waiting.answer.set_result(waiting.outcome)

    def _commit(self, group: list[_Waiting]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for waiting in group:
                waiting.refusal = None
                try:
                    waiting.outcome = waiting.work()
                except ScimError as refusal:
                    waiting.refusal = refusal
            if self.beside is not None:
                self.beside.before_commit()
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        if self.beside is not None:
            self.beside.after_commit()

    def _commit_alone(self, waiting: _Waiting) -> None:
        try:
            self._commit([waiting])
        except sqlite3.Error as error:
            waiting.refusal = Unavailable(f"The tenant cannot write its data now: {error}. Nothing was changed.")
            with suppress(Exception):  # where the log cannot be written either
                _log.error("write failed", error=str(error))
        except Exception as error:
            waiting.refusal = error
