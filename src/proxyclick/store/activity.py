"""What did an integration do? Lines about changes are kept in their commits, others with the next or in a second."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import structlog

from instep.scim.query_strings import unquoted
from proxyclick.clock import Clock
from proxyclick.integrations.activity import CHANGES, Activity, Deed, Line
from proxyclick.people.changes import Change, changes_between
from proxyclick.store.commits import GroupCommit
from proxyclick.store.installations import Installations

_INSERT = "INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_COLUMNS = "number, at, method, path, status, deed, user, name, changes, note"
_LONGEST = 500
_MOST_WAITING = 256
_LONGEST_WAIT_SECONDS = 1.0
_PRUNED_AT_ONCE = 2_000
_PRUNE_EVERY = timedelta(minutes=10)
_Row = tuple[object, ...]
_log = structlog.get_logger()


class ActivityLog:
    """The activity of all installations: added to in this process alone, read by any."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock, keep_for: Callable[[], timedelta | None]) -> None:
        self._connection, self._clock, self._keep_for = connection, clock, keep_for
        self._installations = Installations(connection)
        (last,) = connection.execute("SELECT max(number) FROM activity").fetchone()
        self._next_number = 0 if last is None else last + 1
        self._waiting: list[_Row] = []
        self._uses: dict[int, datetime] = {}
        self._corrections: list[_Row] = []
        self._uses_noted_at = self._pruned_at = clock()
        self._timer: asyncio.TimerHandle | None = None
        self._commits: GroupCommit | None = None
        self._listeners: set[asyncio.Event] = set()
        self._is_dirty = self._is_flushing = False
        self.is_closed = False

    def go_along_with(self, commits: GroupCommit) -> None:
        """Lets what waits be written with whatever is committed."""
        self._commits, commits.beside = commits, self

    def write(self, installation: int, line: Line) -> int:
        """Keeps a line with the transaction that is open; its number."""
        row = self._row(installation, line)
        self._connection.execute(_INSERT, row)
        self._is_dirty = True
        return self._next_number - 1

    def note(self, installation: int, token: int, line: Line) -> None:
        """Keeps a line a little later, and that the token was used."""
        self._waiting.append(self._row(installation, line))
        self.note_use(token)

    def note_use(self, token: int) -> None:
        """Keeps a little later that a token was used."""
        self._uses[token] = self._clock()
        if len(self._waiting) >= _MOST_WAITING:
            if not self._is_flushing:
                self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LONGEST_WAIT_SECONDS, self._flush)

    def correct(self, installation: int, number: int, status: int) -> None:
        """Says that something else was answered."""
        self._corrections.append((status, installation, number))

    def before_commit(self) -> None:
        """Writes what waits; the transaction is open."""
        execute_many = self._connection.executemany
        if self._waiting:
            self._write_what_waits()
        if self._corrections:
            execute_many("UPDATE activity SET status = ? WHERE installation = ? AND number = ?", self._corrections)
        now = self._clock()
        if self._uses and (now - self._uses_noted_at).total_seconds() >= _LONGEST_WAIT_SECONDS:
            self._installations.note_uses(self._uses)
        if now - self._pruned_at >= _PRUNE_EVERY:
            self._prune(now)

    def after_commit(self) -> None:
        """What was written is safe, and shown to whoever looks on."""
        now = self._clock()
        if (now - self._uses_noted_at).total_seconds() >= _LONGEST_WAIT_SECONDS:
            self._uses, self._uses_noted_at = {}, now
        if self._waiting or self._is_dirty:
            for event in self._listeners:
                event.set()
        self._waiting, self._corrections, self._is_dirty = [], [], False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._uses:
            self._timer = asyncio.get_running_loop().call_later(_LONGEST_WAIT_SECONDS, self._flush)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event that is set whenever something was added, and when the log is closed."""
        event = asyncio.Event()
        self._listeners.add(event)
        try:
            yield event
        finally:
            self._listeners.discard(event)

    def close(self) -> None:
        """Lets whoever looks on go, as the tenant ends."""
        self.is_closed = True
        for event in self._listeners:
            event.set()

    def keep_the_rest(self) -> None:
        """Writes what still waits, when nothing else is written any more."""
        self._uses_noted_at = datetime.min.replace(tzinfo=UTC)
        self._connection.execute("BEGIN IMMEDIATE")
        self.before_commit()
        self._connection.execute("COMMIT")
        self._waiting, self._corrections, self._uses = [], [], {}

    def _row(self, installation: int, line: Line) -> _Row:
        number = self._next_number
        self._next_number += 1
        method, path, status, deed, user, name, changes, note = line
        milliseconds = int(self._clock().timestamp() * 1000)
        return (
            installation,
            number,
            milliseconds,
            method,
            path[:_LONGEST],
            status,
            deed,
            user,
            name,
            changes,
            note[:_LONGEST],
        )

    def _write_what_waits(self) -> None:
        try:
            self._connection.executemany(_INSERT, map(_decoded, self._waiting))
        except (ValueError, sqlite3.IntegrityError, sqlite3.InterfaceError) as error:
            # A line that cannot be kept must not keep people's changes from being kept.
            _log.error("activity lost", lines=len(self._waiting), error=str(error))

    def _flush(self) -> None:
        self._timer = None
        if self._commits is not None and not self.is_closed:
            self._is_flushing = True
            task = asyncio.ensure_future(self._commits.write(lambda: None))
            task.add_done_callback(self._flushed)

    def _flushed(self, task: "asyncio.Future[None]") -> None:
        """That nothing can be written is told to those whose writes fail."""
        self._is_flushing = False
        if not task.cancelled():
            task.exception()

    def _prune(self, now: datetime) -> None:
        keep_for = self._keep_for()
        if keep_for is None:
            self._pruned_at = now
            return
        before = int((now - keep_for).timestamp() * 1000)
        pruned = self._connection.execute(
            "DELETE FROM activity WHERE (installation, number) IN"
            " (SELECT installation, number FROM activity WHERE at < ? LIMIT ?)",
            (before, _PRUNED_AT_ONCE),
        ).rowcount
        if pruned < _PRUNED_AT_ONCE:
            self._pruned_at = now


class ActivityReader:
    """Reads the activity."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def page(self, installation: int, text: str, limit: int, before: int | None = None) -> list[Activity]:
        """The last lines of an installation that have a text, before a number if one is given; the latest first."""
        return self._select(
            "WHERE installation = ?1 AND (?2 IS NULL OR number < ?2) AND (?3 = '' OR instr(lower(name || ' ' || path ||"
            " ' ' || deed || ' ' || method || ' ' || status || ' ' || note || ' ' ||"
            " coalesce(CAST(changes AS TEXT), '')), ?3))"
            " ORDER BY number DESC LIMIT ?4",
            (installation, before, text.lower(), limit),
        )

    def after(self, installation: int, number: int, limit: int) -> list[Activity]:
        """The last lines that follow a number; the latest first."""
        return self._select(
            "WHERE installation = ? AND number > ? ORDER BY number DESC LIMIT ?", (installation, number, limit)
        )

    def changes_of(self, user: int, limit: int) -> list[tuple[int, Activity]]:
        """The last lines about changes of a user, each with its installation; the latest first."""
        told = ", ".join("?" * len(CHANGES))
        rows = self._execute(
            f"SELECT installation, {_COLUMNS} FROM activity WHERE user = ? AND deed IN ({told})"
            " ORDER BY number DESC LIMIT ?",
            (user, *CHANGES, limit),
        )
        return [(installation, _activity(row)) for installation, *row in rows]

    def _select(self, condition: str, parameters: tuple[object, ...]) -> list[Activity]:
        rows = self._execute(f"SELECT {_COLUMNS} FROM activity {condition}", parameters)
        return [_activity(row) for row in rows]


def _activity(row: Sequence[Any]) -> Activity:
    number, at, method, path, status, deed, user, name, changes, note = row
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return Activity(number, moment, method, path, status, Deed(deed), user, name, _changes(changes), note)


def _changes(kept: bytes | None) -> tuple[Change, ...]:
    if kept is None:
        return ()
    before, after = orjson.loads(kept)
    return changes_between(before, after)


def _decoded(row: _Row) -> _Row:
    """With the filter of the address as the client meant it."""
    path = str(row[4])
    return row if "%" not in path and "+" not in path else (*row[:4], unquoted(path), *row[5:])
