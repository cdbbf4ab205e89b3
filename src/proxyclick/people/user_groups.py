"""Who may do what at a location: the six fixed user groups and their rights (spec/proxyclick.md, 4)?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class UserGroup(StrEnum):
    """A user group of a location. There are no others, and everyone is in Default."""

    DEFAULT = "Default"
    ADMINISTRATORS = "Administrators"
    RECEPTION = "Reception"
    SECURITY = "Security"
    ASSISTANTS = "Assistants"
    AGENTS = "Agents"


class Right(StrEnum):
    """What a user group may be allowed to do; the text is what screens call it."""

    DEFINE_GROUPS = "Define the rights of a group, add users to a group"
    CREATE_USERS = "Create users, invite users to the Dashboard"
    EDIT_USERS = "Edit and delete users"
    SEE_USERS = "See the list of users"
    SEE_EMERGENCY_LIST = "See the emergency list"
    ADD_VISITOR_PROFILES = "Add visitor profiles to the shared address book"
    EDIT_VISITOR_PROFILES = "View and edit shared visitor profiles"
    EXPORT_VISITORS = "Export visitors, see analytics"
    CREATE_VISITS = "Create single and recurring visits"
    CREATE_GROUP_VISITS = "Create group visits"
    CREATE_VISITS_FOR_OTHERS = "Create visits for other hosts"
    APPROVE_VISITS = "Approve visits"
    CHANGE_VISIT_STATUS = "Change the status of visits, see all visitors of the day"
    DELETE_VISITS = "Delete visits in the Logbook"
    HANDLE_WATCHLIST_MATCHES = "Handle watchlist matches"
    SEE_EMPLOYEE_LOGBOOK = "See the employee logbook"
    MANAGE_LOCATIONS = "Add and edit locations"
    MANAGE_INTEGRATIONS = "Connect integrations"


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Somebody joins or leaves user groups of a location."""

    joined: frozenset[UserGroup]
    left: frozenset[UserGroup]


_EVERYONE = frozenset(UserGroup)
_DESK = frozenset({UserGroup.ADMINISTRATORS, UserGroup.RECEPTION, UserGroup.SECURITY})
_GUARDS = frozenset({UserGroup.ADMINISTRATORS, UserGroup.SECURITY})
_ADMINISTRATORS = frozenset({UserGroup.ADMINISTRATORS})

GROUPS_WITH: Mapping[Right, frozenset[UserGroup]] = {
    Right.DEFINE_GROUPS: _ADMINISTRATORS,
    Right.CREATE_USERS: _EVERYONE,
    Right.EDIT_USERS: _ADMINISTRATORS,
    Right.SEE_USERS: _EVERYONE,
    Right.SEE_EMERGENCY_LIST: _DESK,
    Right.ADD_VISITOR_PROFILES: _EVERYONE,
    Right.EDIT_VISITOR_PROFILES: _ADMINISTRATORS,
    Right.EXPORT_VISITORS: _DESK,
    Right.CREATE_VISITS: _EVERYONE,
    Right.CREATE_GROUP_VISITS: _ADMINISTRATORS,
    Right.CREATE_VISITS_FOR_OTHERS: _DESK | {UserGroup.ASSISTANTS},
    Right.APPROVE_VISITS: _GUARDS,
    Right.CHANGE_VISIT_STATUS: _DESK,
    Right.DELETE_VISITS: _EVERYONE,
    Right.HANDLE_WATCHLIST_MATCHES: _GUARDS | {UserGroup.AGENTS},
    Right.SEE_EMPLOYEE_LOGBOOK: _GUARDS,
    # The published matrix does not name these two; Administrators do everything, and nobody else does them.
    Right.MANAGE_LOCATIONS: _ADMINISTRATORS,
    Right.MANAGE_INTEGRATIONS: _ADMINISTRATORS,
}
"""The matrix as it is out of the box."""


def may(groups: Collection[UserGroup], right: Right) -> bool:
    """Whether somebody in these groups of a location has a right there; without any group, nobody has."""
    return not GROUPS_WITH[right].isdisjoint(groups)


def group_named(name: str) -> UserGroup | None:
    """The group of a name, in any letter case."""
    wanted = name.strip().lower()
    return next((group for group in UserGroup if group.value.lower() == wanted), None)


def group_change(current: Collection[UserGroup], wanted: Collection[UserGroup]) -> GroupChange:
    """What makes the groups of one user those that are wanted; nobody leaves Default but by leaving the location."""
    kept = {*wanted, UserGroup.DEFAULT}
    return GroupChange(joined=frozenset(kept - set(current)), left=frozenset(set(current) - kept))
