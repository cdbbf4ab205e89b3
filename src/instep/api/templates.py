"""Which template has an application's job, in Graph's form (graph-api.md 1.4; rows 31 and 32)?"""

from instep.access.graph_permissions import SYNCHRONIZATION_READ
from instep.api.calls import Answer, Call, Document, Operation
from instep.api.errors import not_found
from instep.api.lists import answer_count, answer_list
from instep.api.service_principals import app_of
from instep.directory.applications import App
from instep.gallery.templates import CUSTOM_SCIM, load_template

OWNERS = ("servicePrincipals", "applications")
"""A template is found below both, which are one thing here."""
_NON_GALLERY = "scim"


def operations() -> list[Operation]:
    """Return the operations on templates."""
    read = SYNCHRONIZATION_READ
    return [
        operation
        for owner in OWNERS
        for base in (f"{owner}/{{id}}/synchronization/templates",)
        for operation in (
            Operation("GET", base, templates, read, "List templates: an application has one"),
            Operation("GET", f"{base}/$count", count, read, "Count templates"),
            Operation("GET", f"{base}/{{template}}", template, read, "Get the template"),
        )
    ]


def templates(call: Call) -> Answer:
    """Return the one template."""
    return answer_list(call, _context(call), [shape_template(app_of(call))])


def count(call: Call) -> Answer:
    """Return how many templates there are."""
    app_of(call)
    return answer_count(call, lambda: 1)


def template(call: Call) -> Answer:
    """Return the template by its id."""
    found = shape_template(template_app(call))
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#{_context(call)}/$entity"} | found)


def template_app(call: Call) -> App:
    """Return the application of the address, whose template is that of the address, too. Raises GraphError."""
    app = app_of(call)
    if call.parameters["template"].lower() not in (str(shape_template(app)["id"]).lower(), app.template_id.lower()):
        raise not_found(call.parameters["template"])
    return app


def shape_template(app: App) -> Document:
    """Return the template of an application."""
    found = load_template(app.template_id)
    is_custom = found.id == CUSTOM_SCIM
    return {
        "id": _NON_GALLERY if is_custom else found.id,
        "applicationId": app.id,
        "default": True,
        "description": found.name,
        "discoverable": True,
        "factoryTag": "CustomSCIM",
        "metadata": [{"key": "GalleryApplicationKey", "value": found.id}],
        "schema": None,
    }


def _context(call: Call) -> str:
    return f"servicePrincipals('{call.parameters['id']}')/synchronization/templates"
