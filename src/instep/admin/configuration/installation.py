"""What of an installation is configuration, and by which names are users and groups known beyond it?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from instep.admin.app_owners import Owners
from instep.admin.app_properties import Properties
from instep.admin.app_roles import AppRoles
from instep.admin.applications import Principal
from instep.admin.groups import find_group
from instep.admin.ports import Applications
from instep.admin.protections import Protections
from instep.admin.provisioning import Service
from instep.admin.sign_on.ports import SignOn
from instep.admin.users import find_user
from instep.directory.applications import PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.directory.ports import Directory

EVERYONE = "everyone"


class KeptApplications(Applications, Properties, AppRoles, Owners, Protocol):
    """All that is kept of applications."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What an export reads and an import changes."""

    service: Service
    applications: KeptApplications
    directory: Directory
    protections: Protections
    sign_on: SignOn
    actor: str

    def name_of(self, principal_type: PrincipalType, principal_id: str) -> dict[str, str] | None:
        """Return who it is, by a name that another installation knows; None for who is in the directory no more."""
        if principal_id == ALL_USERS_GROUP_ID:
            return {"group": EVERYONE}
        with self.directory.reading() as reading:
            if principal_type is PrincipalType.USER:
                user = reading.user(principal_id)
                return None if user is None or user.deleted_at else {"user": user.user_principal_name}
            group = reading.group(principal_id)
            return None if group is None or group.deleted_at else {"group": group.display_name}

    def find(self, named: dict[str, str]) -> Principal:
        """Return who is meant. Raises NotFound."""
        with self.directory.reading() as reading:
            if "user" in named:
                user = find_user(reading, named["user"])
                return Principal(PrincipalType.USER, user.id, user.user_principal_name)
            if named["group"] == EVERYONE:
                return Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME)
            group = find_group(reading, named["group"])
            return Principal(PrincipalType.GROUP, group.id, group.display_name)

    def named(self, people: Sequence[tuple[PrincipalType, str]]) -> list[dict[str, str]]:
        """Return all of them who are still there, sorted."""
        names = (self.name_of(*each) for each in people)
        return sorted((name for name in names if name is not None), key=lambda name: sorted(name.items()))
