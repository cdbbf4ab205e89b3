"""Which users are looked for, and from where on?

Lists are paged by keys, so that the last page of 300,000 users costs as much as the first. A text finds whoever's
displayName, surname, or userPrincipalName begins with it, or whose id it is: in these sections, one after the other,
and each user in the first section that they belong to (decision 75).
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from instep.directory.groups import Group
from instep.directory.users import User, name_key

KEY_CHARACTERS = 256


class Section(IntEnum):
    """By what somebody was found; the order of a list."""

    DISPLAY_NAME = 0
    SURNAME = 1
    USER_PRINCIPAL_NAME = 2
    ID = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list a user or a group stands, by its key and its id."""

    section: Section
    key: str
    id: str


@dataclass(frozen=True, slots=True)
class UserQuery:
    """Live users who are looked for; what is empty or None leaves everyone in."""

    text: str = ""
    is_enabled: bool | None = None
    department: str = ""

    @property
    def is_everyone(self) -> bool:
        """Whether nobody is left out."""
        return not self.text and self.is_enabled is None and not self.department


@dataclass(frozen=True, slots=True)
class FoundUser:
    """A user of a list, and where in it."""

    user: User
    place: Place


def search_key(text: str) -> str:
    """Return the form in which names are kept to be found by their beginning, and ordered."""
    return name_key(text)[:KEY_CHARACTERS]


class Lists(Protocol):
    """The directory page by page. Each list begins at its first row, after a place, or ends before one."""

    def users_after(self, query: UserQuery, place: Place | None, limit: int) -> list[FoundUser]:
        """Return the users after a place, or the first ones."""

    def users_before(self, query: UserQuery, place: Place, limit: int) -> list[FoundUser]:
        """Return the last users before a place, in the order of the list."""

    def count_users(self, query: UserQuery, at_most: int) -> int:
        """Return how many users there are, or `at_most` where there are more."""

    def deleted_users(self, text_of_name: str, place: Place | None, limit: int) -> list[FoundUser]:
        """Return users in the recycle bin, those deleted last first."""

    def deleted_users_before(self, text_of_name: str, place: Place, limit: int) -> list[FoundUser]:
        """Return the last users in the recycle bin before a place, in the order of the list."""

    def count_deleted_users(self) -> int:
        """Return how many users are in the recycle bin."""

    def members(self, group: Group, place: Place | None, limit: int) -> list[FoundUser]:
        """Return direct members that are live, by displayName."""

    def members_before(self, group: Group, place: Place, limit: int) -> list[FoundUser]:
        """Return the last members before a place, in the order of the list."""

    def groups_after(self, part_of_name: str, place: Place | None, limit: int) -> list[Group]:
        """Return groups with a text in their names, by name."""

    def groups_before(self, part_of_name: str, place: Place, limit: int) -> list[Group]:
        """Return the last groups before a place, in the order of the list."""

    def count_groups(self, part_of_name: str) -> int:
        """Return how many groups have a text in their names."""
