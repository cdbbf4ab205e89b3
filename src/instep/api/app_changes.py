"""What of an application is changed by a PATCH, and what says a POST of a service principal (rows 21, 23 and 24)?"""

from typing import Any
from uuid import UUID

from instep.access.graph_permissions import APPLICATIONS_WRITE
from instep.admin.app_properties import change_properties
from instep.admin.app_roles import RoleTexts, replace_roles
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import GraphError, bad_request
from instep.api.service_principals import app_of, shape_application, shape_service_principal
from instep.directory.applications import DEFAULT_ACCESS_ROLE_ID, App, AppRole
from instep.directory.errors import NameTaken

_CHANGEABLE = frozenset({"displayName", "notes", "appRoles"})
_OF_ROLE = frozenset({"id", "displayName", "value", "description", "isEnabled", "allowedMemberTypes", "origin"})
_INSTEAD = {
    "accountEnabled": "An application is always enabled here. To stop its provisioning, POST .../jobs/{id}/pause.",
    "appRoleAssignmentRequired": "Who is provisioned is the job's scope: PUT SyncAll to .../synchronization/secrets.",
    "notificationEmailAddresses": "Nobody signs in through an application here, so no certificate of it expires. "
    "Mails about provisioning go to the Recipients of SyncNotificationSettings: PUT it to .../synchronization/secrets.",
    "tags": "The tags tell that it is of the gallery, and cannot be others.",
}


def operations() -> list[Operation]:
    """Return the operations that change applications."""
    write = APPLICATIONS_WRITE
    return [
        Operation("POST", "servicePrincipals", create, write, "Refused: an application has its service principal"),
        Operation("PATCH", "servicePrincipals/{id}", update, write, "Change a service principal's name, notes, roles"),
        Operation("PATCH", "applications/{id}", update, write, "Change an application's name, notes and app roles"),
    ]


def create(call: Call) -> Answer:
    """Say that there is one already, as an application and its service principal are one thing here."""
    asked = call.document().get("appId")
    if not isinstance(asked, str) or not asked:
        raise bad_request("appId is needed: that of an application. From the gallery, POST .../instantiate.")
    if any(app.id == asked.lower() for app in call.instep.applications.all()):
        message = "The service principal cannot be created, updated, or restored because the service principal name "
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", f"{message}{asked} is already in use.")
    raise bad_request(f"The appId '{asked}' of the service principal does not reference a valid application object.")


def update(call: Call) -> Answer:
    """Give an application another name, other notes or other app roles: all of it, or nothing."""
    instep, actor, document = call.instep, call.caller.name, call.document()
    with instep.together():
        app = app_of(call)
        _check_unchanged(app, document)
        name, notes = document.get("displayName", app.name), document.get("notes", app.notes)
        if not isinstance(name, str) or not isinstance(notes, str | None):
            raise bad_request("displayName and notes take texts.")
        try:
            change_properties(instep.applications, app, name, notes or "", instep.clock, actor)
            if "appRoles" in document:
                wanted = read_roles(app, document["appRoles"])
                _check_free(call, app, set(wanted))
                replace_roles(instep.applications, app, wanted, instep.clock, actor)
        except NameTaken as taken:
            raise bad_request(str(taken)) from None
    return NO_CONTENT


def read_roles(app: App, document: Any) -> dict[str, RoleTexts]:
    """Return the roles of a body by their ids, which are the client's to choose. Raises GraphError."""
    if not isinstance(document, list) or not all(isinstance(each, dict) for each in document):
        raise bad_request("appRoles takes a list of app roles: all that there are to be.")
    known = {role.id: role for role in app.roles}
    roles = [_without_annotations(each) for each in document]
    found = {role_id: _texts(role, known.get(role_id)) for role in roles for role_id in (_id_of(role),)}
    if len(found) < len(roles):
        raise bad_request("Two app roles have the same id.")
    return found


def _check_unchanged(app: App, document: Document) -> None:
    """Raise GraphError where a body wants of a property that it be what it cannot be."""
    present = {**shape_application(app), **shape_service_principal(app)}
    for name in sorted(set(document) - _CHANGEABLE):
        if name not in present or document[name] != present[name]:
            instead = _INSTEAD.get(name, "displayName, notes and appRoles can.")
            raise bad_request(f"Property '{name}' cannot be changed here. {instead}")


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


def _texts(role: Document, before: AppRole | None) -> RoleTexts:
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
