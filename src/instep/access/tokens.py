"""What is an API token, and what may it do?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.access.roles import Permission

PREFIX = "instep_"
"""What every token begins with, so that scanners find one that was published by mistake."""
LONGEST_LIFE = timedelta(days=366)
DEFAULT_LIFE = timedelta(days=90)
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A secret with which a program acts for an administrator; only its SHA-256 is kept."""

    id: str
    administrator_id: str
    name: str
    permissions: frozenset[Permission]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it is good no more."""
        return now >= self.expires_at

    def allows(self, held: Collection[Permission]) -> frozenset[Permission]:
        """Return what it may do now: never more than its administrator, whose roles may have changed since."""
        return self.permissions & frozenset(held)
