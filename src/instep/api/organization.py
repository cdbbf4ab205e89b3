"""What do programs ask about the tenant itself before they begin (graph-api.md 1.2, row 58)?"""

from uuid import NAMESPACE_DNS, uuid5

from instep.access.graph_permissions import ANYBODY
from instep.api.calls import Answer, Call, Document, Operation
from instep.api.errors import not_found
from instep.api.lists import answer_list, selection
from instep.directory.searching import Wish

TENANT_ID = str(uuid5(NAMESPACE_DNS, "tenant.instep"))
"""An installation is one tenant, and whatever a client writes for its tenant is this one."""


def operations() -> list[Operation]:
    """Return the operations."""
    return [
        Operation("GET", "organization", organizations, ANYBODY, "List organizations: there is one"),
        Operation("GET", "organization/{id}", organization, ANYBODY, "Get the organization"),
        Operation("GET", "domains", domains, ANYBODY, "List domains: the one of the directory's users"),
    ]


def organizations(call: Call) -> Answer:
    """Return the one organization."""
    return answer_list(call, "organization", [_organization(call)])


def organization(call: Call) -> Answer:
    """Return the organization by its id."""
    if call.parameters["id"].lower() != TENANT_ID:
        raise not_found(call.parameters["id"])
    return Answer(
        200, {"@odata.context": f"{call.base}/$metadata#organization/$entity"} | selection(call)(_organization(call))
    )


def domains(call: Call) -> Answer:
    """Return the domain of the first user; there is none while there are no users."""
    name = _domain(call)
    shown = {
        "id": name,
        "authenticationType": "Managed",
        "isDefault": True,
        "isInitial": True,
        "isRoot": True,
        "isVerified": True,
        "supportedServices": [],
    }
    return answer_list(call, "domains", [shown] if name else [])


def _organization(call: Call) -> Document:
    name = _domain(call)
    verified = {"name": name, "isDefault": True, "isInitial": True, "type": "Managed", "capabilities": ""}
    return {
        "id": TENANT_ID,
        "displayName": name or "Instep",
        "tenantType": "AAD",
        "createdDateTime": None,
        "deletedDateTime": None,
        "countryLetterCode": None,
        "onPremisesSyncEnabled": None,
        "assignedPlans": [],
        "verifiedDomains": [verified] if name else [],
    }


def _domain(call: Call) -> str:
    with call.instep.directory.reading() as reading:
        found = reading.search.users(Wish(), None, 1).users
    return found[0].user_principal_name.partition("@")[2] if found else ""
