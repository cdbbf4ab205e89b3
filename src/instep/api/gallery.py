"""How is the gallery shown in Graph's form, and how is an application added from it (rows 19 and 20)?"""

from functools import cache
from uuid import NAMESPACE_DNS, uuid5

from instep.access.graph_permissions import ANYBODY, APPLICATIONS_WRITE
from instep.admin.applications import add_app
from instep.api.calls import Answer, Call, Document, Operation
from instep.api.errors import bad_request, not_found
from instep.api.lists import answer_count, answer_list, filtered, selection
from instep.api.service_principals import shape_application, shape_service_principal
from instep.directory.applications import App
from instep.directory.errors import NameTaken
from instep.gallery.templates import CUSTOM_SCIM, TemplateSummary, load_template, search

NON_GALLERY_ID = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"
"""The id that scripts know the custom application's template by (graph-api.md 1.2, row 20)."""


def operations() -> list[Operation]:
    """Return the operations on application templates. What is in the gallery is no secret."""
    return [
        Operation("GET", "applicationTemplates", list_templates, ANYBODY, "List the applications of the gallery"),
        Operation("GET", "applicationTemplates/$count", count, ANYBODY, "Count the applications of the gallery"),
        Operation("GET", "applicationTemplates/{id}", get, ANYBODY, "Get an application of the gallery"),
        Operation(
            "POST", "applicationTemplates/{id}/instantiate", instantiate, APPLICATIONS_WRITE, "Add it from the gallery"
        ),
    ]


def list_templates(call: Call) -> Answer:
    """Return a page of the gallery."""
    return answer_list(call, "applicationTemplates", _all())


def count(call: Call) -> Answer:
    """Return how many applications the gallery has."""
    return answer_count(call, lambda: len(filtered(call, _all())))


def get(call: Call) -> Answer:
    """Return one application of the gallery, by Graph's id or by Instep's."""
    found = _document(template_of(call.parameters["id"]))
    context = f"{call.base}/$metadata#applicationTemplates/$entity"
    return Answer(200, {"@odata.context": context} | selection(call)(found))


def instantiate(call: Call) -> Answer:
    """Add an application from the gallery; the service principal is there at once."""
    app = instantiated(call, call.parameters["id"])
    shown = {"application": shape_application(app), "servicePrincipal": shape_service_principal(app)}
    context = f"{call.base}/$metadata#microsoft.graph.applicationServicePrincipal"
    return Answer(201, {"@odata.context": context, **shown})


def instantiated(call: Call, asked: str) -> App:
    """Add the application of a template, by the name that the body gives. Raises GraphError or NameTaken."""
    template_id = template_of(asked).id
    name = call.document().get("displayName")
    if name is not None and not isinstance(name, str):
        raise bad_request("displayName takes a text.")
    instep = call.instep
    try:
        app, _ = add_app(instep.applications, template_id, name or None, instep.clock, instep.new_id, call.caller.name)
    except NameTaken as taken:
        raise bad_request(str(taken), target="displayName") from None
    return app


def is_template(asked: str) -> bool:
    """Whether an application template has this id, of Graph or of Instep."""
    return asked.lower() in _ids()


def template_of(asked: str) -> TemplateSummary:
    """Return the application of the gallery with that id. Raises GraphError."""
    known = _ids().get(asked.lower())
    if known is None:
        raise not_found(asked)
    return known


def graph_id(template_id: str) -> str:
    """Return the GUID by which Graph's clients know a template: always the same one for the same application."""
    return NON_GALLERY_ID if template_id == CUSTOM_SCIM else str(uuid5(NAMESPACE_DNS, f"{template_id}.gallery.instep"))


@cache
def _ids() -> dict[str, TemplateSummary]:
    found = {summary.id.lower(): summary for summary in search("")}
    return found | {graph_id(summary.id): summary for summary in found.values()}


@cache
def _all() -> tuple[Document, ...]:
    return tuple(map(_document, search("")))


def _document(summary: TemplateSummary) -> Document:
    template = load_template(summary.id)
    return {
        "id": graph_id(summary.id),
        "displayName": summary.name,
        "homePageUrl": None,
        "supportedSingleSignOnModes": [],
        "supportedProvisioningTypes": ["sync"] if summary.supports_users else [],
        "logoUrl": None,
        "categories": [],
        "publisher": None,
        "description": " ".join(template.notes) or None,
        "deprecationDate": None,
        "isEntraIntegrated": None,
        "lastModifiedDateTime": None,
    }
