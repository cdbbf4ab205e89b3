"""Has another process written to the database since? Asked for every request, so it may cost next to nothing.

SQLite's own answer (`PRAGMA data_version`) costs as much as reading a user. It is asked only where the counter of all
transactions has moved, which stands in the header of the WAL index (sqlite.org/walformat.html, 2.1: iChange).
"""

import os
import sqlite3
import weakref

_COUNTER_AT, _COUNTER_BYTES = 8, 4


class OtherWriters:
    """The number of the newest state that other connections have left, as SQLite counts them for this one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._version = self._asked()
        self._index = _wal_index(connection)
        self._seen = b""
        if self._index is not None:
            weakref.finalize(self, os.close, self._index)

    def version(self) -> int:
        """Another number than before if anybody else has written."""
        if self._index is None:
            return self._asked()
        counter = os.pread(self._index, _COUNTER_BYTES, _COUNTER_AT)
        if counter != self._seen:
            # In this order: what comes between the two is asked for once more next time, and never missed.
            self._seen = counter
            self._version = self._asked()
        return self._version

    def _asked(self) -> int:
        (version,) = self._execute("PRAGMA data_version").fetchone()
        return int(version)


def _wal_index(connection: sqlite3.Connection) -> int | None:
    """The open file of the WAL index; None where there is none, or it cannot be read in place."""
    (_, _, path) = connection.execute("PRAGMA database_list").fetchone()
    try:
        return os.open(f"{path}-shm", os.O_RDONLY | os.O_CLOEXEC) if hasattr(os, "pread") else None
    except OSError:
        return None
