"""Who is assigned to an application, with which app role, and who else could be?"""

from collections.abc import Sequence

from starlette.responses import Response

from instep.admin.applications import Principal, assign, reassign, unassign
from instep.admin.assigned import Assigned, AssignedQuery, Candidate
from instep.console.apps.candidates import find_groups, find_users
from instep.console.apps.desk import Desk, address
from instep.console.asked import Asked
from instep.console.forms import Form
from instep.console.lists import ROWS_A_PAGE, page_of, selection_of
from instep.console.paths import from_path
from instep.console.phrases import counted
from instep.directory.applications import DEFAULT_ACCESS, DEFAULT_ACCESS_ROLE_ID, App, AppRole, PrincipalType
from instep.directory.errors import NotFound
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME

PLACE = "users-and-groups"
CANDIDATES = 25
_EVERYONE = Candidate(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME, "Everybody, later joiners too")


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Users and groups*."""
    selection = selection_of(asked.request, "q")
    text = selection.word("q")
    query = AssignedQuery(app.id, text, selection.after, selection.before, ROWS_A_PAGE + 1)
    rows = desk.instep.applications.assigned(query)
    counts = desk.instep.applications.count_assigned(app.id)
    found = f"{counted(counts.users, 'user')} and {counted(counts.groups, 'group')} assigned"
    if text:
        found = f"{counted(len(rows), 'assignment')} found" if len(rows) <= ROWS_A_PAGE else f"The first {ROWS_A_PAGE}"
        rows = rows[:ROWS_A_PAGE]
    listed = page_of(selection, rows, [row.key for row in rows], found, ROWS_A_PAGE)
    default = DEFAULT_ACCESS_ROLE_ID
    return desk.page(asked, app, "apps/users_and_groups.html", "Users and groups", listed=listed, default=default)


def choose(desk: Desk, asked: Asked, app: App) -> Response:
    """The page *Add user/group*."""
    return _choosing(desk, asked, app, Form({"role": _first_role(app).id}))


def add(desk: Desk, asked: Asked, app: App) -> Response:
    """Assign those who were chosen."""
    instep, role = desk.instep, _role(app, asked.field("role"))
    form = Form({"role": asked.field("role")})
    chosen = [_principal(desk, each) for each in asked.fields("principal")]
    if not chosen:
        return _choosing(desk, asked, app, form.with_problem("principal", "Choose at least one user or group."))
    if role is None:
        return _choosing(desk, asked, app, form.with_problem("role", "Choose one of the roles that there are."))
    for principal in chosen:
        assign(instep.applications, app, principal, role, instep.clock, instep.new_id, asked.actor)
    who = chosen[0].name if len(chosen) == 1 else counted(len(chosen), "user or group", "users and groups")
    have = "has" if len(chosen) == 1 else "have"
    notice = f"{who} now {have} the role {role.display_name} of {app.name}."
    return desk.frame.redirect(asked, address(app, PLACE), notice)


def edit(desk: Desk, asked: Asked, app: App) -> Response:
    """The page of one assignment."""
    return _editing(desk, asked, app, Form())


def save(desk: Desk, asked: Asked, app: App) -> Response:
    """Give another role in place of what is held."""
    instep, role = desk.instep, _role(app, asked.field("role"))
    if role is None:
        return _editing(desk, asked, app, Form().with_problem("role", "Choose one of the roles that there are."))
    principal = _held_principal(desk, asked, app)
    reassign(instep.applications, app, principal, role, instep.clock, instep.new_id, asked.actor)
    notice = f"{principal.name} has the role {role.display_name} of {app.name}."
    return desk.frame.redirect(asked, address(app, PLACE), notice)


def end(desk: Desk, asked: Asked, app: App) -> Response:
    """End all assignments of a user or group."""
    instep, principal = desk.instep, _held_principal(desk, asked, app)
    unassign(instep.applications, app, principal, instep.clock, asked.actor)
    return desk.frame.redirect(asked, address(app, PLACE), f"{principal.name} is no longer assigned to {app.name}.")


def _choosing(desk: Desk, asked: Asked, app: App, form: Form) -> Response:
    selection = selection_of(asked.request, "q")
    text = selection.word("q")
    directory = desk.instep.directory
    found = [*find_groups(directory, text, CANDIDATES), *find_users(directory, text, CANDIDATES)] if text else []
    if not text or text.casefold() in ALL_USERS_NAME.casefold():
        found.insert(0, _EVERYONE)
    return desk.page(
        asked,
        app,
        "apps/assign.html",
        title="Add user/group",
        http_status=422 if form.is_refused else 200,
        form=form,
        selection=selection,
        candidates=found,
        most=CANDIDATES,
        roles=_roles(app),
        default=DEFAULT_ACCESS_ROLE_ID,
    )


def _editing(desk: Desk, asked: Asked, app: App, form: Form) -> Response:
    held = _held(desk, asked, app)
    texts = {"role": held[0].role_id}
    return desk.page(
        asked,
        app,
        "apps/assignment.html",
        title=held[0].name,
        http_status=422 if form.is_refused else 200,
        form=Form(texts, form.problems),
        held=held,
        roles=_roles(app),
        default=DEFAULT_ACCESS_ROLE_ID,
    )


def _held(desk: Desk, asked: Asked, app: App) -> Sequence[Assigned]:
    held = desk.instep.applications.held_by(app.id, from_path(asked.path("principal")))
    if not held:
        raise NotFound(f"Nobody of that id is assigned to {app.name} directly any more; nothing was changed.")
    return held


def _held_principal(desk: Desk, asked: Asked, app: App) -> Principal:
    held = _held(desk, asked, app)[0]
    return Principal(held.type, held.id, held.name)


def _principal(desk: Desk, chosen: str) -> Principal:
    kind, _, principal_id = chosen.partition(":")
    principal_type = PrincipalType.USER if kind == PrincipalType.USER.value else PrincipalType.GROUP
    found = desk.instep.applications.candidate(principal_type, principal_id)
    if found is None:
        raise NotFound("Somebody who was chosen is not in the directory any more; nothing was changed.")
    return Principal(found.type, found.id, found.name)


def _roles(app: App) -> list[AppRole]:
    return [*(role for role in app.roles if role.is_enabled), DEFAULT_ACCESS]


def _role(app: App, role_id: str) -> AppRole | None:
    return next((role for role in _roles(app) if role.id == role_id), None)


def _first_role(app: App) -> AppRole:
    """The one that an administrator most probably means."""
    roles = _roles(app)
    return next((role for role in roles if role.display_name == "User"), roles[0])
