"""Which roles do administrators have, and what may each do?"""

from collections.abc import Iterable
from enum import StrEnum


class Permission(StrEnum):
    """What a door, or a use case of the API, asks of whoever acts."""

    READ_REPORTS = "read_reports"
    READ_DIRECTORY = "read_directory"
    READ_APPLICATIONS = "read_applications"
    READ_AUDIT = "read_audit"
    READ_ADMINISTRATORS = "read_administrators"
    READ_SETTINGS = "read_settings"
    MANAGE_USERS = "manage_users"
    MANAGE_APPLICATIONS = "manage_applications"
    MANAGE_PROVISIONING = "manage_provisioning"
    MANAGE_ADMINISTRATORS = "manage_administrators"
    MANAGE_SETTINGS = "manage_settings"

    @property
    def in_words(self) -> str:
        """What it allows, after *may*."""
        return _IN_WORDS[self]


_IN_WORDS = {
    Permission.READ_REPORTS: "see overviews, statistics and the provisioning logs",
    Permission.READ_DIRECTORY: "see users and groups",
    Permission.READ_APPLICATIONS: "see how applications are configured",
    Permission.READ_AUDIT: "see the audit log",
    Permission.READ_ADMINISTRATORS: "see who the administrators are",
    Permission.READ_SETTINGS: "see the settings of Instep",
    Permission.MANAGE_USERS: "change and import users and groups",
    Permission.MANAGE_APPLICATIONS: "add applications and assign people to them",
    Permission.MANAGE_PROVISIONING: "configure and run provisioning, and approve what is held",
    Permission.MANAGE_ADMINISTRATORS: "manage administrators and end their sessions",
    Permission.MANAGE_SETTINGS: "change and try the settings of Instep",
}


class Role(StrEnum):
    """The roles of the Microsoft Entra admin center that have to do with provisioning, by their names there."""

    GLOBAL_ADMINISTRATOR = "Global Administrator"
    CLOUD_APPLICATION_ADMINISTRATOR = "Cloud Application Administrator"
    APPLICATION_ADMINISTRATOR = "Application Administrator"
    USER_ADMINISTRATOR = "User Administrator"
    REPORTS_READER = "Reports Reader"


_READS = frozenset(permission for permission in Permission if permission.name.startswith("READ_"))
_APPLICATIONS = _READS | {Permission.MANAGE_APPLICATIONS, Permission.MANAGE_PROVISIONING}
_USERS = {Permission.READ_REPORTS, Permission.READ_DIRECTORY, Permission.READ_APPLICATIONS, Permission.MANAGE_USERS}
_REPORTS = {Permission.READ_REPORTS, Permission.READ_DIRECTORY, Permission.READ_AUDIT}

GRANTED = {
    Role.GLOBAL_ADMINISTRATOR: frozenset(Permission),
    Role.CLOUD_APPLICATION_ADMINISTRATOR: _APPLICATIONS,
    Role.APPLICATION_ADMINISTRATOR: _APPLICATIONS,
    Role.USER_ADMINISTRATOR: frozenset(_USERS),
    Role.REPORTS_READER: frozenset(_REPORTS),
}
"""What each role may do (decision 72)."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what somebody with these roles may do: whatever one of them may."""
    return frozenset().union(*(GRANTED[role] for role in roles))


def roles_with(permission: Permission) -> list[Role]:
    """Return the roles that may do something, the one that may least first."""
    return sorted((role for role in Role if permission in GRANTED[role]), key=lambda role: len(GRANTED[role]))
