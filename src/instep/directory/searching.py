"""Which users or groups does a program ask for by a condition, and where does the next page begin?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from instep.directory.groups import Group
from instep.directory.users import User
from instep.odata.conditions import Condition, Order, Search


@dataclass(frozen=True, slots=True)
class Place:
    """After whom a page begins: the text that the list is ordered by, and the id."""

    key: str
    id: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. Paths are source attributes, `id`, `createdDateTime` or `deletedDateTime`.

    `manager` is compared with an id, and so are `members` of a group, which are users and groups.

    Without an order the list is in the order of the ids. A search's texts begin a word of an attribute.
    """

    condition: Condition | None = None
    search: Search = ()
    order: Order | None = None
    are_deleted: bool = False
    of_groups: tuple[str, ...] = ()  # if any: only direct members of one of these groups


@dataclass(frozen=True, slots=True)
class FoundUsers:
    """A page of users; `rest` is None on the last one."""

    users: Sequence[User]
    rest: Place | None


@dataclass(frozen=True, slots=True)
class FoundGroups:
    """A page of groups; `rest` is None on the last one."""

    groups: Sequence[Group]
    rest: Place | None


class Searching(Protocol):
    """Conditions asked of the whole directory, in SQL. Raises QueryRefused for what no condition can be about."""

    def users(self, wish: Wish, after: Place | None, limit: int, skip: int = 0) -> FoundUsers:
        """Return a page of users, which may begin some further on."""

    def count_users(self, wish: Wish) -> int:
        """Return how many users there are."""

    def groups(self, wish: Wish, after: Place | None, limit: int, skip: int = 0) -> FoundGroups:
        """Return a page of groups that are not deleted, without *All users*; it may begin some further on."""

    def count_groups(self, wish: Wish) -> int:
        """Return how many groups there are."""

    def groups_around(self, member_id: str) -> list[Group]:
        """Return the groups that are not deleted in which a user or group is, directly or by other groups, by name."""

    def groups_within(self, group_id: str) -> list[Group]:
        """Return the groups that are not deleted in a group, directly or by other groups, by name, without itself."""
