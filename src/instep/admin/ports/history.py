"""What do use cases need of whatever knows what happened to whom?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from instep.admin.ports.reports import AuditQuery
from instep.directory.changes import RecordedChange
from instep.ledger.audit import AuditRow
from instep.ledger.jobs import Job
from instep.ledger.records import Escrow


class History(Protocol):
    """What happened to whom, and what is open about one user. Each call is one transaction."""

    def of_user(self, user_id: str) -> Sequence[RecordedChange]:
        """Return the changes of a user, memberships and direct assignments among them, in their order."""

    def of_assigned_groups(self, app_id: str) -> Sequence[RecordedChange]:
        """Return when groups were assigned to an application and unassigned, nested and deleted."""

    def purged_user(self, name: str) -> str | None:
        """Return the id of whoever was deleted for good under this id or name, the latest first."""

    def group_names(self) -> Mapping[str, str]:
        """Return the names of all groups by id, deleted ones too."""

    def escrow(self, job: Job, user_id: str) -> Escrow | None:
        """Return a user's escrow."""

    def held_since(self, job: Job, user_id: str) -> datetime | None:
        """Return since when what is to be done about a user is held."""

    def audit_head(self) -> int:
        """Return the number of the newest row of the audit log, 0 before the first."""

    def changed_apps(self, after: int, until: int) -> Sequence[str]:
        """Return the ids of the applications that were added, changed or deleted in a stretch of the audit log."""

    def audit(self, query: AuditQuery) -> Sequence[AuditRow]:
        """Return rows of the audit log, the newest first."""

    def audited_activities(self) -> Sequence[str]:
        """Return the activities of which the audit log has rows, in the order of their names."""
