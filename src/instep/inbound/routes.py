"""Which paths does the inbound SCIM service have?"""

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType

import orjson
from starlette.routing import BaseRoute, Route

from instep.access.graph_permissions import GROUPS_READ, GROUPS_WRITE, USERS_READ, USERS_WRITE
from instep.inbound import groups, users
from instep.inbound.calls import Answer, Call
from instep.inbound.listing import DEFAULT_PAGE, MAX_PAGE, Kind, by_address, by_body
from instep.inbound.schemas import GROUPS, USERS
from instep.inbound.serving import PREFIX, Endpoint, Method
from instep.scim.bodies import MAX_BODY_BYTES
from instep.scim.discovery import Document, Service, resource_type, schema_documents, service_provider_config
from instep.scim.errors import NotFound, NotProvided
from instep.scim.messages import list_response
from instep.wiring import Instep

SERVICE = Service(
    token="An API token of an administrator, or the access token of a registered client.",  # noqa: S106
    default_page=DEFAULT_PAGE,
    max_page=MAX_PAGE,
    max_body_bytes=MAX_BODY_BYTES,
)
_ALL = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def inbound_routes(instep: Instep) -> list[BaseRoute]:
    """Return the routes over an open installation."""
    paths = {
        **_paths("/Users", users, (USERS_READ,), (USERS_WRITE,)),
        **_paths("/Groups", groups, (GROUPS_READ,), (GROUPS_WRITE,)),
        "/.search": {"POST": Method(by_body(_KINDS), (USERS_READ, GROUPS_READ), reads_body=True)},
        "": {"GET": Method(by_address(_KINDS), (USERS_READ, GROUPS_READ))},
        **_DISCOVERY,
        "/Me": dict.fromkeys(_ALL, Method(_me)),
        "/Bulk": dict.fromkeys(_ALL, Method(_bulk)),
    }
    endpoints = {path: Endpoint(instep, methods) for path, methods in paths.items()}
    routes = [Route(PREFIX + path, endpoint) for path, endpoint in endpoints.items()]
    # Seen: /Users/?filter=...
    with_slash = [Route(f"{PREFIX}{path}/", endpoint) for path, endpoint in endpoints.items()]
    unknown = Endpoint(instep, dict.fromkeys(_ALL, Method(_unknown)))
    return [*routes, *with_slash, Route(f"{PREFIX}/{{rest:path}}", unknown)]


Permissions = tuple[tuple[str, ...], ...]


def _paths(
    endpoint: str, kind: ModuleType, reads: Permissions, writes: Permissions
) -> Mapping[str, Mapping[str, Method]]:
    """Those of one type of resource."""
    listed: Sequence[Kind] = [kind.KIND]
    return {
        endpoint: {"GET": Method(by_address(listed), reads), "POST": Method(kind.create, writes, reads_body=True)},
        f"{endpoint}/.search": {"POST": Method(by_body(listed), reads, reads_body=True)},
        f"{endpoint}/{{id}}": {
            "GET": Method(kind.read, reads),
            "PUT": Method(kind.replace, writes, reads_body=True),
            "PATCH": Method(kind.patch, writes, reads_body=True),
            "DELETE": Method(kind.delete, writes),
        },
    }


def _documents(of_address: Callable[[str], Sequence[Document]]) -> Mapping[str, Method]:
    """All documents of a kind; a query is left aside."""
    return {
        "GET": Method(lambda call: Answer(200, orjson.dumps(list_response(of_address(call.address)))), is_open=True)
    }


def _document(of_address: Callable[[str], Sequence[Document]]) -> Mapping[str, Method]:
    """One document by its id."""

    def answer(call: Call) -> Answer:
        found = (each for each in of_address(call.address) if each["id"].lower() == call.resource_id.lower())
        document = next(found, None)
        if document is None:
            raise NotFound(f"There is no {call.resource_id!r} here.")
        return Answer(200, orjson.dumps(document))

    return {"GET": Method(answer, is_open=True)}


def _schemas(address: str) -> Sequence[Document]:
    return schema_documents([USERS, GROUPS], address)


def _types(address: str) -> Sequence[Document]:
    return [resource_type("User", "/Users", USERS, address), resource_type("Group", "/Groups", GROUPS, address)]


def _config(call: Call) -> Answer:
    return Answer(200, orjson.dumps(service_provider_config(SERVICE, call.address)))


def _me(_: Call) -> Answer:
    raise NotProvided("A token is a program's, and no person's: there is no /Me.")


def _bulk(_: Call) -> Answer:
    raise NotProvided("Bulk requests are not taken here; send the operations one by one.")


def _unknown(call: Call) -> Answer:
    raise NotFound(f"There is nothing at this path of {call.address}.")


_KINDS = (users.KIND, groups.KIND)
# Readable without a token: a client must be able to learn how to authenticate.
_DISCOVERY: Mapping[str, Mapping[str, Method]] = {
    "/ServiceProviderConfig": {"GET": Method(_config, is_open=True)},
    "/ResourceTypes": _documents(_types),
    "/ResourceTypes/{id}": _document(_types),
    "/Schemas": _documents(_schemas),
    "/Schemas/{id}": _document(_schemas),
}
