"""How are rows of the directory's users made the users that the rules see: attributes, presence, app roles?"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, text

from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.ledger.jobs import Job, NestedGroups
from instep.rules.source_user import Presence, SourceRole, SourceUser, SourceValue
from instep.store.bulk import ids_text
from instep.store.nesting import NOW

_AMONG = "IN (SELECT value FROM json_each(:ids))"
_THROUGH_GROUPS = f"""
    SELECT m.user_id, a.role_id FROM memberships m
    JOIN groups g ON g.id = m.group_id AND g.deleted_at IS NULL
    JOIN assignments a ON a.app_id = :app AND a.principal_id = m.group_id
    WHERE m.user_id {_AMONG}"""
# A role that a group holds is held by the groups in it too, at any depth.
_THROUGH_NESTED = f"""
    SELECT m.user_id, h.role_id FROM memberships m JOIN (
        WITH RECURSIVE holding (group_id, role_id) AS (
            SELECT a.principal_id, a.role_id FROM assignments a
            JOIN groups g ON g.id = a.principal_id AND g.deleted_at IS NULL WHERE a.app_id = :app
            UNION SELECT e.nested_id, h.role_id FROM holding h JOIN ({NOW}) e ON e.group_id = h.group_id
        ) SELECT group_id, role_id FROM holding
    ) h ON h.group_id = m.group_id WHERE m.user_id {_AMONG}"""


def source_users(connection: Connection, job: Job, rows: Sequence[Any]) -> list[SourceUser]:
    """Return the users of rows of id, attributes, manager_id, deleted_at, with the app roles that they hold.

    Those of whom the change log never heard are left out.
    """
    ids = [row[0] for row in rows]
    purged = _purged(connection, [row[0] for row in rows if row[1] is None])
    enabled = enabled_roles(connection, job)
    held, everyone = _roles(connection, job, ids)
    shared = _known_roles(everyone, enabled), DEFAULT_ACCESS_ROLE_ID in everyone
    users = []
    for user_id, attributes, manager_id, deleted_at in rows:
        if attributes is None and user_id not in purged:
            continue  # never heard of: absence is no order to delete (design.md 4, number 3)
        roles, has_default_access = shared
        if user_id in held:
            ids_held = (*everyone, *held[user_id])
            roles, has_default_access = _known_roles(ids_held, enabled), DEFAULT_ACCESS_ROLE_ID in ids_held
        presence = _presence(attributes, deleted_at)
        values = purged[user_id] if attributes is None else attributes_from(attributes)
        users.append(SourceUser(user_id, presence, values, manager_id, roles, has_default_access))
    return users


def _known_roles(role_ids: Sequence[str], enabled: Mapping[str, SourceRole]) -> tuple[SourceRole, ...]:
    """Those roles that are enabled, each once and always in the same order; Default Access is not among them."""
    if len(role_ids) == 1:
        return (enabled[role_ids[0]],) if role_ids[0] in enabled else ()
    return tuple(role for role_id, role in enabled.items() if role_id in role_ids)


def _presence(attributes: str | None, deleted_at: str | None) -> Presence:
    if attributes is None:
        return Presence.PURGED
    return Presence.LIVE if deleted_at is None else Presence.SOFT_DELETED


def attributes_from(stored: str) -> Mapping[str, SourceValue]:
    """Return the source attributes that a row holds."""
    values: dict[str, Any] = orjson.loads(stored)
    if "[" in stored:
        return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return values


def _purged(connection: Connection, ids: Sequence[str]) -> Mapping[str, Mapping[str, SourceValue]]:
    """Return what the change log still knows of users that were purged."""
    if not ids:
        return {}
    query = f"SELECT user_id, attributes FROM changes WHERE kind = 'user_purged' AND user_id {_AMONG}"
    rows = connection.execute(text(query), {"ids": ids_text(ids)})
    known = {}
    for user_id, attributes in rows:
        kept = orjson.loads(attributes) if attributes else {}
        known[user_id] = {name: pair[0] for name, pair in kept.items() if isinstance(pair, list) and pair[0]}
    return known


def enabled_roles(connection: Connection, job: Job) -> Mapping[str, SourceRole]:
    """Return the application's enabled app roles by their ids, in the order of their names."""
    query = "SELECT id, value, display_name FROM app_roles WHERE app_id = :app AND is_enabled ORDER BY display_name, id"
    rows = connection.execute(text(query), {"app": job.app_id})
    return {row[0]: {"id": row[0], "value": row[1] or "", "displayName": row[2]} for row in rows}


def _roles(
    connection: Connection, job: Job, ids: Sequence[str]
) -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the role ids that each user holds, and those that everyone holds."""
    through_groups = _THROUGH_NESTED if job.settings.nested_groups is NestedGroups.EXPAND else _THROUGH_GROUPS
    query = f"""
        SELECT a.principal_id AS user_id, a.role_id FROM assignments a
        WHERE a.app_id = :app AND a.principal_id {_AMONG} UNION {through_groups}"""
    held: dict[str, tuple[str, ...]] = {}
    for user_id, role_id in connection.execute(text(query), {"app": job.app_id, "ids": ids_text(ids)}):
        held[user_id] = (*held.get(user_id, ()), role_id)
    everyone = connection.execute(
        text("SELECT role_id FROM assignments WHERE app_id = :app AND principal_id = :all_users"),
        {"app": job.app_id, "all_users": ALL_USERS_GROUP_ID},
    )
    return held, tuple(row[0] for row in everyone)
