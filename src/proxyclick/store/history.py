"""What was done to a user by hand, and by whom? The user's page shows it beside what integrations did."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from proxyclick.clock import timestamp
from proxyclick.people.changes import Change


class Kind(StrEnum):
    """What sort of event it is."""

    CREATED = "created"
    """Somebody made the user, who was at no location of the organisation before."""
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done to a user: what, in a few words, who did it, and which attributes changed."""

    at: datetime
    what: str
    who: str
    changes: tuple[Change, ...] = ()
    kind: Kind = Kind.CHANGED


class History:
    """The events of users; they are added to and never changed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, user: int, event: Event) -> None:
        """Keeps an event; to be called inside the transaction of what it tells."""
        changes = json.dumps([(change.attribute, change.before, change.after) for change in event.changes])
        self._execute(
            "INSERT INTO user_events (user, at, kind, what, who, changes) VALUES (?, ?, ?, ?, ?, ?)",
            (user, timestamp(event.at), event.kind.value, event.what, event.who, changes),
        )

    def of(self, user: int, limit: int) -> list[Event]:
        """The last events of a user, the latest first."""
        rows = self._execute(
            "SELECT at, what, who, changes, kind FROM user_events WHERE user = ? ORDER BY number DESC LIMIT ?",
            (user, limit),
        )
        return [
            Event(datetime.fromisoformat(at), what, who, _changes(changes), Kind(kind))
            for at, what, who, changes, kind in rows
        ]

    def began_by_hand(self, user: int) -> bool:
        """Whether somebody made the user, and no integration."""
        query = "SELECT 1 FROM user_events WHERE user = ? AND kind = ? LIMIT 1"
        return self._execute(query, (user, Kind.CREATED.value)).fetchone() is not None


def _changes(text: str) -> tuple[Change, ...]:
    return tuple(Change(*each) for each in json.loads(text))
