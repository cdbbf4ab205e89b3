"""Who answers to a condition? Page by page: in the order of the ids, or of a text and then the ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, not_, select, tuple_

from instep.directory.attributes import EXTERNAL_ID
from instep.directory.groups import ALL_USERS_GROUP_ID, Group
from instep.directory.searching import FoundGroups, FoundUsers, Place, Wish
from instep.odata.conditions import Literal, Path, Value
from instep.odata.errors import QueryRefused
from instep.store.directory.conditions import Asked
from instep.store.directory.records import group_from_row, user_from_row
from instep.store.tables.directory import groups, memberships, nestings, other_mails, users

_USERS: Final = Asked(
    users,
    {
        "userPrincipalName": users.c.user_principal_name_key,
        "displayName": users.c.display_name_key,
        "surname": users.c.surname_key,
        "department": users.c.department_key,
    },
    {EXTERNAL_ID: users.c.external_id},
    {"mail": users.c.mail_key},
    {"otherMails": (other_mails.c.user_id, other_mails.c.mail_key)},
)


class _OfGroups(Asked):
    """Groups can also be asked who is directly in them."""

    def _compared(self, operator: str, left: Value, right: Value) -> ColumnElement[bool]:
        if left != _MEMBERS_OF_A_GROUP:
            return Asked._compared(self, operator, left, right)
        user, nested = select(memberships.c.group_id), select(nestings.c.group_id)
        if right != Literal(None):
            if operator != "eq" or not isinstance(right, Literal):
                raise QueryRefused("members can be compared by eq, with the id of a user or of a group.")
            user = user.where(memberships.c.user_id == str(right.value))
            nested = nested.where(nestings.c.nested_id == str(right.value))
        within = self.table.c.id.in_(user.union(nested))
        return not_(within) if right == Literal(None) and operator == "eq" else within


_MEMBERS_OF_A_GROUP: Final = Path(("members",))
_GROUPS: Final = _OfGroups(groups, {"displayName": groups.c.display_name_key}, {EXTERNAL_ID: groups.c.external_id})


@dataclass(frozen=True, slots=True)
class Search:
    """instep.directory.searching.Searching over one connection."""

    connection: Connection

    def users(self, wish: Wish, after: Place | None, limit: int, skip: int = 0) -> FoundUsers:
        """Return a page of users, which may begin some further on."""
        rows, rest = self._page(_USERS, wish, after, limit, skip)
        return FoundUsers([user_from_row(row) for row in rows], rest)

    def count_users(self, wish: Wish) -> int:
        """Return how many users there are."""
        return self._count(_USERS, wish)

    def groups(self, wish: Wish, after: Place | None, limit: int, skip: int = 0) -> FoundGroups:
        """Return a page of groups that are not deleted, without *All users*; it may begin some further on."""
        rows, rest = self._page(_GROUPS, wish, after, limit, skip)
        return FoundGroups([group_from_row(row) for row in rows], rest)

    def count_groups(self, wish: Wish) -> int:
        """Return how many groups there are."""
        return self._count(_GROUPS, wish)

    def groups_around(self, member_id: str) -> list[Group]:
        """Return the groups that are not deleted in which a user or group is, directly or by other groups, by name."""
        direct = select(memberships.c.group_id.label("id")).where(memberships.c.user_id == member_id)
        nested = select(nestings.c.group_id).where(nestings.c.nested_id == member_id)
        around = select(direct.union(nested).subquery().c.id).cte("around", recursive=True)
        return self._reached(around.union(select(nestings.c.group_id).where(nestings.c.nested_id == around.c.id)))

    def groups_within(self, group_id: str) -> list[Group]:
        """Return the groups that are not deleted in a group, directly or by other groups, by name, without itself."""
        direct = select(nestings.c.nested_id.label("id")).where(nestings.c.group_id == group_id)
        within = direct.cte("within", recursive=True)
        found = self._reached(within.union(select(nestings.c.nested_id).where(nestings.c.group_id == within.c.id)))
        return [group for group in found if group.id != group_id]

    def _reached(self, ids: Any) -> list[Group]:
        live = groups.c.id.in_(select(ids.c.id)), groups.c.deleted_at.is_(None)
        rows = self.connection.execute(select(groups).where(*live).order_by(groups.c.display_name_key, groups.c.id))
        return [group_from_row(row) for row in rows]

    def _page(
        self, asked: Asked, wish: Wish, after: Place | None, limit: int, skip: int
    ) -> tuple[list[Any], Place | None]:
        table = asked.table
        key: ColumnElement[str] = asked.ordered_by(wish.order.path) if wish.order else literal("")
        query = select(table, key.label("place_key")).where(_where(asked, wish))
        is_descending = wish.order is not None and wish.order.is_descending
        if after is not None:
            here = tuple_(literal(after.key), literal(after.id))
            beyond = tuple_(key, table.c.id) < here if is_descending else tuple_(key, table.c.id) > here
            query = query.where(table.c.id > after.id if wish.order is None else beyond)
        order = (key, table.c.id) if wish.order else (table.c.id,)
        query = (
            query.order_by(*(each.desc() for each in order) if is_descending else order).limit(limit + 1).offset(skip)
        )
        rows = list(self.connection.execute(query))
        last = rows[limit - 1] if len(rows) > limit > 0 else None
        return rows[:limit], None if last is None else Place(last.place_key, last.id)

    def _count(self, asked: Asked, wish: Wish) -> int:
        query: Select[int] = select(func.count()).select_from(asked.table).where(_where(asked, wish))
        return self.connection.execute(query).scalar_one()


def _where(asked: Asked, wish: Wish) -> ColumnElement[bool]:
    deleted_at = asked.table.c.deleted_at
    found: list[ColumnElement[bool]] = [deleted_at.isnot(None) if wish.are_deleted else deleted_at.is_(None)]
    if wish.condition is not None:
        found.append(asked.where(wish.condition))
    if wish.search:
        found.append(asked.searched(wish.search))
    if wish.of_groups and ALL_USERS_GROUP_ID not in wish.of_groups:
        member, of = _MEMBERS[asked.table.name]
        found.append(asked.table.c.id.in_(select(member).where(of.in_(wish.of_groups))))
    return and_(*found)


_MEMBERS: Final[Mapping[str, tuple[Any, Any]]] = {
    "users": (memberships.c.user_id, memberships.c.group_id),
    "groups": (nestings.c.nested_id, nestings.c.group_id),
}
