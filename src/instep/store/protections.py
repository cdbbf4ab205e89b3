"""Where is it kept who is protected, and of which users is it true?"""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, text

from instep.clock import from_text, to_text
from instep.directory.applications import PrincipalType
from instep.directory.changes import Change, ChangeKind
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.directory.protections import EVERY_APPLICATION, Protection
from instep.ledger.jobs import Job
from instep.store.audit import write_audit
from instep.store.bulk import ids_text
from instep.store.database import Database
from instep.store.directory.change_log import record_changes
from instep.store.nesting import NOW_AND_LATELY, below
from instep.store.tables.jobs import protections

_HERE = "p.app_id IN (:app, '*')"
_GROUPS = f"SELECT p.principal_id FROM protections p WHERE {_HERE} AND p.principal_type = 'Group'"
_LIVE_GROUPS = f"SELECT g.id FROM groups g WHERE g.deleted_at IS NULL AND g.id IN ({_GROUPS})"
# With all that are in them, whatever the job does with groups in groups: rather one too many than one too few.
_PROTECTED_GROUPS = below(_LIVE_GROUPS)
PROTECTED_GROUPS_LATELY = below(_GROUPS, NOW_AND_LATELY)  # deleted ones, and what was in them, too
_PROTECTED = f"""
    SELECT i.value FROM json_each(:ids) i
    WHERE EXISTS (SELECT 1 FROM protections p WHERE {_HERE} AND p.principal_id IN (i.value, :all_users))
       OR EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = i.value AND m.group_id IN ({_PROTECTED_GROUPS}))"""


class ProtectionStore:
    """instep.admin.protections.Protections over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def protect(self, protection: Protection) -> bool:
        """Keep a protection; return False if there was the same one."""
        with self._database.write() as connection:
            if connection.execute(select(protections.c.app_id).where(_same(protection))).first() is not None:
                return False
            values = {
                "app_id": protection.app_id,
                "principal_type": protection.principal_type.value,
                "principal_id": protection.principal_id,
                "protected_at": to_text(protection.protected_at),
                "protected_by": protection.protected_by,
            }
            connection.execute(insert(protections).values(**values))
            _record(connection, protection, "protected")
            return True

    def unprotect(self, protection: Protection) -> bool:
        """End a protection; return False if there was none."""
        with self._database.write() as connection:
            if not connection.execute(delete(protections).where(_same(protection))).rowcount:
                return False
            _record(connection, protection, "unprotected")
            return True

    def all(self, app_id: str | None = None) -> Sequence[Protection]:
        """Return whom an application protects, with those who are protected everywhere; None asks for the latter."""
        places = [EVERY_APPLICATION] if app_id is None else [app_id, EVERY_APPLICATION]
        query = select(protections).where(protections.c.app_id.in_(places)).order_by(protections.c.protected_at)
        with self._database.read() as connection:
            return [
                Protection(
                    row.app_id,
                    PrincipalType(row.principal_type),
                    row.principal_id,
                    from_text(row.protected_at),
                    row.protected_by,
                )
                for row in connection.execute(query)
            ]


def protected_users(connection: Connection, job: Job, user_ids: Collection[str]) -> Collection[str]:
    """Return those of these users whose account the job may not disable or delete."""
    bound = {"app": job.app_id, "all_users": ALL_USERS_GROUP_ID}
    if connection.execute(text(f"SELECT 1 FROM protections p WHERE {_HERE} LIMIT 1"), bound).first() is None:
        return ()
    return {row[0] for row in connection.execute(text(_PROTECTED), {**bound, "ids": ids_text(user_ids)})}


def _same(protection: Protection) -> ColumnElement[bool]:
    return and_(
        protections.c.app_id == protection.app_id,
        protections.c.principal_type == protection.principal_type.value,
        protections.c.principal_id == protection.principal_id,
    )


def _record(connection: Connection, protection: Protection, deed: str) -> None:
    is_user = protection.principal_type is PrincipalType.USER
    app_id = None if protection.app_id == EVERY_APPLICATION else protection.app_id
    change = Change(
        ChangeKind(f"{'user' if is_user else 'group'}_{deed}"),
        protection.protected_at,
        user_id=protection.principal_id if is_user else None,
        group_id=None if is_user else protection.principal_id,
        app_id=app_id,
    )
    record_changes(connection, [change], protection.protected_by)
    details = {"deed": deed, protection.principal_type.value.lower(): protection.principal_id}
    write_audit(connection, app_id, protection.protected_at, protection.protected_by, "Other", details)
