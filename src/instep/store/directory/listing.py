"""Which users does a page of a list have? Each page reads its own stretch of an index."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, not_, or_, select, tuple_

from instep.clock import to_text
from instep.directory.groups import ALL_USERS, Group
from instep.directory.listing import FoundUser, Place, Section, UserQuery, search_key
from instep.directory.users import User, name_key
from instep.store.directory.records import group_from_row, user_from_row
from instep.store.tables.directory import groups, memberships, users

SMALL_GROUP = 2_000
"""Members of a smaller group are sorted; those of a larger one are met soon enough on the way through all users."""
_ABOVE_ALL = "\U0010ffff"
_IS_LIVE = users.c.deleted_at.is_(None)
_KEYS = {
    Section.DISPLAY_NAME: users.c.display_name_key,
    Section.SURNAME: users.c.surname_key,
    Section.USER_PRINCIPAL_NAME: users.c.user_principal_name_key,
    Section.ID: users.c.id,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists of users and groups, over one connection."""

    connection: Connection

    def users_after(self, query: UserQuery, place: Place | None, limit: int) -> list[FoundUser]:
        """Return the users after a place, or the first ones."""
        found: list[FoundUser] = []
        for section in _sections(query):
            if place is not None and section < place.section:
                continue
            key = _KEYS[section]
            where = _in_section(query, section)
            if place is not None and section == place.section:
                where = and_(where, tuple_(key, users.c.id) > tuple_(literal(place.key), literal(place.id)))
            found += self._found(section, where, (key, users.c.id), limit - len(found))
            if len(found) == limit:
                break
        return found

    def users_before(self, query: UserQuery, place: Place, limit: int) -> list[FoundUser]:
        """Return the last users before a place, in the order of the list."""
        found: list[FoundUser] = []
        for section in reversed(_sections(query)):
            if section > place.section:
                continue
            key = _KEYS[section]
            where = _in_section(query, section)
            if section == place.section:
                where = and_(where, tuple_(key, users.c.id) < tuple_(literal(place.key), literal(place.id)))
            found += self._found(section, where, (key.desc(), users.c.id.desc()), limit - len(found))
            if len(found) == limit:
                break
        return found[::-1]

    def count_users(self, query: UserQuery, at_most: int) -> int:
        """Return how many users there are, or `at_most` where there are more."""
        counted = 0
        for section in _sections(query):
            some = select(users.c.id).where(_in_section(query, section)).limit(at_most - counted).subquery()
            counted += self.connection.execute(select(func.count()).select_from(some)).scalar_one()
            if counted == at_most:
                break
        return counted

    def deleted_users(self, text_of_name: str, place: Place | None, limit: int) -> list[FoundUser]:
        """Return users in the recycle bin after a place, or the first ones: those deleted last first."""
        return self._deleted(text_of_name, place, "<", (users.c.deleted_at.desc(), users.c.id.desc()), limit)

    def deleted_users_before(self, text_of_name: str, place: Place, limit: int) -> list[FoundUser]:
        """Return the last users in the recycle bin before a place, in the order of the list."""
        return self._deleted(text_of_name, place, ">", (users.c.deleted_at, users.c.id), limit)[::-1]

    def count_deleted_users(self) -> int:
        """Return how many users are in the recycle bin."""
        query = select(func.count()).select_from(users).where(users.c.deleted_at.isnot(None))
        return self.connection.execute(query).scalar_one()

    def members(self, group: Group, place: Place | None, limit: int) -> list[FoundUser]:
        """Return direct members that are live, by displayName, after a place or from the first."""
        key = users.c.display_name_key
        after = [] if place is None else [tuple_(key, users.c.id) > tuple_(literal(place.key), literal(place.id))]
        return self._members(group, after, (key, users.c.id), limit)

    def members_before(self, group: Group, place: Place, limit: int) -> list[FoundUser]:
        """Return the last members before a place, in the order of the list."""
        key = users.c.display_name_key
        before = tuple_(key, users.c.id) < tuple_(literal(place.key), literal(place.id))
        return self._members(group, [before], (key.desc(), users.c.id.desc()), limit)[::-1]

    def groups_after(self, part_of_name: str, place: Place | None, limit: int) -> list[Group]:
        """Return groups with a text in their names, by name, after a place or from the first."""
        key = groups.c.display_name_key
        where = _named(part_of_name)
        if place is not None:
            where = and_(where, tuple_(key, groups.c.id) > tuple_(literal(place.key), literal(place.id)))
        return self._groups(where, (key, groups.c.id), limit)

    def groups_before(self, part_of_name: str, place: Place, limit: int) -> list[Group]:
        """Return the last groups before a place, in the order of the list."""
        key = groups.c.display_name_key
        before = tuple_(key, groups.c.id) < tuple_(literal(place.key), literal(place.id))
        return self._groups(and_(_named(part_of_name), before), (key.desc(), groups.c.id.desc()), limit)[::-1]

    def count_groups(self, part_of_name: str) -> int:
        """Return how many groups have a text in their names."""
        query = select(func.count()).select_from(groups).where(_named(part_of_name))
        return self.connection.execute(query).scalar_one()

    def _found(
        self, section: Section, where: ColumnElement[bool], order: Sequence[Any], limit: int
    ) -> Iterator[FoundUser]:
        query = select(users).where(where).order_by(*order).limit(limit)
        for row in self.connection.execute(query):
            user = user_from_row(row)
            yield FoundUser(user, Place(section, _key_of(row, section), user.id))

    def _deleted(
        self, text_of_name: str, place: Place | None, beyond: str, order: Sequence[Any], limit: int
    ) -> list[FoundUser]:
        where: ColumnElement[bool] = users.c.deleted_at.isnot(None)
        if place is not None:
            here = tuple_(literal(place.key), literal(place.id))
            where = and_(where, tuple_(users.c.deleted_at, users.c.id).op(beyond)(here))
        if text_of_name:
            where = and_(
                where, or_(*(_begins(section, text_of_name) for section in Section if section is not Section.ID))
            )
        rows = self.connection.execute(select(users).where(where).order_by(*order).limit(limit))
        found = [user_from_row(row) for row in rows]
        return [FoundUser(user, Place(Section.DISPLAY_NAME, _moment_of(user), user.id)) for user in found]

    def _members(
        self, group: Group, where: Sequence[ColumnElement[bool]], order: Sequence[Any], limit: int
    ) -> list[FoundUser]:
        if group.id == ALL_USERS.id:
            is_member: ColumnElement[bool] = literal(True)
        else:
            mine = select(memberships.c.user_id).where(memberships.c.group_id == group.id)
            ids = list(self.connection.execute(mine.limit(SMALL_GROUP + 1)).scalars())
            # Written so that SQLite cannot but walk through the names, looking each of them up.
            of_user = mine.where(memberships.c.user_id == users.c.id).limit(1).exists()
            is_member = users.c.id.in_(ids) if len(ids) <= SMALL_GROUP else of_user
        return list(self._found(Section.DISPLAY_NAME, and_(_IS_LIVE, is_member, *where), order, limit))

    def _groups(self, where: ColumnElement[bool], order: Sequence[Any], limit: int) -> list[Group]:
        query = select(groups).where(where).order_by(*order).limit(limit)
        return [group_from_row(row) for row in self.connection.execute(query)]


def _sections(query: UserQuery) -> list[Section]:
    return list(Section) if search_key(query.text) else [Section.DISPLAY_NAME]


def _in_section(query: UserQuery, section: Section) -> ColumnElement[bool]:
    terms: list[ColumnElement[bool]] = [_IS_LIVE]
    if query.is_enabled is not None:
        terms.append(users.c.is_enabled == int(query.is_enabled))
    if query.department:
        terms.append(users.c.department_key == search_key(query.department))
    if search_key(query.text):
        if section is Section.ID:
            terms.append(users.c.id == query.text.strip())
        else:
            terms.append(_begins(section, query.text))
        terms += [not_(_begins(earlier, query.text)) for earlier in Section if earlier < section]
    return and_(*terms)


def _begins(section: Section, beginning: str) -> ColumnElement[bool]:
    key, start = _KEYS[section], search_key(beginning)
    return and_(key >= start, key < start + _ABOVE_ALL)


def _named(part_of_name: str) -> ColumnElement[bool]:
    is_there = groups.c.deleted_at.is_(None)
    part = name_key(part_of_name)
    return and_(is_there, func.instr(groups.c.display_name_key, part) > 0) if part else is_there


def _key_of(row: Any, section: Section) -> str:
    return str(getattr(row, _KEYS[section].name))


def _moment_of(user: User) -> str:
    return to_text(user.deleted_at) if user.deleted_at else ""
