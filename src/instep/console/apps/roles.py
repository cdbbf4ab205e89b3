"""Which app roles does an application have, and how are they edited?"""

from starlette.responses import Response

from instep.admin.app_roles import RoleTexts, add_role, change_role, remove_role, role_of
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form, filled
from instep.directory.applications import App, AppRole
from instep.directory.errors import BadValue, NameTaken

_FIELDS = ("display_name", "value", "description", "is_enabled")


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *App roles*."""
    return desk.page(asked, app, "apps/roles.html", title="App roles", roles=app.roles)


def new(desk: Desk, asked: Asked, app: App) -> Response:
    """The form for another role."""
    return _form(desk, asked, app, Form({"is_enabled": "yes"}), None)


def create(desk: Desk, asked: Asked, app: App) -> Response:
    """Add a role."""
    form, instep = filled(_FIELDS, asked.form), desk.instep
    try:
        role = add_role(instep.applications, app, _texts(form), instep.clock, instep.new_id, asked.actor)
    except (BadValue, NameTaken) as refusal:
        return _form(desk, asked, app, form.with_problem(_field_of(str(refusal)), str(refusal)), None)
    return _back(desk, asked, app, f"The app role {role.display_name} was added.")


def edit(desk: Desk, asked: Asked, app: App) -> Response:
    """The form of a role."""
    role = role_of(app, asked.path("role"))
    texts = {"display_name": role.display_name, "value": role.value, "description": role.description}
    return _form(desk, asked, app, Form({**texts, "is_enabled": "yes" if role.is_enabled else ""}), role)


def save(desk: Desk, asked: Asked, app: App) -> Response:
    """Save what was edited."""
    form, instep, role = filled(_FIELDS, asked.form), desk.instep, role_of(app, asked.path("role"))
    try:
        changed = change_role(instep.applications, app, role.id, _texts(form), instep.clock, asked.actor)
    except (BadValue, NameTaken) as refusal:
        return _form(desk, asked, app, form.with_problem(_field_of(str(refusal)), str(refusal)), role)
    return _back(desk, asked, app, f"The app role {changed.display_name} was saved.")


def remove(desk: Desk, asked: Asked, app: App) -> Response:
    """Remove a role that nobody holds."""
    instep = desk.instep
    role = remove_role(instep.applications, app, asked.path("role"), instep.clock, asked.actor)
    return _back(desk, asked, app, f"The app role {role.display_name} was removed.")


def _texts(form: Form) -> RoleTexts:
    texts = (form.text("display_name"), form.text("value"), form.text("description"))
    return RoleTexts(*texts, is_enabled=form.text("is_enabled") == "yes")


def _field_of(refusal: str) -> str:
    """At which field a refusal is told."""
    if "value" in refusal:
        return "value"
    return "description" if "description" in refusal else "display_name"


def _form(desk: Desk, asked: Asked, app: App, form: Form, role: AppRole | None) -> Response:
    status = 422 if form.is_refused else 200
    title = "New app role" if role is None else f"App role {role.display_name}"
    return desk.page(asked, app, "apps/role.html", title=title, http_status=status, form=form, role=role)


def _back(desk: Desk, asked: Asked, app: App, notice: str) -> Response:
    return desk.frame.redirect(asked, address(app, "roles"), notice)
