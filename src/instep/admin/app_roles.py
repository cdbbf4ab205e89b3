"""How does an administrator edit the app roles of an application?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.admin.app_properties import has_control_characters
from instep.clock import Clock
from instep.directory.applications import App, AppRole
from instep.directory.errors import BadValue, NotFound, NotPossible

LONGEST = 120
LONGEST_DESCRIPTION = 1_024


class AppRoles(Protocol):
    """Where app roles are kept. Each call is one transaction, with its row of the audit log."""

    def add_role(self, app_id: str, role: AppRole, now: datetime, actor: str) -> None:
        """Keep a new app role. Raises NameTaken."""

    def save_role(self, app_id: str, before: AppRole, after: AppRole, now: datetime, actor: str) -> None:
        """Keep an edited app role; where somebody holds it, the next cycle is an initial one. Raises NameTaken."""

    def remove_role(self, app_id: str, role: AppRole, now: datetime, actor: str) -> int:
        """Remove an app role that nobody holds; else return how many users and groups do, and leave it."""


@dataclass(frozen=True, slots=True)
class RoleTexts:
    """What an administrator says of an app role; a disabled one cannot be assigned, and is sent nowhere."""

    display_name: str
    value: str = ""
    description: str = ""
    is_enabled: bool = True


def add_role(
    roles: AppRoles, app: App, texts: RoleTexts, clock: Clock, new_id: Callable[[], str], actor: str
) -> AppRole:
    """Add an app role. Raises BadValue or NameTaken."""
    role = checked_role(new_id(), texts)
    roles.add_role(app.id, role, clock(), actor)
    return role


def change_role(roles: AppRoles, app: App, role_id: str, texts: RoleTexts, clock: Clock, actor: str) -> AppRole:
    """Change an app role. Raises NotFound, BadValue or NameTaken; nothing was changed then.

    Who holds it keeps it. Since accounts may say it, everyone is evaluated again.
    """
    before = role_of(app, role_id)
    after = checked_role(before.id, texts)
    if after != before:
        roles.save_role(app.id, before, after, clock(), actor)
    return after


def remove_role(roles: AppRoles, app: App, role_id: str, clock: Clock, actor: str) -> AppRole:
    """Remove an app role. Raises NotFound, or NotPossible where somebody holds it."""
    role = role_of(app, role_id)
    if holders := roles.remove_role(app.id, role, clock(), actor):
        who = "1 user or group holds" if holders == 1 else f"{holders:,} users and groups hold"
        raise NotPossible(f"{who} the role {role.display_name}: assign another one first, or disable the role.")
    return role


def replace_roles(roles: AppRoles, app: App, wanted: Mapping[str, RoleTexts], clock: Clock, actor: str) -> None:
    """Make these, by id, the app roles of an application: others are removed, unknown ids are new roles.

    Raises NotPossible, BadValue or NameTaken. Some were changed then: it is the caller who makes one transaction of it.
    """
    for role in app.roles:
        if role.id not in wanted:
            remove_role(roles, app, role.id, clock, actor)
    present = {role.id for role in app.roles}
    for role_id, texts in wanted.items():
        if role_id in present:
            change_role(roles, app, role_id, texts, clock, actor)
        else:
            roles.add_role(app.id, checked_role(role_id, texts), clock(), actor)


def role_of(app: App, role_id: str) -> AppRole:
    """Return the application's own role of that id. Raises NotFound."""
    for role in app.roles:
        if role.id == role_id:
            return role
    raise NotFound(f"{app.name} has no such app role any more; somebody may have removed it.")


def checked_role(role_id: str, texts: RoleTexts) -> AppRole:
    """Return an app role as it is kept. Raises BadValue."""
    role = AppRole(
        role_id, texts.display_name.strip(), texts.value.strip(), texts.is_enabled, texts.description.strip()
    )
    if not role.display_name:
        raise BadValue("An app role needs a display name.")
    if " " in role.value:
        raise BadValue(f"The value of an app role has no space in it, as targets compare it; {role.value!r} has.")
    for what, text, most in (
        ("display name", role.display_name, LONGEST),
        ("value", role.value, LONGEST),
        ("description", role.description, LONGEST_DESCRIPTION),
    ):
        if len(text) > most:
            raise BadValue(f"The {what} has at most {most} characters; this one has {len(text)}.")
        if has_control_characters(text):
            raise BadValue(f"The {what} has a control character in it; type it again.")
    return role
