"""What did administrators do, and when? The log takes entries, and changes none."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from proxyclick.clock import timestamp


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that was done: by whom, what, about what, and from which network address (empty: a command)."""

    organisation: int
    location: int
    at: datetime
    who: str
    what: str
    about: str = ""
    address: str = ""


class AuditLog:
    """The audit log of all organisations; each is shown its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, entry: AuditEntry) -> None:
        """Keeps an entry; to be called inside the transaction of what it tells."""
        self._execute(
            "INSERT INTO audit_log (organisation, location, at, who, what, about, address)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                entry.organisation,
                entry.location,
                timestamp(entry.at),
                entry.who,
                entry.what,
                entry.about,
                entry.address,
            ),
        )

    def at(self, location: int, limit: int) -> list[AuditEntry]:
        """The last entries of a location, the latest first."""
        rows = self._execute(
            "SELECT organisation, location, at, who, what, about, address FROM audit_log WHERE location = ?"
            " ORDER BY number DESC LIMIT ?",
            (location, limit),
        )
        return [
            AuditEntry(organisation, place, datetime.fromisoformat(at), *rest)
            for organisation, place, at, *rest in rows
        ]
