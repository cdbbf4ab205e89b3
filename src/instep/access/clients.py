"""What is a registered client: a program that gets its own access tokens with a client secret?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

ACCESS_TOKEN_LIFE = timedelta(hours=1)
LONGEST_NAME = 100
DEFAULT_LIFE = timedelta(days=180)
LONGEST_LIFE = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A program with permissions of its own, by Graph's names. Of its client secret only the SHA-256 is kept."""

    id: str
    name: str
    permissions: frozenset[str]
    created_at: datetime
    secret_expires_at: datetime
    last_used_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether its client secret is good no more; access tokens end with it."""
        return now >= self.secret_expires_at
