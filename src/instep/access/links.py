"""What does a one-time link allow whoever uses it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

VALID_FOR = timedelta(days=7)
PATH = "/welcome"


class Purpose(StrEnum):
    """What a link is for, as it is kept."""

    FIRST_ADMINISTRATOR = "first administrator"
    """Whoever uses it says who they are, and becomes the first Global Administrator."""
    CHOOSE = "choose a password"
    """Its administrator chooses a password, and is signed in."""
    SIGN_IN = "sign in"
    """Its administrator is signed in, without a password."""


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """A link that was issued; `administrator_id` is None for the first administrator, whom nobody knows yet."""

    purpose: Purpose
    administrator_id: str | None
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it came too late."""
        return now >= self.expires_at


def link_address(site: str, secret: str) -> str:
    """Return where a link leads."""
    return f"{site.rstrip('/')}{PATH}/{secret}"
