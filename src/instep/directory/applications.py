"""What is an application in the directory: its app roles, and who is assigned to them (engine.md 3)?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DEFAULT_ACCESS_ROLE_ID = "00000000-0000-0000-0000-000000000000"
DEFAULT_ACCESS_NAME = "Default Access"
INTEGRATED_APP = "WindowsAzureActiveDirectoryIntegratedApp"
"""The tag by which scripts know the enterprise applications among all service principals."""


class PrincipalType(StrEnum):
    """Who can be assigned."""

    USER = "User"
    GROUP = "Group"


@dataclass(frozen=True, slots=True)
class AppRole:
    """A role of an application; `value` is what is sent to the target, if anything is."""

    id: str
    display_name: str
    value: str
    is_enabled: bool
    description: str = ""


DEFAULT_ACCESS = AppRole(DEFAULT_ACCESS_ROLE_ID, DEFAULT_ACCESS_NAME, "", is_enabled=True)


@dataclass(frozen=True, slots=True)
class App:
    """An application that was added from the gallery, with its own roles.

    Neither `is_enabled` nor `is_assignment_required` is about provisioning: they are about signing in (decision 109).
    """

    id: str
    name: str
    template_id: str
    created_at: datetime
    roles: tuple[AppRole, ...]
    notes: str = ""
    is_enabled: bool = True  # people may sign in to it
    is_assignment_required: bool = True  # only those who are assigned may
    tags: tuple[str, ...] = (INTEGRATED_APP,)
    notification_emails: tuple[str, ...] = ()  # who is told before its certificate for sign-in expires


@dataclass(frozen=True, slots=True)
class Ownership:
    """A user of the directory who answers for an application; that gives no right in Instep (decision 78)."""

    app_id: str
    user_id: str
    since: datetime
    added_by: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """A user or a group holding an app role of one application."""

    id: str
    app_id: str
    principal_type: PrincipalType
    principal_id: str
    role_id: str
    created_at: datetime
