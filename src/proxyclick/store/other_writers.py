"""Has another process written to the database since? Asked for every request, so once in each turn of the event loop.

SQLite's answer (`PRAGMA data_version`) costs as much as reading a user. Requests that are answered in the same turn
came within the same millisecond, and share it. (The counter in the WAL index could be read for less, but not safely:
whoever closes a file of a database that is open in the same process gives up SQLite's locks on it.)
"""

import asyncio
import sqlite3


class OtherWriters:
    """The number of the newest state that other connections have left, as SQLite counts them for this one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._version = 0
        self._asked_in: asyncio.AbstractEventLoop | None = None  # whose turn is not over

    def version(self) -> int:
        """Another number than before if anybody else has written."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return self._asked()
        if self._asked_in is not loop:
            self._version = self._asked()
            self._asked_in = loop
            loop.call_soon(self._end_turn)
        return self._version

    def _asked(self) -> int:
        (version,) = self._execute("PRAGMA data_version").fetchone()
        return int(version)

    def _end_turn(self) -> None:
        self._asked_in = None
