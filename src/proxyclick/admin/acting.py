"""Who does it, with which rights, and how is somebody refused?"""

from collections.abc import Mapping
from dataclasses import dataclass

from proxyclick.people.user_groups import Right, UserGroup, may


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is signed in, at one location; `user` is their number, `groups` are theirs at that location.

    `address` is the network address from which they act.
    """

    user: int
    name: str
    organisation: int
    location: int
    groups: frozenset[UserGroup]
    address: str = ""

    def may(self, right: Right) -> bool:
        """Whether they have a right at the location."""
        return may(self.groups, right)


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed, as something about the form is wrong: what, by the name of the field."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Nothing was changed, as whoever asked lacks a right."""

    right: Right

    def __str__(self) -> str:
        return f"Your user groups at this location do not have the right “{self.right}”. Ask an administrator for it."


@dataclass(frozen=True, slots=True)
class NotThere:
    """Nothing was changed, as what it was about is not there, or not at this location."""
