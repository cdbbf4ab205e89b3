"""How are assignments read with the names of who holds them, however many there are?"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from instep.admin.assigned import Assigned, AssignedCounts, AssignedQuery, Candidate
from instep.clock import from_text
from instep.directory.applications import DEFAULT_ACCESS_NAME, PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.directory.users import name_key
from instep.store.bulk import ids_text
from instep.store.database import Database

_COLUMNS = """a.id, a.principal_type, a.principal_id, a.role_id, a.created_at, r.display_name AS role,
    CASE a.principal_type WHEN 'User' THEN json_extract(u.attributes, '$.userPrincipalName') ELSE g.display_name END
        AS name, json_extract(u.attributes, '$.displayName') AS display_name"""
_NAMED = """LEFT JOIN users u ON u.id = a.principal_id AND a.principal_type = 'User'
    LEFT JOIN groups g ON g.id = a.principal_id AND a.principal_type = 'Group'
    LEFT JOIN app_roles r ON r.id = a.role_id"""
_PAGE = f"SELECT {_COLUMNS} FROM assignments a {_NAMED} WHERE a.app_id = :app"
# From the names on, by their indexes, and no further than to the last one that is shown.
_USERS_BY = """SELECT n.id FROM users n WHERE n.{key} >= :text AND n.{key} < :beyond AND n.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM assignments a WHERE a.app_id = :app AND a.principal_id = n.id)
    ORDER BY n.{key} LIMIT :limit"""
_USERS_BY_NAME, _USERS_BY_DISPLAY_NAME = (
    _USERS_BY.format(key=key) for key in ("user_principal_name_key", "display_name_key")
)
_USERS_FOUND = f"{_PAGE} AND a.principal_id IN (SELECT value FROM json_each(:ids)) ORDER BY name"
_GROUPS_FOUND = f"""{_PAGE} AND a.principal_type = 'Group' AND instr(coalesce(g.display_name_key, :all_key), :text) > 0
    ORDER BY g.display_name_key LIMIT :limit"""


class AssignedStore:
    """instep.admin.assigned.AssignedReading over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def assigned(self, query: AssignedQuery) -> Sequence[Assigned]:
        """Return assignments, the newest first; those that a text finds by name, groups before users."""
        if query.text:
            return self._found(query)
        bound: dict[str, object] = {"app": query.app_id, "limit": query.limit}
        if query.newer_than:
            at, row_id = _place(query.newer_than)
            where, order = "AND (a.created_at, a.id) > (:at, :id)", "a.created_at, a.id"
        else:
            at, row_id = _place(query.older_than) if query.older_than else ("~", "")
            where, order = "AND (a.created_at, a.id) < (:at, :id)", "a.created_at DESC, a.id DESC"
        found = self._rows(f"{_PAGE} {where} ORDER BY {order} LIMIT :limit", {**bound, "at": at, "id": row_id})
        return list(reversed(found)) if query.newer_than else found

    def count_assigned(self, app_id: str) -> AssignedCounts:
        """Return how many assignments there are."""
        query = "SELECT principal_type, count(*) FROM assignments WHERE app_id = :app GROUP BY principal_type"
        with self._database.read() as connection:
            counts = {row[0]: row[1] for row in connection.execute(text(query), {"app": app_id})}
        return AssignedCounts(counts.get("User", 0), counts.get("Group", 0))

    def held_by(self, app_id: str, principal_id: str) -> Sequence[Assigned]:
        """Return the assignments of one user or group, the first first."""
        query = f"{_PAGE} AND a.principal_id = :principal ORDER BY a.created_at, a.id"
        return self._rows(query, {"app": app_id, "principal": principal_id})

    def candidate(self, principal_type: PrincipalType, principal_id: str) -> Candidate | None:
        """Return a live user, or a group that is not deleted."""
        if principal_id == ALL_USERS_GROUP_ID:
            return Candidate(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME, "")
        names = (
            "json_extract(attributes, '$.userPrincipalName') AS name, json_extract(attributes, '$.displayName')"
            if principal_type is PrincipalType.USER
            else "display_name AS name, ''"
        )
        table = "users" if principal_type is PrincipalType.USER else "groups"
        query = f"SELECT id, {names} AS display_name FROM {table} WHERE id = :id AND deleted_at IS NULL"
        with self._database.read() as connection:
            row = connection.execute(text(query), {"id": principal_id}).first()
        return None if row is None else _candidate(principal_type, row)

    def _found(self, query: AssignedQuery) -> Sequence[Assigned]:
        bound = {"app": query.app_id, "limit": query.limit, "all_key": name_key(ALL_USERS_NAME), **_bounds(query.text)}
        with self._database.read() as connection:
            ids = {
                row[0]
                for found in (_USERS_BY_NAME, _USERS_BY_DISPLAY_NAME)
                for row in connection.execute(text(found), bound)
            }
        users = self._rows(_USERS_FOUND, {"app": query.app_id, "ids": ids_text(ids)})
        return [*self._rows(_GROUPS_FOUND, bound), *users][: query.limit]

    def _rows(self, query: str, bound: Mapping[str, object]) -> list[Assigned]:
        with self._database.read() as connection:
            return [_assigned(row) for row in connection.execute(text(query), bound)]


def _bounds(text_of_name: str) -> Mapping[str, str]:
    key = name_key(text_of_name)
    return {"text": key, "beyond": f"{key}\U0010ffff"}


def _place(key: str) -> tuple[str, str]:
    at, _, row_id = key.partition(" ")
    return at, row_id


def _assigned(row: Any) -> Assigned:
    is_all = row.principal_id == ALL_USERS_GROUP_ID
    return Assigned(
        key=f"{row.created_at} {row.id}",
        type=PrincipalType(row.principal_type),
        id=row.principal_id,
        name=ALL_USERS_NAME if is_all else row.name or row.principal_id,
        display_name=row.display_name or "",
        role_id=row.role_id,
        role=row.role or DEFAULT_ACCESS_NAME,
        since=from_text(row.created_at),
    )


def _candidate(principal_type: PrincipalType, row: Any) -> Candidate:
    return Candidate(principal_type, row.id, row.name, row.display_name or "")
