"""Who is assigned to an application, in Graph's form (rows 10 and 26 to 28)?"""

import base64
from uuid import UUID

from instep.access.graph_permissions import APPLICATIONS_READ, ASSIGNMENTS_WRITE
from instep.admin.applications import Principal, assign, unassign_role
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import bad_request, not_found
from instep.api.lists import answer_count, answer_list, filtered, selection
from instep.api.service_principals import app_of
from instep.api.users import live_user
from instep.clock import to_text
from instep.directory.applications import DEFAULT_ACCESS, App, AppRole, Assignment, PrincipalType

_OF_APP, _OF_USER = "servicePrincipals/{id}/appRoleAssignedTo", "users/{id}/appRoleAssignments"


def operations() -> list[Operation]:
    """Return the operations on assignments."""
    read, write = (*APPLICATIONS_READ, *ASSIGNMENTS_WRITE), ASSIGNMENTS_WRITE
    return [
        Operation("GET", _OF_APP, list_of_app, read, "List who is assigned to an application"),
        Operation("POST", _OF_APP, post_to_app, write, "Assign a user or a group"),
        Operation("GET", f"{_OF_APP}/$count", count_of_app, read, "Count assignments"),
        Operation("GET", f"{_OF_APP}/{{assignment}}", get_of_app, read, "Get an assignment"),
        Operation("DELETE", f"{_OF_APP}/{{assignment}}", delete_of_app, write, "End an assignment"),
        Operation("GET", _OF_USER, list_of_user, read, "List the applications that a user is assigned to"),
        Operation("POST", _OF_USER, post_to_user, write, "Assign a user"),
        Operation("GET", f"{_OF_USER}/{{assignment}}", get_of_user, read, "Get an assignment of a user"),
        Operation("DELETE", f"{_OF_USER}/{{assignment}}", delete_of_user, write, "End an assignment of a user"),
    ]


def list_of_app(call: Call) -> Answer:
    """Return a page of who is assigned to an application."""
    app = app_of(call)
    return answer_list(call, "appRoleAssignments", _shown(call, [(app, each) for each in _assignments(call, app)]))


def count_of_app(call: Call) -> Answer:
    """Return how many assignments an application has."""
    app = app_of(call)
    shown = _shown(call, [(app, each) for each in _assignments(call, app)])
    return answer_count(call, lambda: len(filtered(call, shown)))


def get_of_app(call: Call) -> Answer:
    """Return one assignment."""
    app = app_of(call)
    return _one(call, _assignment(call, [(app, each) for each in _assignments(call, app)]))


def get_of_user(call: Call) -> Answer:
    """Return one assignment of a user."""
    return _one(call, _assignment(call, _of_user(call)))


def _one(call: Call, found: tuple[App, Assignment]) -> Answer:
    (shown,) = _shown(call, [found])
    context = f"{call.base}/$metadata#appRoleAssignments/$entity"
    return Answer(200, {"@odata.context": context} | selection(call)(shown))


def post_to_app(call: Call) -> Answer:
    """Assign whom the body names to the application of the address."""
    return _assigned(call, app_of(call), _principal(call, str(call.document().get("principalId", ""))))


def delete_of_app(call: Call) -> Answer:
    """End one assignment."""
    app = app_of(call)
    return _ended(call, *_assignment(call, [(app, each) for each in _assignments(call, app)]))


def list_of_user(call: Call) -> Answer:
    """Return the direct assignments of a user."""
    return answer_list(call, "appRoleAssignments", _shown(call, _of_user(call)))


def post_to_user(call: Call) -> Answer:
    """Assign the user of the address to the application that the body names."""
    resource = str(call.document().get("resourceId", "")).lower()
    app = next((each for each in call.instep.applications.all() if each.id == resource), None)
    if app is None:
        raise not_found(resource)
    with call.instep.directory.reading() as reading:
        user = live_user(reading, call.parameters["id"])
    return _assigned(call, app, Principal(PrincipalType.USER, user.id, user.user_principal_name))


def delete_of_user(call: Call) -> Answer:
    """End one assignment of a user."""
    return _ended(call, *_assignment(call, _of_user(call)))


def assignment_id(assignment: Assignment) -> str:
    """Return the id as Graph writes one: 32 bytes in base64url, of the principal's id and the assignment's own."""
    content = _little_endian(assignment.principal_id) + _little_endian(assignment.id)
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _little_endian(text: str) -> bytes:
    try:
        return UUID(text).bytes_le
    except ValueError:  # the built-in group, whose id is a word
        return text.encode()[:16].ljust(16, b"\0")


def _assigned(call: Call, app: App, principal: Principal) -> Answer:
    document, instep = call.document(), call.instep
    if str(document.get("resourceId", app.id)).lower() != app.id:
        raise bad_request("resourceId must be the id of the service principal of the address.")
    if str(document.get("principalId", principal.id)).lower() != principal.id:
        raise bad_request("principalId must be the id of the user of the address.")
    role = _role(app, str(document.get("appRoleId", "")))
    if not assign(instep.applications, app, principal, role, instep.clock, instep.new_id, call.caller.name):
        raise bad_request("Permission being assigned already exists on the object")
    made = next(
        each for each in _assignments(call, app) if each.principal_id == principal.id and each.role_id == role.id
    )
    (shown,) = _shown(call, [(app, made)])
    return Answer(201, {"@odata.context": f"{call.base}/$metadata#appRoleAssignments/$entity"} | shown)


def _role(app: App, role_id: str) -> AppRole:
    for role in (*app.roles, DEFAULT_ACCESS):
        if role.id == role_id.lower() and role.is_enabled:
            return role
    raise bad_request("Permission being assigned was not found on application")


def _principal(call: Call, asked: str) -> Principal:
    with call.instep.directory.reading() as reading:
        group = reading.group(asked) or reading.group(asked.lower())
        if group is not None and group.deleted_at is None:
            return Principal(PrincipalType.GROUP, group.id, group.display_name)
        user = live_user(reading, asked)
        return Principal(PrincipalType.USER, user.id, user.user_principal_name)


def _ended(call: Call, app: App, assignment: Assignment) -> Answer:
    unassign_role(call.instep.applications, app, assignment, call.instep.clock, call.caller.name)
    return NO_CONTENT


def _assignments(call: Call, app: App) -> list[Assignment]:
    return list(call.instep.applications.assignments(app.id))


def _of_user(call: Call) -> list[tuple[App, Assignment]]:
    with call.instep.directory.reading() as reading:
        user = live_user(reading, call.parameters["id"])
    return [
        (app, each)
        for app in call.instep.applications.all()
        for each in call.instep.applications.assignments_of(app.id, user.id)
    ]


def _assignment(call: Call, among: list[tuple[App, Assignment]]) -> tuple[App, Assignment]:
    asked = call.parameters["assignment"]
    for app, assignment in among:
        if asked in (assignment_id(assignment), assignment.id):
            return app, assignment
    raise not_found(asked)


def _shown(call: Call, found: list[tuple[App, Assignment]]) -> list[Document]:
    users = [each.principal_id for _, each in found if each.principal_type is PrincipalType.USER]
    groups = {each.principal_id for _, each in found if each.principal_type is PrincipalType.GROUP}
    with call.instep.directory.reading() as reading:
        names = {
            id_: str(user.attributes.get("displayName", user.user_principal_name))
            for begin in range(0, len(users), 500)
            for id_, user in reading.users_with_ids(users[begin : begin + 500]).items()
        }
        for group_id in groups:
            group = reading.group(group_id)
            names[group_id] = group.display_name if group is not None else group_id
    return [_document(app, each, names.get(each.principal_id, each.principal_id)) for app, each in found]


def _document(app: App, assignment: Assignment, name: str) -> Document:
    return {
        "id": assignment_id(assignment),
        "deletedDateTime": None,
        "appRoleId": assignment.role_id,
        "createdDateTime": to_text(assignment.created_at),
        "principalDisplayName": name,
        "principalId": assignment.principal_id,
        "principalType": assignment.principal_type.value,
        "resourceDisplayName": app.name,
        "resourceId": app.id,
    }
