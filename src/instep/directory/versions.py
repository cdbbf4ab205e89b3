"""In which version is a user or a group: which was the last change that is about it?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Version:
    """The last change of the attributes, or of a group's members, by its sequence number."""

    sequence: int
    changed_at: datetime


class Versions(Protocol):
    """Versions by id, as the change log tells them."""

    def of_users(self, ids: Sequence[str]) -> Mapping[str, Version]:
        """Return the versions of these users."""

    def of_groups(self, ids: Sequence[str]) -> Mapping[str, Version]:
        """Return the versions of these groups."""
