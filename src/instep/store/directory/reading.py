"""What does the directory hold? Each answer is SQL over one consistent state."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from instep.clock import to_text
from instep.directory.groups import ALL_USERS, Group
from instep.directory.users import User, name_key
from instep.store.directory.following import Follower
from instep.store.directory.listing import Listing
from instep.store.directory.records import group_from_row, user_from_row
from instep.store.directory.searching import Search
from instep.store.directory.versions import LastChanges
from instep.store.tables.directory import groups, imports, memberships, nestings, staged_rows, users

ROWS_A_FETCH = 1000
NAMES_COMPARED = 2000
IS_LIVE = users.c.deleted_at.is_(None)


class Reading:
    """instep.directory.ports.DirectoryReading over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def following(self) -> Follower:
        """What has changed since some change."""
        return Follower(self._connection)

    @property
    def search(self) -> Search:
        """Users and groups by conditions."""
        return Search(self._connection)

    @property
    def versions(self) -> LastChanges:
        """When users and groups have changed last."""
        return LastChanges(self._connection)

    @property
    def lists(self) -> Listing:
        """Users and groups page by page."""
        return Listing(self._connection)

    def user(self, user_id: str) -> User | None:
        """Return the user of that id, live or soft-deleted."""
        found = self._users(select(users).where(users.c.id == user_id))
        return found[0] if found else None

    def users_with_ids(self, user_ids: Sequence[str]) -> dict[str, User]:
        """Return those of these users that there are, by id."""
        return {user.id: user for user in self._users(select(users).where(users.c.id.in_(user_ids)))}

    def users_named(self, user_principal_name: str) -> list[User]:
        """Return whoever has that name: live users first, then those in the recycle bin, the latest first."""
        key = name_key(user_principal_name)
        query = select(users).where(users.c.user_principal_name_key == key)
        return self._users(query.order_by(users.c.deleted_at.isnot(None), users.c.deleted_at.desc()))

    def names_like(self, user_principal_name: str) -> list[str]:
        """Return name keys that share the first two characters."""
        start = name_key(user_principal_name)[:2]
        column = users.c.user_principal_name_key
        query = select(column).where(column.startswith(start, autoescape=True)).limit(NAMES_COMPARED)
        return list(self._connection.execute(query).scalars())

    def live_users(self) -> Iterator[User]:
        """Yield the live users in the order of their names."""
        return self._stream(select(users).where(IS_LIVE))

    def deleted_users(self) -> Iterator[User]:
        """Yield the users in the recycle bin in the order of their names."""
        return self._stream(select(users).where(users.c.deleted_at.isnot(None)))

    def count_live_users(self) -> int:
        """Return how many users are live."""
        # All of them by the leanest index, less the few that are deleted: a quarter of what the live ones would take.
        everyone = self._count(select(func.count()).select_from(users))
        return everyone - self._count(select(func.count()).select_from(users).where(users.c.deleted_at.isnot(None)))

    def users_deleted_before(self, moment: datetime, limit: int) -> list[User]:
        """Return users that went into the recycle bin before that moment."""
        return self._users(select(users).where(users.c.deleted_at < to_text(moment)).limit(limit))

    def reports_of(self, user_id: str) -> list[User]:
        """Return the users whose manager this is, soft-deleted ones too."""
        return self._users(select(users).where(users.c.manager_id == user_id))

    def holder_of_name(self, user_principal_name: str, other_than: str) -> str | None:
        """Return who has that name, or will have it when a half-applied import is finished."""
        key = name_key(user_principal_name)
        has = select(users.c.id).where(users.c.user_principal_name_key == key, IS_LIVE, users.c.id != other_than)
        will_have = (
            select(staged_rows.c.user_id)
            .join(imports, imports.c.id == staged_rows.c.import_id)
            .where(imports.c.state == "staged", staged_rows.c.state == "good", staged_rows.c.line > imports.c.cursor)
            .where(staged_rows.c.user_principal_name_key == key, staged_rows.c.user_id != other_than)
        )
        return self._connection.execute(has.union_all(will_have).limit(1)).scalar()

    def group(self, group_id: str) -> Group | None:
        """Return the group of that id, also a deleted one, and *All users*."""
        if group_id == ALL_USERS.id:
            return ALL_USERS
        found = self._groups(select(groups).where(groups.c.id == group_id))
        return found[0] if found else None

    def groups_named(self, display_name: str) -> list[Group]:
        """Return the groups of that name that are not deleted, *All users* too."""
        key = name_key(display_name)
        built_in = [ALL_USERS] if key == name_key(ALL_USERS.display_name) else []
        return built_in + self._groups(select(groups).where(groups.c.display_name_key == key, _GROUP_IS_LIVE))

    def groups(self) -> list[Group]:
        """Return the groups that are not deleted, in the order of their names."""
        return self._groups(select(groups).where(_GROUP_IS_LIVE).order_by(groups.c.display_name_key))

    def groups_of(self, user_id: str) -> list[Group]:
        """Return the groups that are not deleted with the user as a direct member."""
        joined = select(groups).join(memberships, memberships.c.group_id == groups.c.id)
        mine = joined.where(memberships.c.user_id == user_id, _GROUP_IS_LIVE)
        return self._groups(mine.order_by(groups.c.display_name_key))

    def members_of(self, group_id: str) -> Iterator[User]:
        """Yield the direct members that are live, in the order of their names."""
        if group_id == ALL_USERS.id:
            return self.live_users()
        joined = select(users).join(memberships, memberships.c.user_id == users.c.id)
        return self._stream(joined.where(memberships.c.group_id == group_id, IS_LIVE))

    def count_members(self, group_id: str) -> int:
        """Return how many direct members are live."""
        if group_id == ALL_USERS.id:
            return self.count_live_users()
        # Few are in the recycle bin: to look each member up would take a tenth of a second for 100,000.
        everyone = self._count(select(func.count()).select_from(memberships).where(_in_group(group_id)))
        is_member = select(memberships.c.user_id).where(_in_group(group_id), memberships.c.user_id == users.c.id)
        gone = select(func.count()).select_from(users).where(users.c.deleted_at.isnot(None), is_member.exists())
        return everyone - self._count(gone)

    def is_member(self, group_id: str, user_id: str) -> bool:
        """Say whether there is a direct membership."""
        counted = select(func.count()).select_from(memberships)
        return self._count(counted.where(_in_group(group_id), memberships.c.user_id == user_id)) > 0

    def groups_in(self, group_id: str) -> list[Group]:
        """Return the groups that are not deleted and directly in this one, in the order of their names."""
        joined = select(groups).join(nestings, nestings.c.nested_id == groups.c.id)
        inside = joined.where(nestings.c.group_id == group_id, _GROUP_IS_LIVE)
        return self._groups(inside.order_by(groups.c.display_name_key))

    def memberships_of(self, user_id: str) -> list[str]:
        """Return the ids of all groups that the user is in, of deleted ones too."""
        query = select(memberships.c.group_id).where(memberships.c.user_id == user_id)
        return list(self._connection.execute(query).scalars())

    def _users(self, query: Select[Any]) -> list[User]:
        return [user_from_row(row) for row in self._connection.execute(query)]

    def _stream(self, query: Select[Any]) -> Iterator[User]:
        ordered = query.order_by(users.c.user_principal_name_key, users.c.id)
        result = self._connection.execute(ordered, execution_options={"yield_per": ROWS_A_FETCH})
        return (user_from_row(row) for row in result)

    def _groups(self, query: Select[Any]) -> list[Group]:
        return [group_from_row(row) for row in self._connection.execute(query)]

    def _count(self, query: Select[int]) -> int:
        return self._connection.execute(query).scalar_one()


_GROUP_IS_LIVE = groups.c.deleted_at.is_(None)


def _in_group(group_id: str) -> ColumnElement[bool]:
    return memberships.c.group_id == group_id
