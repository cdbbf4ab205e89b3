"""What of an application is changed by a PATCH, and what does a POST of a service principal (rows 21, 23 and 24)?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from instep.access.graph_permissions import APPLICATIONS_WRITE
from instep.admin.app_properties import save_properties
from instep.admin.app_roles import RoleTexts, replace_roles
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Handler, Operation
from instep.api.errors import GraphError, bad_request
from instep.api.gallery import instantiated, is_template
from instep.api.service_principals import app_of, shape_application, shape_service_principal
from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID, App, AppRole
from instep.directory.errors import NameTaken

_OF_BOTH = frozenset({"displayName", "notes", "tags", "appRoles"})
_CHANGEABLE: Mapping[str, frozenset[str]] = {
    "applications": _OF_BOTH,
    "servicePrincipals": _OF_BOTH | {"accountEnabled", "appRoleAssignmentRequired", "notificationEmailAddresses"},
}
_OF_ROLE = frozenset({"id", "displayName", "value", "description", "isEnabled", "allowedMemberTypes", "origin"})


def operations() -> list[Operation]:
    """Return the operations that change applications."""
    write = APPLICATIONS_WRITE
    return [
        Operation("POST", "servicePrincipals", create, write, "Add an application by the id of its template"),
        Operation(
            "PATCH", "servicePrincipals/{id}", update_of("servicePrincipals"), write, "Change a service principal"
        ),
        Operation(
            "PATCH",
            "applications/{id}",
            update_of("applications"),
            write,
            "Change an application's name, notes, tags and app roles",
        ),
    ]


def create(call: Call) -> Answer:
    """Add an application from the gallery by the id of its template, which stands for the publisher's application.

    One that is there has its service principal: both are one thing here.
    """
    asked = call.document().get("appId")
    if not isinstance(asked, str) or not asked:
        raise bad_request("appId is needed: the id of an application template.")
    if any(app.id == asked.lower() for app in call.instep.applications.all()):
        message = "The service principal cannot be created, updated, or restored because the service principal name "
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", f"{message}{asked} is already in use.")
    if not is_template(asked):
        message = f"The appId '{asked}' of the service principal does not reference a valid application object."
        raise bad_request(message)
    app = instantiated(call, asked)
    shown = shape_service_principal(app)
    headers = {"Location": f"{call.base}/servicePrincipals/{app.id}"}
    return Answer(201, {"@odata.context": f"{call.base}/$metadata#servicePrincipals/$entity"} | shown, headers)


def update_of(kind: str) -> Handler:
    """Return what changes an application's properties and app roles: all that a body says, or nothing."""

    def answer(call: Call) -> Answer:
        instep, actor, document = call.instep, call.caller.name, call.document()
        with instep.together():
            app = app_of(call)
            _check_unchanged(app, document, _CHANGEABLE[kind])
            try:
                save_properties(instep.applications, app, _changed(app, document), instep.clock, actor)
                if "appRoles" in document:
                    wanted = read_roles(app, document["appRoles"])
                    _check_free(call, app, set(wanted))
                    replace_roles(instep.applications, app, wanted, instep.clock, actor)
            except NameTaken as taken:
                raise bad_request(str(taken)) from None
        return NO_CONTENT

    return answer


def _changed(app: App, document: Document) -> App:
    """The application with what a body says of it. Raises GraphError."""
    return replace(
        app,
        name=_given(document, "displayName", app.name, str),
        notes=_given(document, "notes", app.notes, str | None) or "",
        is_enabled=_given(document, "accountEnabled", app.is_enabled, bool),
        is_assignment_required=_given(document, "appRoleAssignmentRequired", app.is_assignment_required, bool),
        tags=_texts(document, "tags", app.tags),
        notification_emails=_texts(document, "notificationEmailAddresses", app.notification_emails),
    )


def _given(document: Document, name: str, otherwise: Any, kind: Any) -> Any:
    value = document.get(name, otherwise)
    if not isinstance(value, kind):
        raise bad_request(f"{name} takes {'true or false' if kind is bool else 'a text'}.")
    return value


def _texts(document: Document, name: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    value = document.get(name, otherwise)
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise bad_request(f"{name} takes a list of texts.")
    return tuple(value)


def read_roles(app: App, document: Any) -> dict[str, RoleTexts]:
    """Return the roles of a body by their ids, which are the client's to choose. Raises GraphError."""
    if not isinstance(document, list) or not all(isinstance(each, dict) for each in document):
        raise bad_request("appRoles takes a list of app roles: all that there are to be.")
    known = {role.id: role for role in app.roles}
    roles = [_without_annotations(each) for each in document]
    found = {role_id: _role_texts(role, known.get(role_id)) for role in roles for role_id in (_id_of(role),)}
    if len(found) < len(roles):
        raise bad_request("Two app roles have the same id.")
    return found


def _check_unchanged(app: App, document: Document, changeable: frozenset[str]) -> None:
    """Raise GraphError where a body wants of a property that it be what it cannot be."""
    present = {**shape_application(app), **shape_service_principal(app)}
    for name in sorted(set(document) - changeable):
        if name not in present or document[name] != present[name]:
            raise bad_request(f"Property '{name}' cannot be changed here. These can: {', '.join(sorted(changeable))}.")


def _check_free(call: Call, app: App, ids: set[str]) -> None:
    others = {role.id: each for each in call.instep.applications.all() if each.id != app.id for role in each.roles}
    for role_id in sorted(ids & others.keys()):
        raise bad_request(f"The id {role_id} is that of an app role of {others[role_id].name}; choose another.")


def _without_annotations(role: Document) -> Document:
    kept = {name: value for name, value in role.items() if "@odata." not in name}
    if unknown := set(kept) - _OF_ROLE:
        raise bad_request(f"There is no property '{min(unknown)}' of an app role here.")
    return kept


def _id_of(role: Document) -> str:
    try:
        found = str(UUID(role["id"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise bad_request("Every app role has an id, which is a GUID; for a new one, choose it.") from None
    if found == DEFAULT_ACCESS_ROLE_ID:
        raise bad_request("The id of zeros is Default Access, which is built in and not among the app roles.")
    return found


def _role_texts(role: Document, before: AppRole | None) -> RoleTexts:
    name, value = role.get("displayName"), role.get("value")
    description, is_enabled = role.get("description"), role.get("isEnabled", True)
    if not isinstance(name, str) or not isinstance(value, str | None) or not isinstance(description, str | None):
        raise bad_request("displayName, value and description of an app role take texts; displayName is needed.")
    if not isinstance(is_enabled, bool):
        raise bad_request("isEnabled of an app role is true or false.")
    if role.get("allowedMemberTypes", ["User"]) != ["User"]:
        raise bad_request('allowedMemberTypes is ["User"] here: users and groups can be assigned, programs cannot.')
    if before is not None and not before.description and description == before.display_name:
        description = ""  # shown instead of none; what was read is sent back
    return RoleTexts(name, value or "", description or "", is_enabled)
