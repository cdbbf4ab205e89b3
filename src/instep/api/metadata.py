"""Which types and sets of entities are there, for programs that read OData's own description (row 59)?"""

from functools import cache

from instep.access.graph_permissions import ANYBODY
from instep.api.calls import Answer, Call, Operation
from instep.api.description import applications, directory
from instep.api.description.bodies import all_structures
from instep.api.description.csdl import metadata_document

_SETS = {
    "users": directory.USER,
    "groups": directory.GROUP,
    "applicationTemplates": applications.GALLERY_TEMPLATE,
    "applications": applications.APPLICATION,
    "servicePrincipals": applications.SERVICE_PRINCIPAL,
    "organization": directory.ORGANIZATION,
    "domains": directory.DOMAIN,
}


def operations() -> list[Operation]:
    """Return the one operation."""
    return [Operation("GET", "$metadata", answer, ANYBODY, "Get the types of all that there is, as XML")]


def answer(_: Call) -> Answer:
    """Return the document."""
    return Answer(200, _document(), {"Content-Type": "application/xml"})


@cache
def _document() -> str:
    return metadata_document(all_structures(), _SETS)
