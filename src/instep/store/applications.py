"""Where are applications kept, with their roles, assignments and mappings?"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from instep.admin.ports import SchemaMoved
from instep.clock import from_text, to_text
from instep.directory.applications import App, AppRole, Assignment, PrincipalType
from instep.directory.changes import Change, ChangeKind
from instep.directory.errors import NameTaken
from instep.ledger.schema import Schema
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.directory.change_log import record_changes
from instep.store.documents import schema_from, schema_text
from instep.store.health import lifted
from instep.store.tables.jobs import app_roles, apps, assignments, jobs


class ApplicationStore:
    """instep.admin.ports.Applications over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, app: App, schema: Schema, actor: str) -> None:
        """Keep a new application. Raises NameTaken."""
        with self._database.write() as connection:
            taken = select(apps.c.id).where(apps.c.name_key == app.name.casefold())
            if connection.execute(taken).first() is not None:
                raise NameTaken(f"There is an application named {app.name} already; choose another name with --name.")
            _insert_app(connection, app, schema)

    def all(self) -> Sequence[App]:
        """Return every application, by name."""
        with self._database.read() as connection:
            roles: dict[str, list[AppRole]] = {}
            for row in connection.execute(select(app_roles).order_by(app_roles.c.display_name)):
                roles.setdefault(row.app_id, []).append(AppRole(row.id, row.display_name, row.value, row.is_enabled))
            return [
                App(row.id, row.name, row.template_id, from_text(row.created_at), tuple(roles.get(row.id, ())))
                for row in connection.execute(select(apps).order_by(apps.c.name_key))
            ]

    def schema(self, app_id: str) -> Schema:
        """Return an application's attribute mappings."""
        with self._database.read() as connection:
            return schema_from(connection.execute(select(apps.c.schema).where(apps.c.id == app_id)).scalar_one())

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
            connection.execute(
                update(jobs)
                .where(jobs.c.app_id == app.id)
                .values(configuration_version=jobs.c.configuration_version + 1, **lifted(now))
            )
            details = {"before": schema_text(before), "after": schema_text(after)}
            write_audit(connection, app.id, now, actor, "Update attribute mappings or scope", details)

    def assignments(self, app_id: str) -> Sequence[Assignment]:
        """Return who is assigned."""
        query = select(assignments).where(assignments.c.app_id == app_id).order_by(assignments.c.created_at)
        with self._database.read() as connection:
            return [
                Assignment(
                    row.id,
                    row.app_id,
                    PrincipalType(row.principal_type),
                    row.principal_id,
                    row.role_id,
                    from_text(row.created_at),
                )
                for row in connection.execute(query)
            ]

    def assign(self, assignment: Assignment, actor: str) -> bool:
        """Keep an assignment with its change; return False if there was the same one."""
        same = and_(
            assignments.c.app_id == assignment.app_id,
            assignments.c.principal_id == assignment.principal_id,
            assignments.c.role_id == assignment.role_id,
        )
        with self._database.write() as connection:
            if connection.execute(select(assignments.c.id).where(same)).first() is not None:
                return False
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
            change = _change(ChangeKind.ASSIGNED, assignment, assignment.created_at)
            record_changes(connection, [change], actor)
            return True

    def unassign(self, app_id: str, principal_id: str, now: datetime, actor: str) -> int:
        """End all assignments of a user or group, with the change; return how many there were."""
        of_principal = and_(assignments.c.app_id == app_id, assignments.c.principal_id == principal_id)
        with self._database.write() as connection:
            kept = connection.execute(select(assignments.c.principal_type).where(of_principal)).all()
            if not kept:
                return 0
            connection.execute(delete(assignments).where(of_principal))
            ended = Assignment("", app_id, PrincipalType(kept[0].principal_type), principal_id, "", now)
            record_changes(connection, [_change(ChangeKind.UNASSIGNED, ended, now)], actor)
            return len(kept)


def _insert_app(connection: Connection, app: App, schema: Schema) -> None:
    connection.execute(
        insert(apps).values(
            id=app.id,
            name=app.name,
            name_key=app.name.casefold(),
            template_id=app.template_id,
            schema=schema_text(schema),
            created_at=to_text(app.created_at),
        )
    )
    rows = [
        {"id": r.id, "app_id": app.id, "display_name": r.display_name, "value": r.value, "is_enabled": r.is_enabled}
        for r in app.roles
    ]
    if rows:
        connection.execute(insert(app_roles), rows)


def _change(kind: ChangeKind, assignment: Assignment, now: datetime) -> Change:
    is_user = assignment.principal_type is PrincipalType.USER
    return Change(
        kind,
        now,
        user_id=assignment.principal_id if is_user else None,
        group_id=None if is_user else assignment.principal_id,
        app_id=assignment.app_id,
        attributes={"appRole": (None, assignment.role_id)} if kind is ChangeKind.ASSIGNED else None,
    )
