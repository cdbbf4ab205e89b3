"""Which of Graph's permissions does the API know, and which has whoever calls with an API token?"""

from collections.abc import Iterable

from instep.access.roles import Permission

USERS_READ = ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
USERS_WRITE = ("User.ReadWrite.All", "Directory.ReadWrite.All")
GROUPS_READ = ("Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All")
GROUPS_WRITE = ("Group.ReadWrite.All", "Directory.ReadWrite.All")
MEMBERS_READ = ("GroupMember.Read.All", "GroupMember.ReadWrite.All", *GROUPS_READ)
MEMBERS_WRITE = ("GroupMember.ReadWrite.All", *GROUPS_WRITE)
APPLICATIONS_READ = ("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All")
APPLICATIONS_WRITE = ("Application.ReadWrite.All",)
ASSIGNMENTS_WRITE = ("AppRoleAssignment.ReadWrite.All",)
SYNCHRONIZATION_READ = ("Synchronization.Read.All", "Synchronization.ReadWrite.All")
SYNCHRONIZATION_WRITE = ("Synchronization.ReadWrite.All",)
LOGS_READ = ("ProvisioningLog.Read.All", "AuditLog.Read.All")
AUDIT_READ = ("AuditLog.Read.All",)
ANYBODY = ()

KNOWN = frozenset(
    name
    for names in (
        USERS_READ,
        GROUPS_READ,
        MEMBERS_READ,
        APPLICATIONS_READ,
        ASSIGNMENTS_WRITE,
        SYNCHRONIZATION_READ,
        LOGS_READ,
    )
    for name in names
)
"""All that can be granted."""

_OF = {
    Permission.READ_REPORTS: ("ProvisioningLog.Read.All",),
    Permission.READ_AUDIT: ("AuditLog.Read.All",),
    Permission.READ_DIRECTORY: ("User.Read.All", "Group.Read.All", "GroupMember.Read.All"),
    Permission.READ_APPLICATIONS: ("Application.Read.All", "Synchronization.Read.All"),
    Permission.MANAGE_USERS: ("User.ReadWrite.All", "Group.ReadWrite.All", "GroupMember.ReadWrite.All"),
    Permission.MANAGE_APPLICATIONS: ("Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"),
    Permission.MANAGE_PROVISIONING: ("Synchronization.ReadWrite.All",),
}


def in_graphs_words(permissions: Iterable[Permission]) -> frozenset[str]:
    """Return the permissions of Graph that follow from those of Instep."""
    return frozenset(name for permission in permissions for name in _OF.get(permission, ()))
