"""What happened to one user, and to whatever assigns them, up to a moment: the change log, and what is open now?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, func, or_, select

from instep.admin.ports import AuditQuery
from instep.clock import from_text, to_text
from instep.directory.changes import Change, ChangeKind, RecordedChange
from instep.ledger.audit import AuditRow
from instep.ledger.jobs import Job
from instep.ledger.records import Escrow
from instep.store.database import Database
from instep.store.tables.directory import changes, groups
from instep.store.tables.jobs import audit_log
from instep.store.tables.ledger import escrows
from instep.store.tables.plans import holds

_OF_GROUPS = (ChangeKind.GROUP_NESTED, ChangeKind.GROUP_UNNESTED, ChangeKind.GROUP_DELETED)

_OF_AN_APP = ("Add application", "Update application", "Delete application")


class StoredHistory:
    """instep.admin.ports.History over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_user(self, user_id: str) -> Sequence[RecordedChange]:
        """Return the changes of a user, memberships and direct assignments among them, in their order."""
        return self._changes(changes.c.user_id == user_id)

    def of_assigned_groups(self, app_id: str) -> Sequence[RecordedChange]:
        """Return when groups were assigned to an application and unassigned, nested and deleted."""
        of_groups = changes.c.kind.in_([kind.value for kind in _OF_GROUPS])
        # Whatever is about a group as a whole names no user: by that the index finds the few among millions.
        return self._changes(and_(changes.c.user_id.is_(None), or_(changes.c.app_id == app_id, of_groups)))

    def purged_user(self, name: str) -> str | None:
        """Return the id of whoever was deleted for good under this id or name, the latest first."""
        purges = select(changes.c.user_id, changes.c.attributes).where(
            changes.c.kind == ChangeKind.USER_PURGED.value,
            or_(changes.c.user_id == name, changes.c.attributes.icontains(name, autoescape=True)),
        )
        with self._database.read() as connection:
            for user_id, attributes in connection.execute(purges.order_by(changes.c.sequence.desc())):
                names = [str(pair[0]).casefold() for pair in orjson.loads(attributes or "{}").values()]
                if user_id == name or name.casefold() in names:
                    return str(user_id)
        return None

    def group_names(self) -> dict[str, str]:
        """Return the names of all groups by id, deleted ones too."""
        with self._database.read() as connection:
            return {row.id: row.display_name for row in connection.execute(select(groups.c.id, groups.c.display_name))}

    def escrow(self, job: Job, user_id: str) -> Escrow | None:
        """Return a user's escrow."""
        query = select(escrows).where(escrows.c.job_id == job.id, escrows.c.user_id == user_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        at = from_text(row.since), from_text(row.next_attempt_at)
        return Escrow(user_id, at[0], row.attempts, at[1], row.code, orjson.loads(row.facts))

    def held_since(self, job: Job, user_id: str) -> datetime | None:
        """Return since when what is to be done about a user is held."""
        query = select(holds.c.since).where(holds.c.job_id == job.id, holds.c.user_id == user_id)
        with self._database.read() as connection:
            since = connection.execute(query).scalar()
        return None if since is None else from_text(since)

    def audit_head(self) -> int:
        """Return the number of the newest row of the audit log, 0 before the first."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(audit_log.c.id), 0))).scalar_one())

    def changed_apps(self, after: int, until: int) -> Sequence[str]:
        """Return the ids of the applications that were added, changed or deleted in a stretch of the audit log."""
        within = audit_log.c.id > after, audit_log.c.id <= until, audit_log.c.activity.in_(_OF_AN_APP)
        changed = select(audit_log.c.app_id).where(*within, audit_log.c.app_id.isnot(None)).distinct()
        with self._database.read() as connection:
            return list(connection.execute(changed.order_by(audit_log.c.app_id)).scalars())

    def audit(self, query: AuditQuery) -> Sequence[AuditRow]:
        """Return rows of the audit log, the newest first."""
        chosen = select(audit_log).order_by(audit_log.c.id.desc()).limit(query.limit)
        if query.app_id is not None:
            chosen = chosen.where(audit_log.c.app_id == query.app_id)
        if query.since is not None:
            chosen = chosen.where(audit_log.c.at >= to_text(query.since))
        if query.until is not None:
            chosen = chosen.where(audit_log.c.at < to_text(query.until))
        if query.before is not None:
            chosen = chosen.where(audit_log.c.id < query.before)
        if query.actor is not None:
            chosen = chosen.where(audit_log.c.actor.icontains(query.actor, autoescape=True))
        if query.activity is not None:
            chosen = chosen.where(audit_log.c.activity == query.activity)
        with self._database.read() as connection:
            return [
                AuditRow(row.id, from_text(row.at), row.actor, row.activity, row.app_id, _details(row.details))
                for row in connection.execute(chosen)
            ]

    def audited_activities(self) -> Sequence[str]:
        """Return the activities of which the audit log has rows, in the order of their names."""
        query = select(audit_log.c.activity).distinct().order_by(audit_log.c.activity)
        with self._database.read() as connection:
            return [row.activity for row in connection.execute(query)]

    def _changes(self, which: ColumnElement[bool]) -> Sequence[RecordedChange]:
        with self._database.read() as connection:
            rows = connection.execute(select(changes).where(which).order_by(changes.c.sequence))
            return [_recorded(row) for row in rows]


def _recorded(row: Any) -> RecordedChange:
    pairs = orjson.loads(row.attributes) if row.attributes else None
    change = Change(
        ChangeKind(row.kind),
        from_text(row.at),
        user_id=row.user_id,
        group_id=row.group_id,
        app_id=row.app_id,
        nested_id=row.nested_id,
        attributes=None if pairs is None else {name: (_value(old), _value(new)) for name, (old, new) in pairs.items()},
    )
    return RecordedChange(row.sequence, row.actor, change)


def _details(text: str) -> dict[str, Any]:
    """What it was before and after is kept as the documents themselves are."""
    details: dict[str, Any] = orjson.loads(text)
    return {
        name: orjson.loads(value) if name in ("before", "after") and isinstance(value, str) else value
        for name, value in details.items()
    }


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
