"""What do use cases need of whatever keeps applications?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from instep.directory.applications import App, AppRole, Assignment
from instep.ledger.schema import Schema


class Applications(Protocol):
    """Applications with their roles, assignments and mappings. Each call is one transaction."""

    def add(self, app: App, schema: Schema, actor: str) -> None:
        """Keep a new application. Its name must be free."""

    def delete(self, app: App, now: datetime, actor: str) -> None:
        """Delete an application with its assignments and its job; its logs stay. Nothing of the job may run."""

    def all(self) -> Sequence[App]:
        """Return every application, by name."""

    def names(self) -> Mapping[str, str]:
        """Return the names of all applications by id, deleted ones too."""

    def schema(self, app_id: str) -> Schema:
        """Return an application's attribute mappings."""

    def save_schema(self, app: App, before: Schema, after: Schema, now: datetime, actor: str) -> None:
        """Keep another schema: the job's configuration version grows, so that a running cycle ends and the next is an
        initial one, and the audit log has both. Raises SchemaMoved where it is no longer `before`.
        """

    def template_schema(self, app_id: str) -> Schema | None:
        """Return the schema that a restore brings back; None: that of the gallery."""

    def save_template_schema(self, app: App, before: Schema, after: Schema, now: datetime, actor: str) -> None:
        """Keep another schema for a restore to bring back; the application's own stays."""

    def assignments(self, app_id: str) -> Sequence[Assignment]:
        """Return who is assigned."""

    def assign(self, assignment: Assignment, actor: str) -> bool:
        """Keep an assignment with its change; return False if there was the same one."""

    def reassign(self, assignment: Assignment, actor: str) -> bool:
        """Put one role in place of all that a user or group holds; return False if that was its only one.

        No cycle sees the moment between.
        """

    def assignments_of(self, app_id: str, principal_id: str) -> Sequence[Assignment]:
        """Return the assignments of one user or group."""

    def unassign_role(self, assignment: Assignment, now: datetime, actor: str) -> bool:
        """End one assignment, and keep the others of its user or group; return False if it has ended."""

    def unassign(self, app_id: str, principal_id: str, now: datetime, actor: str) -> int:
        """End all assignments of a user or group, with the change; return how many there were."""


class SchemaMoved(Exception):
    """Somebody else saved the mappings or the scoping filters since they were read; nothing was changed."""


RoleNames = Mapping[str, AppRole]
