"""What does a one-time link allow whoever opens it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID_FOR = timedelta(days=7)
PATH = "/welcome"


class Purpose(StrEnum):
    """What a link is for, as it is kept."""

    FIRST_ADMINISTRATOR = "first administrator"
    """Whoever opens it says who they are, and becomes an administrator."""
    ADMINISTRATOR = "administrator"
    """The person of its e-mail address becomes an administrator, and chooses a password."""
    SIGN_IN = "sign in"
    """As ADMINISTRATOR, and is let in without a password: for a demonstration."""
    CHOOSE_ANEW = "choose a password"
    """A user who is there chooses a password."""
    INVITATION = "invitation"
    """A user who is there and cannot sign in yet chooses a password."""

    @property
    def makes_administrator(self) -> bool:
        """Whether whoever uses the link becomes an administrator of its location."""
        return self not in (Purpose.CHOOSE_ANEW, Purpose.INVITATION)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was issued for a location; `email` is empty for the first administrator, whom nobody knows yet."""

    purpose: Purpose
    location: int
    email: str
    first_name: str
    last_name: str
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it came too late."""
        return now >= self.expires_at


def link_address(site: str, secret: str) -> str:
    """Where a link leads."""
    return f"{site}{PATH}/{secret}"
