"""What are users and groups called in a plan, of which an operation knows the ids?"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, text

from instep.ledger.planned_groups import with_names
from instep.ledger.plans import PlannedOperation
from instep.ledger.records import SourceType
from instep.store.bulk import ids_text

_USERS = "SELECT id, json_extract(attributes, '$.userPrincipalName') FROM users WHERE id IN"
_GROUPS = "SELECT id, display_name FROM groups WHERE id IN"


def named(connection: Connection, planned: Sequence[PlannedOperation]) -> Sequence[PlannedOperation]:
    """Return operations of which those on groups call the group and the member by name; a purged user has none."""
    groups = {each.user_id for each in planned if each.source_type is SourceType.GROUP}
    if not groups:
        return planned
    members = {each.member.user_id for each in planned if each.member is not None}
    return with_names(planned, _names(connection, _GROUPS, groups), _names(connection, _USERS, members))


def _names(connection: Connection, query: str, ids: Collection[str]) -> Mapping[str, str]:
    rows = connection.execute(text(f"{query} (SELECT value FROM json_each(:ids))"), {"ids": ids_text(ids)})
    return {row[0]: row[1] for row in rows if row[1] is not None}
