"""How is the directory changed? Every write adds its rows of the change log in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

from instep.clock import to_text
from instep.directory.changes import Change, ChangeKind
from instep.directory.groups import EditedGroup
from instep.directory.users import EditedUser, User
from instep.store.bulk import insert_records
from instep.store.directory.change_log import head_of_log, record_changes
from instep.store.directory.reading import Reading
from instep.store.directory.records import group_to_record, other_mails_to_records, user_to_record
from instep.store.tables.directory import groups, memberships, nestings, other_mails, users
from instep.store.tables.jobs import assignments

_UPDATE_USER = (
    update(users)
    .where(users.c.id == bindparam("of_id"))
    .values({c.name: bindparam(c.name) for c in users.c if c.name not in ("id", "created_at")})
)
_COMES_AND_GOES = (ChangeKind.USER_DELETED, ChangeKind.USER_RESTORED)
_OTHER_MAILS = "otherMails"
_AT_ONCE = 500  # ids in one statement


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
        self._connection.execute(delete(other_mails).where(other_mails.c.user_id == user.id))
        record_changes(self._connection, changes, self._actor)

    def save_group(self, edited: EditedGroup) -> None:
        """Keep a new, edited or deleted group."""
        record = group_to_record(edited.group)
        if any(change.kind is ChangeKind.GROUP_CREATED for change in edited.changes):
            self._connection.execute(insert(groups).values(record))
        else:
            self._connection.execute(update(groups).where(groups.c.id == edited.group.id).values(record))
        record_changes(self._connection, edited.changes, self._actor)
        gone = [change for change in edited.changes if change.kind is ChangeKind.GROUP_DELETED]
        if gone:
            _members_changed(self._connection, nestings, "nested_id", [edited.group.id], gone[-1].at)

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
    _save_other_mails(connection, changed)
    changes = [change for each in changed for change in each.changes]
    record_changes(connection, changes, actor)
    come_and_gone = [change for change in changes if change.kind in _COMES_AND_GOES]
    if come_and_gone:
        ids = [change.user_id for change in come_and_gone]
        for begin in range(0, len(ids), _AT_ONCE):
            _members_changed(connection, memberships, "user_id", ids[begin : begin + _AT_ONCE], come_and_gone[-1].at)


def _save_other_mails(connection: Connection, changed: Sequence[EditedUser]) -> None:
    """Keep by which other mail addresses the users are found whose others these are now."""
    concerned = [each for each in changed if _is_new(each) or _has_other_mails_changed(each)]
    old = [each.user.id for each in concerned if not _is_new(each)]
    for begin in range(0, len(old), _AT_ONCE):
        connection.execute(delete(other_mails).where(other_mails.c.user_id.in_(old[begin : begin + _AT_ONCE])))
    insert_records(connection, other_mails, [row for each in concerned for row in other_mails_to_records(each.user)])


def _has_other_mails_changed(edited: EditedUser) -> bool:
    return any(_OTHER_MAILS in (change.attributes or ()) for change in edited.changes)


def _members_changed(
    connection: Connection, among: Table, column: str, ids: Sequence[str | None], at: datetime
) -> None:
    """Let the groups in which these are directly be of another version, which never is an earlier one again."""
    concerned = select(among.c.group_id).where(among.c[column].in_(ids))
    values = {"members_sequence": head_of_log(connection), "members_at": to_text(at)}
    connection.execute(update(groups).where(groups.c.id.in_(concerned)).values(**values))


def _is_new(edited: EditedUser) -> bool:
    return any(change.kind is ChangeKind.USER_CREATED for change in edited.changes)
