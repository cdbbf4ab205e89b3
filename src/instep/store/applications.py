"""Where are applications kept, with their roles and mappings?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from instep.admin.ports import SchemaMoved
from instep.clock import from_text, to_text
from instep.directory.applications import App, AppRole
from instep.ledger.schema import Schema
from instep.store.app_editing import AppEditing, properties_row, require_free_name, role_row
from instep.store.assigned import AssignedStore
from instep.store.assignments import AssignmentStore, end_all_assignments
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.documents import schema_from, schema_text
from instep.store.former_jobs import delete_job_of
from instep.store.health import lifted
from instep.store.outbox import tell_of_lifting
from instep.store.tables.jobs import app_roles, apps, audit_log, jobs, protections

_DELETE = "Delete application"
_SCHEMA = "Update attribute mappings or scope"


class ApplicationStore(AssignmentStore, AssignedStore, AppEditing):
    """instep.admin.ports.Applications over a database."""

    def __init__(self, database: Database) -> None:
        AssignmentStore.__init__(self, database)
        AssignedStore.__init__(self, database)
        AppEditing.__init__(self, database)
        self._database = database

    def add(self, app: App, schema: Schema, actor: str) -> None:
        """Keep a new application. Raises NameTaken."""
        with self._database.write() as connection:
            require_free_name(connection, app.name, app.id)
            _insert_app(connection, app, schema)
            details = {"before": {}, "after": {"name": app.name, "template": app.template_id}}
            write_audit(connection, app.id, app.created_at, actor, "Add application", details)

    def delete(self, app: App, now: datetime, actor: str) -> None:
        """Delete an application with its job, assignments, owners and protections; the logs stay, with its name."""
        with self._database.write() as connection:
            delete_job_of(connection, app.id, now, actor)
            ended = end_all_assignments(connection, app.id, now, actor)
            connection.execute(delete(protections).where(protections.c.app_id == app.id))
            connection.execute(delete(apps).where(apps.c.id == app.id))
            before = {"name": app.name, "template": app.template_id, "assigned": ended}
            write_audit(connection, app.id, now, actor, _DELETE, {"before": before, "after": {}})

    def names(self) -> Mapping[str, str]:
        """Return the names of all applications by id, deleted ones too: those are in the audit log."""
        named = select(audit_log.c.app_id, func.json_extract(audit_log.c.details, "$.before.name").label("name"))
        with self._database.read() as connection:
            deleted = connection.execute(named.where(audit_log.c.activity == _DELETE)).all()
            present = connection.execute(select(apps.c.id.label("app_id"), apps.c.name).order_by(apps.c.name_key)).all()
            return {str(row.app_id): str(row.name) for row in (*present, *deleted)}

    def all(self) -> Sequence[App]:
        """Return every application, by name."""
        with self._database.read() as connection:
            roles: dict[str, list[AppRole]] = {}
            for row in connection.execute(select(app_roles).order_by(app_roles.c.display_name)):
                role = AppRole(row.id, row.display_name, row.value, row.is_enabled, row.description)
                roles.setdefault(row.app_id, []).append(role)
            return [
                _app(row, roles.get(row.id, ())) for row in connection.execute(select(apps).order_by(apps.c.name_key))
            ]

    def schema(self, app_id: str) -> Schema:
        """Return an application's attribute mappings."""
        with self._database.read() as connection:
            return schema_from(connection.execute(select(apps.c.schema).where(apps.c.id == app_id)).scalar_one())

    def template_schema(self, app_id: str) -> Schema | None:
        """Return the schema that a restore brings back, where it is another one than the gallery's."""
        with self._database.read() as connection:
            kept = connection.execute(select(apps.c.template_schema).where(apps.c.id == app_id)).scalar_one()
        return None if kept is None else schema_from(kept)

    def save_template_schema(self, app: App, before: Schema, after: Schema, now: datetime, actor: str) -> None:
        """Keep another schema for a restore to bring back; the job's own stays."""
        details = {"of": "the template", "before": schema_text(before), "after": schema_text(after)}
        with self._database.write() as connection:
            connection.execute(update(apps).where(apps.c.id == app.id).values(template_schema=schema_text(after)))
            write_audit(connection, app.id, now, actor, _SCHEMA, details)

    def save_schema(self, app: App, before: Schema, after: Schema, now: datetime, actor: str) -> None:
        """Keep another schema in place of `before`, as another configuration version. Raises SchemaMoved.

        A quarantine is lifted by it (engine.md 6.3).
        """
        of_app = and_(apps.c.id == app.id, apps.c.schema == schema_text(before))
        with self._database.write() as connection:
            saved = connection.execute(update(apps).where(of_app).values(schema=schema_text(after))).rowcount
            if not saved:
                raise SchemaMoved(
                    f"The mappings or scoping filters of {app.name} were saved by somebody else meanwhile; "
                    "nothing was changed. Look at them, and repeat."
                )
            tell_of_lifting(connection, app.id, now, actor)
            connection.execute(
                update(jobs)
                .where(jobs.c.app_id == app.id)
                .values(configuration_version=jobs.c.configuration_version + 1, **lifted(now))
            )
            details = {"before": schema_text(before), "after": schema_text(after)}
            write_audit(connection, app.id, now, actor, _SCHEMA, details)


def _app(row: Row[Any], roles: Sequence[AppRole]) -> App:
    return App(
        row.id,
        row.name,
        row.template_id,
        from_text(row.created_at),
        tuple(roles),
        row.notes,
        row.is_enabled,
        row.is_assignment_required,
        tuple(orjson.loads(row.tags)),
        tuple(orjson.loads(row.notification_emails)),
    )


def _insert_app(connection: Connection, app: App, schema: Schema) -> None:
    connection.execute(
        insert(apps).values(
            id=app.id,
            template_id=app.template_id,
            schema=schema_text(schema),
            created_at=to_text(app.created_at),
            **properties_row(app),
        )
    )
    rows = [role_row(app.id, role) for role in app.roles]
    if rows:
        connection.execute(insert(app_roles), rows)
