"""Where is it kept who is assigned, with a change and a row of the audit log for each that comes or goes?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, select

from instep.clock import from_text, to_text
from instep.directory.applications import DEFAULT_ACCESS_NAME, Assignment, PrincipalType
from instep.directory.changes import Change, ChangeKind
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.directory.change_log import record_changes
from instep.store.naming import group_name, user_name
from instep.store.tables.jobs import app_roles, assignments

_ADD = {
    PrincipalType.USER: "Add app role assignment grant to user",
    PrincipalType.GROUP: "Add app role assignment to group",
}
_REMOVE = {
    PrincipalType.USER: "Remove app role assignment from user",
    PrincipalType.GROUP: "Remove app role assignment from group",
}


class AssignmentStore:
    """The part of instep.admin.ports.Applications that is about who is assigned."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def assignments(self, app_id: str) -> Sequence[Assignment]:
        """Return who is assigned."""
        query = select(assignments).where(assignments.c.app_id == app_id).order_by(assignments.c.created_at)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def assignments_of(self, app_id: str, principal_id: str) -> Sequence[Assignment]:
        """Return the assignments of one user or group."""
        query = select(assignments).where(_of_principal(app_id, principal_id)).order_by(assignments.c.created_at)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def assign(self, assignment: Assignment, actor: str) -> bool:
        """Keep an assignment with its change; return False if there was the same one."""
        with self._database.write() as connection:
            if assignment.role_id in _held(connection, assignment):
                return False
            _insert(connection, assignment)
            record_changes(connection, [_change(ChangeKind.ASSIGNED, assignment)], actor)
            _audit(connection, assignment, actor, [], [assignment.role_id])
            return True

    def reassign(self, assignment: Assignment, actor: str) -> bool:
        """Put one role in place of all that a user or group holds; return False if that was its only one.

        No cycle sees the moment between.
        """
        with self._database.write() as connection:
            before = _held(connection, assignment)
            if before == [assignment.role_id]:
                return False
            connection.execute(delete(assignments).where(_of_principal(assignment.app_id, assignment.principal_id)))
            _insert(connection, assignment)
            kinds = (ChangeKind.UNASSIGNED, ChangeKind.ASSIGNED) if before else (ChangeKind.ASSIGNED,)
            record_changes(connection, [_change(kind, assignment) for kind in kinds], actor)
            _audit(connection, assignment, actor, before, [assignment.role_id])
            return True

    def unassign_role(self, assignment: Assignment, now: datetime, actor: str) -> bool:
        """End one assignment, and keep the others of its user or group; return False if it has ended.

        No cycle sees the moment between.
        """
        with self._database.write() as connection:
            before = _held(connection, assignment)
            ended = connection.execute(delete(assignments).where(assignments.c.id == assignment.id)).rowcount
            if not ended:
                return False
            rest = [replace(assignment, role_id=role_id, created_at=now) for role_id in _held(connection, assignment)]
            gone = _change(ChangeKind.UNASSIGNED, replace(assignment, created_at=now))
            record_changes(connection, [gone, *(_change(ChangeKind.ASSIGNED, each) for each in rest)], actor)
            about = replace(assignment, created_at=now)
            _audit(connection, about, actor, before, [each.role_id for each in rest])
            return True

    def unassign(self, app_id: str, principal_id: str, now: datetime, actor: str) -> int:
        """End all assignments of a user or group, with the change; return how many there were."""
        of_principal = _of_principal(app_id, principal_id)
        with self._database.write() as connection:
            kept = connection.execute(select(assignments.c.principal_type).where(of_principal)).all()
            if not kept:
                return 0
            ended = Assignment("", app_id, PrincipalType(kept[0].principal_type), principal_id, "", now)
            before = _held(connection, ended)
            connection.execute(delete(assignments).where(of_principal))
            record_changes(connection, [_change(ChangeKind.UNASSIGNED, ended)], actor)
            _audit(connection, ended, actor, before, [])
            return len(kept)


def end_all_assignments(connection: Connection, app_id: str, now: datetime, actor: str) -> int:
    """End every assignment of an application, in a transaction of the caller; return of how many users and groups.

    The change log has each, and the audit log none: it has what they ended with.
    """
    query = select(assignments.c.principal_type, assignments.c.principal_id).where(assignments.c.app_id == app_id)
    ended = [
        Assignment("", app_id, PrincipalType(row.principal_type), row.principal_id, "", now)
        for row in connection.execute(query.distinct())
    ]
    connection.execute(delete(assignments).where(assignments.c.app_id == app_id))
    record_changes(connection, [_change(ChangeKind.UNASSIGNED, each) for each in ended], actor)
    return len(ended)


def _from_row(row: Row[Any]) -> Assignment:
    kind, since = PrincipalType(row.principal_type), from_text(row.created_at)
    return Assignment(row.id, row.app_id, kind, row.principal_id, row.role_id, since)


def _of_principal(app_id: str, principal_id: str) -> ColumnElement[bool]:
    return and_(assignments.c.app_id == app_id, assignments.c.principal_id == principal_id)


def _held(connection: Connection, of: Assignment) -> list[str]:
    query = select(assignments.c.role_id).where(_of_principal(of.app_id, of.principal_id))
    return [row.role_id for row in connection.execute(query.order_by(assignments.c.created_at))]


def _insert(connection: Connection, assignment: Assignment) -> None:
    connection.execute(
        insert(assignments).values(
            id=assignment.id,
            app_id=assignment.app_id,
            principal_type=assignment.principal_type.value,
            principal_id=assignment.principal_id,
            role_id=assignment.role_id,
            created_at=to_text(assignment.created_at),
        )
    )


def _change(kind: ChangeKind, assignment: Assignment) -> Change:
    is_user = assignment.principal_type is PrincipalType.USER
    return Change(
        kind,
        assignment.created_at,
        user_id=assignment.principal_id if is_user else None,
        group_id=None if is_user else assignment.principal_id,
        app_id=assignment.app_id,
        attributes={"appRole": (None, assignment.role_id)} if kind is ChangeKind.ASSIGNED else None,
    )


def _audit(connection: Connection, about: Assignment, actor: str, before: Sequence[str], after: Sequence[str]) -> None:
    activity = (_ADD if after else _REMOVE)[about.principal_type]
    name = user_name if about.principal_type is PrincipalType.USER else group_name
    details = {
        about.principal_type.value.lower(): name(connection, about.principal_id),
        "before": {"app_roles": _roles(connection, before)},
        "after": {"app_roles": _roles(connection, after)},
    }
    write_audit(connection, about.app_id, about.created_at, actor, activity, details)


def _roles(connection: Connection, role_ids: Sequence[str]) -> str | None:
    if not role_ids:
        return None
    query = select(app_roles.c.id, app_roles.c.display_name).where(app_roles.c.id.in_(role_ids))
    names = {row.id: row.display_name for row in connection.execute(query)}
    return ", ".join(names.get(role_id, DEFAULT_ACCESS_NAME) for role_id in role_ids)
