"""May this person sign in to this application now, and if not, why?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from instep.admin.scope_preview import imagined_cycle, job_or_none_yet
from instep.admin.sign_on.ports import SignOn
from instep.directory.applications import App
from instep.rules.mapping.expressions import Context, Value
from instep.rules.mapping.source_values import source_values
from instep.rules.scoping.standing import Standing
from instep.rules.source_user import Presence, SourceUser

_ENABLED = Standing(None)


@dataclass(frozen=True, slots=True)
class Entitled:
    """Somebody who may sign in, with what claims are made of."""

    user_id: str
    source: Mapping[str, Value]
    context: Context


@dataclass(frozen=True, slots=True)
class NotEntitled:
    """Somebody who may not; `why` is for them to read, and says whom to ask."""

    why: str


def entitlement(sign_on: SignOn, app: App, user_id: str) -> Entitled | NotEntitled:
    """Decide about a user as provisioning reads assignments, with Default Access too; scoping filters do not count.

    Whether the application is provisioned at all does not matter.
    """
    job = job_or_none_yet(sign_on.service, app)
    batch = sign_on.service.feed.some(job, imagined_cycle(sign_on.service, job), [user_id])
    user = next(iter(batch.users), None)
    if user is None or user.presence is not Presence.LIVE or not user.is_enabled:
        return NotEntitled("Your account is disabled. Ask an administrator.")
    if why := _problem(app, user):
        return NotEntitled(why)
    manager = batch.managers.get(user.manager_id or "")
    # A job has a seed that makes passwords; claims are shown to others, and draw from another one.
    context = Context(sign_on.clock(), f"claims of {app.id}", job.settings.default_domain)
    return Entitled(user.id, source_values(user, _ENABLED, manager), context)


def _problem(app: App, user: SourceUser) -> str:
    if not app.is_enabled:
        return f"{app.name} is closed for signing in at the moment. Ask an administrator."
    if app.is_assignment_required and not user.roles and not user.has_default_access:
        return f"{app.name} is not assigned to you. Ask an administrator to assign it to you, or to a group of yours."
    return ""


def apps_of(sign_on: SignOn, apps: Sequence[App], user_id: str) -> Sequence[App]:
    """Return the applications that a user may sign in to now, by name; those without SAML are not among them."""
    set_up = frozenset(sign_on.kept.app_ids())
    found = (app for app in apps if app.id in set_up and isinstance(entitlement(sign_on, app, user_id), Entitled))
    return sorted(found, key=lambda app: (app.name.casefold(), app.id))
