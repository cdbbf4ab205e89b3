"""What has changed since a program looked last, page by page (graph-api.md 4)?

A round has a first and a last change. Whoever changed between them is shown as they are now, so that the last word wins
whatever comes twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Span:
    """The changes after one and up to another, by their sequence numbers."""

    after: int
    until: int


class Following(Protocol):
    """Whom the change log is about. Each list is in the order of the ids, after one of them."""

    def head(self) -> int:
        """Return the sequence number of the newest change, 0 before the first."""

    def changed_users(self, span: Span, after: str, limit: int) -> Sequence[str]:
        """Return the users who were made, edited, deleted, restored or purged."""

    def changed_groups(self, span: Span, after: str, limit: int) -> Sequence[str]:
        """Return the groups that were made, edited or deleted, or whose members came or went."""

    def changed_members(self, group_id: str, span: Span, after: str, limit: int) -> Sequence[tuple[str, bool]]:
        """Return who came into a group or left it, each with whether they are in it now; deleted users are not."""

    def member_ids(self, group_id: str, after: str, limit: int) -> Sequence[str]:
        """Return who is in a group: users and groups that are not deleted."""
