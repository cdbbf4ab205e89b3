"""What does an administrator do with applications: add from the gallery, assign, unassign?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from instep.admin.app_properties import check_name
from instep.admin.ports import Applications
from instep.admin.settings import change_actions, change_settings, is_of_actions
from instep.clock import Clock
from instep.directory.applications import (
    DEFAULT_ACCESS,
    App,
    AppRole,
    Assignment,
    PrincipalType,
)
from instep.directory.errors import NotFound
from instep.gallery.template import Template
from instep.ledger.jobs import JobSettings
from instep.ledger.schema import ObjectMapping, Schema


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is assigned, as the directory knows them."""

    type: PrincipalType
    id: str
    name: str


def add_app(
    applications: Applications,
    template_id: str,
    name: str | None,
    clock: Clock,
    new_id: Callable[[], str],
    actor: str,
) -> tuple[App, Template]:
    """Add an application from the gallery with its app roles and default mappings.

    Raises UnknownTemplate, BadValue, or NameTaken.
    """
    from instep.gallery.templates import load_template  # reads 334 templates, which no other command needs

    template = load_template(template_id)
    roles = tuple(
        AppRole(new_id(), role.display_name, role.value or "", role.is_enabled, role.description)
        for role in template.app_roles
    )
    app = App(new_id(), check_name(name or template.name), template.id, clock(), roles)
    applications.add(app, default_schema(template), actor)
    return app, template


def default_schema(template: Template) -> Schema:
    """Return the mappings of a freshly added application, without scoping filters (mappings.md 1.10)."""
    users = ObjectMapping(template.user_mappings, template.target_attributes)
    groups = ObjectMapping(template.group_mappings, template.group_attributes) if template.group_mappings else None
    return change_actions(Schema(users, groups), {n: word for n, word in template.settings if is_of_actions(n)})


def default_settings(template: Template) -> JobSettings:
    """Return the settings that a job of such an application starts with."""
    return change_settings(JobSettings(), {n: word for n, word in template.settings if not is_of_actions(n)})


def find_app(applications: Applications, named: str) -> App:
    """Return the application of that name, id, or template where it is the only one. Raises NotFound."""
    apps = applications.all()
    key = named.strip().casefold()
    for app in apps:
        if key in (app.id, app.name.casefold()):
            return app
    of_template = [app for app in apps if app.template_id == key]
    if len(of_template) == 1:
        return of_template[0]
    if of_template:
        names = ", ".join(app.name for app in of_template)
        raise NotFound(f"Several applications are a {named}: {names}. Name the one you mean.")
    raise NotFound(_no_app(named, apps))


def find_role(app: App, named: str) -> AppRole:
    """Return the application's role of that name, or Default Access. Raises NotFound."""
    roles = [role for role in (*app.roles, DEFAULT_ACCESS) if role.is_enabled]
    for role in roles:
        if named.strip().casefold() in (role.id, role.display_name.casefold(), role.value.casefold() or None):
            return role
    names = ", ".join(role.display_name for role in roles)
    raise NotFound(f"{app.name} has no app role {named!r}. It has: {names}.")


def assign(
    applications: Applications,
    app: App,
    principal: Principal,
    role: AppRole,
    clock: Clock,
    new_id: Callable[[], str],
    actor: str,
) -> bool:
    """Assign a user or group to an app role; return False if they had it."""
    assignment = Assignment(new_id(), app.id, principal.type, principal.id, role.id, clock())
    return applications.assign(assignment, actor)


def reassign(
    applications: Applications,
    app: App,
    principal: Principal,
    role: AppRole,
    clock: Clock,
    new_id: Callable[[], str],
    actor: str,
) -> bool:
    """Put one app role in place of all that a user or group holds; return False if it was the only one."""
    assignment = Assignment(new_id(), app.id, principal.type, principal.id, role.id, clock())
    return applications.reassign(assignment, actor)


def unassign(applications: Applications, app: App, principal: Principal, clock: Clock, actor: str) -> None:
    """End every assignment of a user or group. Raises NotFound where there is none."""
    if not applications.unassign(app.id, principal.id, clock(), actor):
        raise NotFound(f"{principal.name} is not assigned to {app.name} directly; nothing was changed.")


def unassign_role(applications: Applications, app: App, assignment: Assignment, clock: Clock, actor: str) -> None:
    """End one assignment of several. Raises NotFound where it has ended meanwhile."""
    if not applications.unassign_role(assignment, clock(), actor):
        raise NotFound(f"This assignment to {app.name} has ended already; nothing was changed.")


def _no_app(named: str, apps: Sequence[App]) -> str:
    near = get_close_matches(named, [app.name for app in apps], n=3, cutoff=0.5)
    if near:
        return f"There is no application {named!r}. Did you mean {' or '.join(near)}?"
    if not apps:
        return (
            "No application was added yet. Add one from the gallery, with New application or instep apps add proxyclick"
        )
    return f"There is no application {named!r}. There are: {', '.join(app.name for app in apps[:10])}."
