"""What did an integration do: each of its requests, whom it was about, what changed, and what was answered?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from proxyclick.people.changes import Change


class Deed(StrEnum):
    """What came of a request, in a word."""

    CREATED = "Created"
    JOINED = "Joined"
    UPDATED = "Updated"
    DISABLED = "Disabled"
    ENABLED = "Enabled"
    DELETED = "Deleted"
    LEFT = "Taken from the location"
    UNCHANGED = "Unchanged"
    READ = "Read"
    REFUSED = "Refused"


CHANGES = (Deed.CREATED, Deed.JOINED, Deed.UPDATED, Deed.DISABLED, Deed.ENABLED, Deed.DELETED, Deed.LEFT)
"""The deeds after which something is not as it was."""
NOMINAL_STATUS = {"POST": 201, "DELETE": 204}
_CHANGES = ("PUT", "PATCH")


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of an integration's activity; `user` is the number of the user, None where it is about nobody."""

    number: int
    at: datetime
    method: str
    path: str
    status: int
    deed: Deed
    user: int | None
    name: str
    changes: tuple[Change, ...]
    note: str


class Line(NamedTuple):
    """What is kept of one request; `changes` as the JSON of what differs before and after.

    A tuple, as one is made for every request, and that takes a quarter of the time.
    """

    method: str
    path: str
    status: int
    deed: Deed
    user: int | None = None
    name: str = ""
    changes: bytes | None = None
    note: str = ""


class Log(Protocol):
    """Where lines are kept."""

    def write(self, installation: int, line: Line) -> int:
        """Keeps a line with the transaction that is open; its number."""

    def note(self, installation: int, token: int, line: Line) -> None:
        """Keeps a line a little later, and that the token was used."""

    def note_use(self, token: int) -> None:
        """Keeps a little later that a token was used."""

    def correct(self, installation: int, number: int, status: int) -> None:
        """Says that something else was answered."""


@dataclass(slots=True)
class Exchange:
    """One request of an integration while it is answered. What changes is told in the transaction of the change."""

    log: Log
    installation: int
    token: int
    method: str
    path: str
    remarks: tuple[str, ...] = ()
    number: int | None = None

    def remark(self, text: str) -> None:
        """Something that whoever looks at the activity should know."""
        if text not in self.remarks:
            self.remarks = (*self.remarks, text)

    def did(self, deed: Deed, user: int | None, name: str, changes: bytes | None = None) -> None:
        """Keeps what was done; to be called inside the transaction that does it."""
        status = NOMINAL_STATUS.get(self.method, 200)
        line = Line(self.method, self.path, status, deed, user, name, changes, " ".join(self.remarks))
        self.number = self.log.write(self.installation, line)

    def answered(self, status: int, note: str = "", user: int | None = None) -> None:
        """Keeps what was answered, where nothing was done; `note` says why, or what was found."""
        if self.number is not None and status < 400:
            if self.method in _CHANGES and status != NOMINAL_STATUS.get(self.method, 200):
                self.log.correct(self.installation, self.number, status)
            self.log.note_use(self.token)
            return
        deed = Deed.REFUSED if status >= 400 else Deed.UNCHANGED if self.method in _CHANGES else Deed.READ
        text = " ".join((*self.remarks, note)).strip() if self.remarks else note
        self.log.note(self.installation, self.token, Line(self.method, self.path, status, deed, user, "", None, text))
