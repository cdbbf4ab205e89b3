"""How is an application shown as Graph's servicePrincipal and application (graph-api.md 1.3; rows 21 to 25 and 29)?

Both are one thing in Instep. They have one id, which is the appId, too.
"""

from collections.abc import Mapping
from typing import Any

from instep.access.graph_permissions import APPLICATIONS_READ, APPLICATIONS_WRITE
from instep.admin.app_owners import add_owner
from instep.admin.deletion import delete_application
from instep.admin.users import find_user
from instep.api.calls import NO_CONTENT, Answer, Call, Document, Operation
from instep.api.errors import bad_request, not_found
from instep.api.lists import answer_count, answer_list, filtered, selection
from instep.api.references import referred_id
from instep.api.user_shape import shape_user
from instep.clock import to_text
from instep.directory.applications import App, AppRole

_EMPTY: Mapping[str, Any] = {
    "deletedDateTime": None,
    "disabledByMicrosoftStatus": None,
    "homepage": None,
    "loginUrl": None,
    "logoutUrl": None,
    "preferredSingleSignOnMode": None,
    "replyUrls": [],
    "oauth2PermissionScopes": [],
    "keyCredentials": [],
    "passwordCredentials": [],
    "addIns": [],
    "alternativeNames": [],
    "info": {"logoUrl": None, "marketingUrl": None, "privacyStatementUrl": None, "supportUrl": None},
}


def operations() -> list[Operation]:
    """Return the operations on service principals and applications."""
    both = [
        operation
        for kind, words in (("servicePrincipals", "a service principal"), ("applications", "an application"))
        for operation in (
            Operation("GET", kind, list_of(kind), APPLICATIONS_READ, f"List {words.partition(' ')[2]}s"),
            Operation("GET", f"{kind}/$count", count_of(kind), APPLICATIONS_READ, f"Count {words.partition(' ')[2]}s"),
            Operation("GET", f"{kind}/{{id}}", get_of(kind), APPLICATIONS_READ, f"Get {words} by id or appId"),
            Operation("DELETE", f"{kind}/{{id}}", delete, APPLICATIONS_WRITE, f"Delete {words}, with its job"),
        )
    ]
    return [
        *both,
        Operation("GET", "servicePrincipals/{id}/owners", owners, APPLICATIONS_READ, "List owners"),
        Operation("POST", "servicePrincipals/{id}/owners/$ref", post_owner, APPLICATIONS_WRITE, "Add an owner"),
    ]


def list_of(kind: str) -> Any:
    """Return what lists them."""

    def answer(call: Call) -> Answer:
        return answer_list(call, kind, [_SHAPES[kind](app) for app in call.instep.applications.all()])

    return answer


def count_of(kind: str) -> Any:
    """Return what counts them."""

    def answer(call: Call) -> Answer:
        shown = [_SHAPES[kind](app) for app in call.instep.applications.all()]
        return answer_count(call, lambda: len(filtered(call, shown)))

    return answer


def get_of(kind: str) -> Any:
    """Return what shows one."""

    def answer(call: Call) -> Answer:
        shown = selection(call)(_SHAPES[kind](app_of(call)))
        return Answer(200, {"@odata.context": f"{call.base}/$metadata#{kind}/$entity"} | shown)

    return answer


async def delete(call: Call) -> Answer:
    """Delete an application with its job and its assignments, for good; accounts stay as they are."""
    await delete_application(call.instep.service, app_of(call), call.caller.name)
    return NO_CONTENT


def owners(call: Call) -> Answer:
    """Return who answers for an application."""
    owned = call.instep.applications.owners(app_of(call).id)
    with call.instep.directory.reading() as reading:
        known = reading.users_with_ids([each.user_id for each in owned])
    shown = [{"@odata.type": "#microsoft.graph.user"} | shape_user(user) for user in known.values()]
    return answer_list(call, "directoryObjects", shown)


def post_owner(call: Call) -> Answer:
    """Make a user an owner."""
    app, instep = app_of(call), call.instep
    with instep.directory.reading() as reading:
        user = find_user(reading, referred_id(call))
    if not add_owner(instep.applications, app, user, instep.clock, call.caller.name):
        message = "One or more added object references already exist for the following modified properties: 'owners'."
        raise bad_request(message)
    return NO_CONTENT


def app_of(call: Call) -> App:
    """Return the application of the address, by id or `appId='...'`; names may change. Raises GraphError."""
    asked = call.parameters["id"]
    wanted = asked.partition("appId='")[2].removesuffix("'") if asked.startswith("appId='") else asked
    for app in call.instep.applications.all():
        if app.id == wanted.lower():
            return app
    raise not_found(wanted)


def shape_service_principal(app: App) -> Document:
    """Return an application as a servicePrincipal with every property."""
    from instep.api.gallery import graph_id

    return {
        **_EMPTY,
        "id": app.id,
        "accountEnabled": app.is_enabled,
        "appId": app.id,
        "appDisplayName": app.name,
        "applicationTemplateId": graph_id(app.template_id),
        "appOwnerOrganizationId": None,
        "appRoleAssignmentRequired": app.is_assignment_required,
        "appRoles": [shape_role(role) for role in app.roles],
        "createdDateTime": to_text(app.created_at),
        "displayName": app.name,
        "notes": app.notes or None,
        "notificationEmailAddresses": list(app.notification_emails),
        "servicePrincipalNames": [app.id],
        "servicePrincipalType": "Application",
        "tags": list(app.tags),
    }


def shape_application(app: App) -> Document:
    """Return an application as an application with every property."""
    from instep.api.gallery import graph_id

    return {
        "id": app.id,
        "appId": app.id,
        "applicationTemplateId": graph_id(app.template_id),
        "createdDateTime": to_text(app.created_at),
        "deletedDateTime": None,
        "displayName": app.name,
        "notes": app.notes or None,
        "identifierUris": [],
        "publisherDomain": None,
        "signInAudience": "AzureADMyOrg",
        "tags": list(app.tags),
        "appRoles": [shape_role(role) for role in app.roles],
        "api": {},
        "info": _EMPTY["info"],
        "web": {"redirectUris": []},
    }


def shape_role(role: AppRole) -> Document:
    """Return an app role."""
    return {
        "id": role.id,
        "allowedMemberTypes": ["User"],
        "displayName": role.display_name,
        "description": role.description or role.display_name,
        "isEnabled": role.is_enabled,
        "origin": "Application",
        "value": role.value or None,
    }


_SHAPES: Mapping[str, Any] = {"servicePrincipals": shape_service_principal, "applications": shape_application}
