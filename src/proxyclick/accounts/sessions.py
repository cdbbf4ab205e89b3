"""For how long is somebody signed in, and as whom?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a session was last used: a write for every page would be too many."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which a user has signed in; `location` is the one that is chosen in the location menu.

    `ends_at` is when an identity provider wants the session to end; None where none has said so.
    """

    digest: bytes
    user: int
    location: int
    created_at: datetime
    seen_at: datetime
    address: str
    browser: str
    ends_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it was left alone for too long, or has lasted for too long."""
        is_ended = self.ends_at is not None and now >= self.ends_at
        return is_ended or now - self.seen_at >= IDLE or now - self.created_at >= ABSOLUTE

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether it is time to note that it is used."""
        return now - self.seen_at >= SEEN_EVERY
