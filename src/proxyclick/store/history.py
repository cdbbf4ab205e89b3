"""What was done to a user by hand, and by whom? The user's page shows it beside what integrations did."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from proxyclick.clock import timestamp
from proxyclick.people.changes import Change


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a user: what, in a few words, who did it, and which attributes changed.

    `by_integration` tells an integration from somebody.
    """

    at: datetime
    what: str
    who: str
    by_integration: bool = False
    changes: tuple[Change, ...] = ()


class History:
    """The events of users; they are added to and never changed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, user: int, event: Event) -> None:
        """Keeps an event; to be called inside the transaction of what it tells."""
        changes = json.dumps([(change.attribute, change.before, change.after) for change in event.changes])
        self._execute(
            "INSERT INTO user_events (user, at, what, who, changes) VALUES (?, ?, ?, ?, ?)",
            (user, timestamp(event.at), event.what, event.who, changes),
        )

    def of(self, user: int, limit: int) -> list[Event]:
        """The last events of a user, the latest first."""
        rows = self._execute(
            "SELECT at, what, who, changes FROM user_events WHERE user = ? ORDER BY number DESC LIMIT ?", (user, limit)
        )
        return [
            Event(datetime.fromisoformat(at), what, who, changes=tuple(Change(*each) for each in json.loads(changes)))
            for at, what, who, changes in rows
        ]
