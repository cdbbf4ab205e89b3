"""Who is assigned to an application, page by page, and who could be?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.directory.applications import PrincipalType


@dataclass(frozen=True, slots=True)
class AssignedQuery:
    """Which assignments are asked for: the newest first, or those whose userPrincipalName or display
    name begins with `text`, by name.

    `older_than` and `newer_than` are keys of rows.
    """

    app_id: str
    text: str = ""
    older_than: str = ""
    newer_than: str = ""
    limit: int = 51


@dataclass(frozen=True, slots=True)
class Assigned:
    """An assignment as people see it; `key` is its place in the list."""

    key: str
    type: PrincipalType
    id: str
    name: str
    display_name: str
    role_id: str
    role: str
    since: datetime


@dataclass(frozen=True, slots=True)
class AssignedCounts:
    """How many assignments of users and of groups there are."""

    users: int
    groups: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody, or a group, that can be assigned, or can own an application."""

    type: PrincipalType
    id: str
    name: str
    display_name: str


class AssignedReading(Protocol):
    """Assignments with names. Each call is one transaction."""

    def assigned(self, query: AssignedQuery) -> Sequence[Assigned]:
        """Return assignments."""

    def count_assigned(self, app_id: str) -> AssignedCounts:
        """Return how many there are."""

    def held_by(self, app_id: str, principal_id: str) -> Sequence[Assigned]:
        """Return the assignments of one user or group."""

    def candidate(self, principal_type: PrincipalType, principal_id: str) -> Candidate | None:
        """Return a live user, or a group that is not deleted."""
