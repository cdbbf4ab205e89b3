"""Where is it kept what administrators edit of an application: its name and notes, its app roles, its owners?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from instep.clock import from_text, to_text
from instep.directory.applications import DEFAULT_ACCESS_NAME, App, AppRole, Ownership
from instep.directory.errors import NameTaken
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.health import lifted
from instep.store.naming import user_name
from instep.store.outbox import tell_of_lifting
from instep.store.tables.jobs import app_owners, app_roles, apps, assignments, jobs

_UPDATE = "Update application"


class AppEditing:
    """The ports of instep.admin.app_properties, app_roles and app_owners over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save_properties(self, before: App, after: App, now: datetime, actor: str) -> None:
        """Keep another name, other notes or other properties. Raises NameTaken."""
        with self._database.write() as connection:
            require_free_name(connection, after.name, after.id)
            connection.execute(update(apps).where(apps.c.id == after.id).values(**properties_row(after)))
            details = {"before": _properties(before), "after": _properties(after)}
            write_audit(connection, after.id, now, actor, _UPDATE, details)

    def add_role(self, app_id: str, role: AppRole, now: datetime, actor: str) -> None:
        """Keep a new app role. Raises NameTaken."""
        with self._database.write() as connection:
            _require_free_role(connection, app_id, role)
            connection.execute(insert(app_roles).values(**role_row(app_id, role)))
            _audit_role(connection, app_id, now, actor, None, role)

    def save_role(self, app_id: str, before: AppRole, after: AppRole, now: datetime, actor: str) -> None:
        """Keep an edited app role. Raises NameTaken.

        Where somebody holds it and accounts may say otherwise from now on, the job has another configuration version.
        """
        with self._database.write() as connection:
            _require_free_role(connection, app_id, after)
            connection.execute(update(app_roles).where(app_roles.c.id == after.id).values(**role_row(app_id, after)))
            if _is_sent_otherwise(before, after) and _count_holders(connection, app_id, after.id):
                tell_of_lifting(connection, app_id, now, actor)
                version = {"configuration_version": jobs.c.configuration_version + 1, **lifted(now)}
                connection.execute(update(jobs).where(jobs.c.app_id == app_id).values(**version))
            _audit_role(connection, app_id, now, actor, before, after)

    def remove_role(self, app_id: str, role: AppRole, now: datetime, actor: str) -> int:
        """Remove an app role that nobody holds; else return how many users and groups do, and leave it."""
        with self._database.write() as connection:
            if holders := _count_holders(connection, app_id, role.id):
                return holders
            connection.execute(delete(app_roles).where(app_roles.c.id == role.id))
            _audit_role(connection, app_id, now, actor, role, None)
            return 0

    def owners(self, app_id: str) -> Sequence[Ownership]:
        """Return who answers for an application, the first first."""
        query = select(app_owners).where(app_owners.c.app_id == app_id).order_by(app_owners.c.since)
        with self._database.read() as connection:
            return [
                Ownership(row.app_id, row.user_id, from_text(row.since), row.added_by)
                for row in connection.execute(query)
            ]

    def add_owner(self, owner: Ownership) -> bool:
        """Keep an owner; return False if they were one."""
        with self._database.write() as connection:
            if connection.execute(select(app_owners.c.user_id).where(_same(owner))).first() is not None:
                return False
            values = {"since": to_text(owner.since), "added_by": owner.added_by}
            connection.execute(insert(app_owners).values(app_id=owner.app_id, user_id=owner.user_id, **values))
            _audit_owner(connection, owner, "Add owner to application")
            return True

    def remove_owner(self, owner: Ownership) -> bool:
        """End an ownership; return False if there was none. The moment and the actor are those of its end."""
        with self._database.write() as connection:
            if not connection.execute(delete(app_owners).where(_same(owner))).rowcount:
                return False
            _audit_owner(connection, owner, "Remove owner from application")
            return True


def require_free_name(connection: Connection, name: str, app_id: str) -> None:
    """Raise NameTaken where another application has the name, in any letter case."""
    named = select(apps.c.name).where(apps.c.name_key == name.casefold(), apps.c.id != app_id)
    if (taken := connection.execute(named).scalar()) is not None:
        raise NameTaken(f"There is an application named {taken} already; choose another name.")


def properties_row(app: App) -> dict[str, Any]:
    """Return what administrators can change of an application, as it is kept."""
    return {
        "name": app.name,
        "name_key": app.name.casefold(),
        "notes": app.notes,
        "is_enabled": app.is_enabled,
        "is_assignment_required": app.is_assignment_required,
        "tags": orjson.dumps(app.tags).decode(),
        "notification_emails": orjson.dumps(app.notification_emails).decode(),
    }


def role_row(app_id: str, role: AppRole) -> dict[str, Any]:
    """Return an app role as it is kept."""
    return {
        "id": role.id,
        "app_id": app_id,
        "display_name": role.display_name,
        "value": role.value,
        "is_enabled": role.is_enabled,
        "description": role.description,
    }


def _require_free_role(connection: Connection, app_id: str, role: AppRole) -> None:
    others = select(app_roles).where(app_roles.c.app_id == app_id, app_roles.c.id != role.id)
    for other in connection.execute(others):
        if other.display_name.casefold() == role.display_name.casefold():
            raise NameTaken(f"There is an app role named {other.display_name} already; choose another name.")
        if role.value and other.value.casefold() == role.value.casefold():
            raise NameTaken(f"The value {other.value} is that of the app role {other.display_name}; choose another.")
    if role.display_name.casefold() == DEFAULT_ACCESS_NAME.casefold():
        raise NameTaken(f"{DEFAULT_ACCESS_NAME} is built in; choose another name.")


def _is_sent_otherwise(before: AppRole, after: AppRole) -> bool:
    sent = [(role.display_name, role.value, role.is_enabled) for role in (before, after)]
    return sent[0] != sent[1]


def _count_holders(connection: Connection, app_id: str, role_id: str) -> int:
    held = and_(assignments.c.app_id == app_id, assignments.c.role_id == role_id)
    return int(connection.execute(select(func.count()).where(held)).scalar_one())


def _audit_role(
    connection: Connection, app_id: str, now: datetime, actor: str, before: AppRole | None, after: AppRole | None
) -> None:
    about = after or before
    details = {
        "app_role": about.display_name if about is not None else "",
        "before": _role(before),
        "after": _role(after),
    }
    write_audit(connection, app_id, now, actor, _UPDATE, details)


def _role(role: AppRole | None) -> Mapping[str, object]:
    if role is None:
        return {}
    return {
        "display_name": role.display_name,
        "value": role.value,
        "description": role.description,
        "is_enabled": role.is_enabled,
    }


def _properties(app: App) -> Mapping[str, object]:
    return {
        "name": app.name,
        "notes": app.notes,
        "enabled_for_sign_in": app.is_enabled,
        "assignment_required": app.is_assignment_required,
        "tags": list(app.tags),
        "notification_emails": list(app.notification_emails),
    }


def _same(owner: Ownership) -> ColumnElement[bool]:
    return and_(app_owners.c.app_id == owner.app_id, app_owners.c.user_id == owner.user_id)


def _audit_owner(connection: Connection, owner: Ownership, activity: str) -> None:
    details = {"owner": user_name(connection, owner.user_id)}
    write_audit(connection, owner.app_id, owner.since, owner.added_by, activity, details)
