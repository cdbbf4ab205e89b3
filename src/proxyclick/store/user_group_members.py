"""Who is in which user group of a location? Default is not kept: everyone at the location is in it."""

import sqlite3
from collections.abc import Collection

from proxyclick.people.user_groups import UserGroup


class UserGroupMembers:
    """The members of the user groups beside Default; a write is to be made inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def groups_of(self, location: int, user: int) -> frozenset[UserGroup]:
        """The groups of a user at a location, Default among them; none of somebody who is not there."""
        rows = self._execute(
            "SELECT user_group FROM users_locations LEFT JOIN user_group_members USING (location, number)"
            " WHERE location = ? AND number = ?",
            (location, user),
        ).fetchall()
        further = {UserGroup(group) for (group,) in rows if group is not None}
        return frozenset({UserGroup.DEFAULT, *further}) if rows else frozenset()

    def add(self, location: int, user: int, groups: Collection[UserGroup]) -> None:
        """Puts somebody who is at the location into further groups."""
        for group in sorted(set(groups) - {UserGroup.DEFAULT}):
            self._execute("INSERT OR IGNORE INTO user_group_members VALUES (?, ?, ?)", (location, user, group.value))

    def remove(self, location: int, user: int, groups: Collection[UserGroup]) -> None:
        """Takes somebody out of groups."""
        for group in sorted(groups):
            self._execute(
                "DELETE FROM user_group_members WHERE location = ? AND number = ? AND user_group = ?",
                (location, user, group.value),
            )

    def of_group(self, location: int, group: UserGroup) -> list[int]:
        """The numbers of a group's members beside Default's, who are everyone."""
        rows = self._execute(
            "SELECT number FROM user_group_members WHERE location = ? AND user_group = ? ORDER BY number",
            (location, group.value),
        )
        return [number for (number,) in rows]

    def active_in(self, location: int, group: UserGroup) -> list[int]:
        """Those of a group's members who are active users."""
        rows = self._execute(
            "SELECT number FROM user_group_members JOIN users USING (number)"
            " WHERE location = ? AND user_group = ? AND active ORDER BY number",
            (location, group.value),
        )
        return [number for (number,) in rows]
