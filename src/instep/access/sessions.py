"""For how long is somebody signed in, and when must they confirm that it is still them?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
CONFIRMED_FOR = timedelta(minutes=5)
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a session was last used: a write for every page would be too many."""


class SignInMethod(StrEnum):
    """How a session began."""

    LOCAL = "password"
    PROVIDER = "OpenID Connect"
    LINK = "one-time link"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which an administrator is signed in; `digest` is the SHA-256 of its secret."""

    digest: bytes
    administrator_id: str
    created_at: datetime
    seen_at: datetime
    confirmed_at: datetime
    method: SignInMethod
    address: str
    browser: str

    def is_over(self, now: datetime) -> bool:
        """Whether it was left alone for too long, or has lasted for too long."""
        return is_worn_out(self.created_at, self.seen_at, now)

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether it is time to note that it is used."""
        return now - self.seen_at >= SEEN_EVERY

    def is_confirmed(self, now: datetime) -> bool:
        """Whether whoever is there has shown lately that it is them: by the sign-in, or since."""
        return now - self.confirmed_at < CONFIRMED_FOR


def is_worn_out(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session of anybody was left alone for too long, or has lasted for too long."""
    return now - seen_at >= IDLE or now - created_at >= ABSOLUTE
