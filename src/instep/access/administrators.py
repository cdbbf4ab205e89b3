"""Who signs in to Instep, and how?"""

import re
from dataclasses import dataclass
from datetime import datetime

from instep.access.roles import Permission, Role, permissions_of

LONGEST_NAME = 256
_USER_NAME = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody at an OpenID Connect provider: the `iss` and `sub` of their ID tokens, which never change."""

    issuer: str
    name: str


@dataclass(frozen=True, slots=True)
class Administrator:
    """A person who signs in to Instep: by a password, by a provider, or by neither before a one-time link is used."""

    id: str
    user_name: str  # an e-mail address
    display_name: str
    roles: frozenset[Role]
    is_enabled: bool
    created_at: datetime
    has_password: bool = False
    subject: Subject | None = None

    @property
    def permissions(self) -> frozenset[Permission]:
        """What they may do; nothing when they are disabled."""
        return permissions_of(self.roles) if self.is_enabled else frozenset()

    @property
    def rules_all(self) -> bool:
        """Whether they can make others administrators: one such person has to remain."""
        return Permission.MANAGE_ADMINISTRATORS in self.permissions

    @property
    def role_names(self) -> list[str]:
        """Their roles in the order of the list."""
        return [role.value for role in Role if role in self.roles]


def name_key(user_name: str) -> str:
    """Return what two user names share that are the same one: letter case does not count."""
    return user_name.strip().casefold()


def problem_with_user_name(user_name: str) -> str | None:
    """Say why a user name will not do; None when it will."""
    if len(user_name) > LONGEST_NAME:
        return f"A user name has {LONGEST_NAME} characters at most."
    if not _USER_NAME.fullmatch(user_name) or not user_name.isprintable():
        return "A user name is an e-mail address, such as ada@corp.example."
    return None


def problem_with_display_name(name: str) -> str | None:
    """Say why a display name will not do; None when it will."""
    if not name.strip():
        return "Give the name by which others know this person."
    if len(name) > LONGEST_NAME:
        return f"A name has {LONGEST_NAME} characters at most."
    return None
