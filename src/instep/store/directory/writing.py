"""How is the directory changed? Every write adds its rows of the change log in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, update

from instep.directory.changes import Change, ChangeKind
from instep.directory.groups import EditedGroup
from instep.directory.users import EditedUser, User
from instep.store.bulk import insert_records
from instep.store.directory.change_log import record_changes
from instep.store.directory.reading import Reading
from instep.store.directory.records import group_to_record, user_to_record
from instep.store.tables.directory import groups, memberships, nestings, users
from instep.store.tables.jobs import assignments

_UPDATE_USER = (
    update(users)
    .where(users.c.id == bindparam("of_id"))
    .values({c.name: bindparam(c.name) for c in users.c if c.name not in ("id", "created_at")})
)


class Writing(Reading):
    """instep.directory.ports.DirectoryWriting over one connection in a write transaction."""

    def __init__(self, connection: Connection, actor: str) -> None:
        super().__init__(connection)
        self._actor = actor

    def save_user(self, edited: EditedUser) -> None:
        """Keep a new or edited user; nothing is written where nothing changed."""
        save_users(self._connection, [edited], self._actor)

    def purge_user(self, user: User, changes: Sequence[Change]) -> None:
        """Remove a user for good, with memberships and assignments: no later user of that id may inherit them."""
        self._connection.execute(delete(memberships).where(memberships.c.user_id == user.id))
        self._connection.execute(delete(assignments).where(assignments.c.principal_id == user.id))
        self._connection.execute(delete(users).where(users.c.id == user.id))
        record_changes(self._connection, changes, self._actor)

    def save_group(self, edited: EditedGroup) -> None:
        """Keep a new, edited or deleted group."""
        record = group_to_record(edited.group)
        if any(change.kind is ChangeKind.GROUP_CREATED for change in edited.changes):
            self._connection.execute(insert(groups).values(record))
        else:
            self._connection.execute(update(groups).where(groups.c.id == edited.group.id).values(record))
        record_changes(self._connection, edited.changes, self._actor)

    def add_member(self, group_id: str, user_id: str, now: datetime) -> None:
        """Make the user a direct member."""
        self._connection.execute(insert(memberships).values(group_id=group_id, user_id=user_id))
        self._record_membership(ChangeKind.MEMBER_ADDED, group_id, user_id, now)

    def remove_member(self, group_id: str, user_id: str, now: datetime) -> None:
        """End a direct membership."""
        ended = delete(memberships).where(memberships.c.group_id == group_id, memberships.c.user_id == user_id)
        self._connection.execute(ended)
        self._record_membership(ChangeKind.MEMBER_REMOVED, group_id, user_id, now)

    def nest_group(self, group_id: str, nested_id: str, now: datetime) -> None:
        """Make a group a direct member of another."""
        self._connection.execute(insert(nestings).values(group_id=group_id, nested_id=nested_id))
        self._record_nesting(ChangeKind.GROUP_NESTED, group_id, nested_id, now)

    def unnest_group(self, group_id: str, nested_id: str, now: datetime) -> None:
        """End that."""
        ended = delete(nestings).where(nestings.c.group_id == group_id, nestings.c.nested_id == nested_id)
        self._connection.execute(ended)
        self._record_nesting(ChangeKind.GROUP_UNNESTED, group_id, nested_id, now)

    def _record_nesting(self, kind: ChangeKind, group_id: str, nested_id: str, now: datetime) -> None:
        change = Change(kind, now, group_id=group_id, nested_id=nested_id)
        record_changes(self._connection, [change], self._actor)

    def _record_membership(self, kind: ChangeKind, group_id: str, user_id: str, now: datetime) -> None:
        record_changes(self._connection, [Change(kind, now, user_id=user_id, group_id=group_id)], self._actor)


def save_users(connection: Connection, edited: Iterable[EditedUser], actor: str) -> None:
    """Insert the new ones of many users, update the others, and record what changed, in as few statements."""
    changed = [each for each in edited if each.changes]
    new = [user_to_record(each.user) for each in changed if _is_new(each)]
    known = [user_to_record(each.user) for each in changed if not _is_new(each)]
    insert_records(connection, users, new)
    if known:
        connection.execute(_UPDATE_USER, [{**record, "of_id": record["id"]} for record in known])
    record_changes(connection, (change for each in changed for change in each.changes), actor)


def _is_new(edited: EditedUser) -> bool:
    return any(change.kind is ChangeKind.USER_CREATED for change in edited.changes)
