"""Whom is a stretch of the change log about? Each question reads that stretch and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from instep.directory.following import Span

_OF_USERS: Final = "('user_created', 'user_updated', 'user_deleted', 'user_restored', 'user_purged')"
_OF_GROUPS: Final = """('group_created', 'group_updated', 'group_deleted', 'group_nested', 'group_unnested',
                        'member_added', 'member_removed')"""
_COMES_AND_GOES: Final = "('user_deleted', 'user_restored')"
_RANGE: Final = "c.sequence > :first AND c.sequence <= :last"

_HEAD: Final = text("SELECT coalesce(max(sequence), 0) FROM changes")
_CHANGED_USERS: Final = text(
    f"SELECT DISTINCT c.user_id FROM changes c WHERE {_RANGE} AND c.kind IN {_OF_USERS} AND c.user_id > :after"
    " ORDER BY c.user_id LIMIT :limit"
)
_CHANGED_GROUPS: Final = text(
    f"""SELECT group_id FROM (
        SELECT c.group_id FROM changes c WHERE {_RANGE} AND c.kind IN {_OF_GROUPS}
        UNION SELECT n.group_id FROM changes c JOIN nestings n ON n.nested_id = c.group_id
              WHERE {_RANGE} AND c.kind = 'group_deleted'
        UNION SELECT m.group_id FROM changes c JOIN memberships m ON m.user_id = c.user_id
              WHERE {_RANGE} AND c.kind IN {_COMES_AND_GOES}
    ) WHERE group_id > :after ORDER BY group_id LIMIT :limit"""
)
_CHANGED_MEMBERS: Final = text(
    f"""SELECT id, EXISTS (SELECT 1 FROM memberships m JOIN users u ON u.id = m.user_id
                           WHERE m.group_id = :group AND m.user_id = x.id AND u.deleted_at IS NULL)
               OR EXISTS (SELECT 1 FROM nestings n JOIN groups g ON g.id = n.nested_id
                          WHERE n.group_id = :group AND n.nested_id = x.id AND g.deleted_at IS NULL)
    FROM (
        SELECT c.user_id AS id FROM changes c
        WHERE {_RANGE} AND c.group_id = :group AND c.kind IN ('member_added', 'member_removed')
        UNION SELECT c.nested_id FROM changes c
              WHERE {_RANGE} AND c.group_id = :group AND c.kind IN ('group_nested', 'group_unnested')
        UNION SELECT c.group_id FROM changes c JOIN nestings n ON n.nested_id = c.group_id AND n.group_id = :group
              WHERE {_RANGE} AND c.kind = 'group_deleted'
        UNION SELECT c.user_id FROM changes c JOIN memberships m ON m.user_id = c.user_id AND m.group_id = :group
              WHERE {_RANGE} AND c.kind IN {_COMES_AND_GOES}
    ) x WHERE id > :after ORDER BY id LIMIT :limit"""
)
_MEMBERS: Final = text(
    """SELECT id FROM (
        SELECT m.user_id AS id FROM memberships m JOIN users u ON u.id = m.user_id
        WHERE m.group_id = :group AND u.deleted_at IS NULL AND m.user_id > :after
        UNION ALL SELECT n.nested_id FROM nestings n JOIN groups g ON g.id = n.nested_id
        WHERE n.group_id = :group AND g.deleted_at IS NULL AND n.nested_id > :after
    ) ORDER BY id LIMIT :limit"""
)


@dataclass(frozen=True, slots=True)
class Follower:
    """instep.directory.following.Following over one connection."""

    connection: Connection

    def head(self) -> int:
        """Return the sequence number of the newest change, 0 before the first."""
        return int(self.connection.execute(_HEAD).scalar_one())

    def changed_users(self, span: Span, after: str, limit: int) -> Sequence[str]:
        """Return the users who were made, edited, deleted, restored or purged."""
        bound = {"first": span.after, "last": span.until, "after": after, "limit": limit}
        return list(self.connection.execute(_CHANGED_USERS, bound).scalars())

    def changed_groups(self, span: Span, after: str, limit: int) -> Sequence[str]:
        """Return the groups that were made, edited or deleted, or whose members came or went."""
        bound = {"first": span.after, "last": span.until, "after": after, "limit": limit}
        return list(self.connection.execute(_CHANGED_GROUPS, bound).scalars())

    def changed_members(self, group_id: str, span: Span, after: str, limit: int) -> Sequence[tuple[str, bool]]:
        """Return who came into a group or left it, each with whether they are in it now; deleted users are not."""
        bound = {"group": group_id, "first": span.after, "last": span.until, "after": after, "limit": limit}
        return [(row[0], bool(row[1])) for row in self.connection.execute(_CHANGED_MEMBERS, bound)]

    def member_ids(self, group_id: str, after: str, limit: int) -> Sequence[str]:
        """Return who is in a group: users and groups that are not deleted."""
        bound = {"group": group_id, "after": after, "limit": limit}
        return list(self.connection.execute(_MEMBERS, bound).scalars())
