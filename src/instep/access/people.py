"""Who of the directory signs in to My apps, and for how long?

A person is a user of the directory as somebody who signs in. A person's session opens no page of the admin center.
"""

from dataclasses import dataclass
from datetime import datetime

from instep.access.sessions import SEEN_EVERY, SignInMethod, is_worn_out

LINK_PATH = "/my/welcome"


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the directory; `is_let_in` while the directory has the user, enabled."""

    id: str
    user_name: str  # the userPrincipalName
    display_name: str
    is_let_in: bool
    has_password: bool


@dataclass(frozen=True, slots=True)
class PersonSession:
    """One browser in which a person is signed in; `digest` is the SHA-256 of its secret."""

    digest: bytes
    user_id: str
    created_at: datetime
    seen_at: datetime
    method: SignInMethod
    address: str
    browser: str

    def is_over(self, now: datetime) -> bool:
        """Whether it was left alone for too long, or has lasted for too long; as an administrator's."""
        return is_worn_out(self.created_at, self.seen_at, now)

    def is_to_be_noted(self, now: datetime) -> bool:
        """Whether it is time to note that it is used."""
        return now - self.seen_at >= SEEN_EVERY


def person_link_address(site: str, secret: str) -> str:
    """Return where a person's one-time link leads."""
    return f"{site.rstrip('/')}{LINK_PATH}/{secret}"
