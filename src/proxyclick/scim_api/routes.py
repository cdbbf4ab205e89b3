"""Which paths does the SCIM service have?"""

from collections.abc import Callable, Mapping, Sequence

import orjson
from starlette.routing import BaseRoute, Route

from instep.scim.discovery import resource_type, schema_documents, service_provider_config
from instep.scim.errors import NotFound, NotProvided
from proxyclick.integrations.marketplace import SCIM_PATH, tenant_url
from proxyclick.people.tenant_settings import TenantSettings
from proxyclick.scim_api.bulk import bulk_answer
from proxyclick.scim_api.discovery import SERVICE, Collection
from proxyclick.scim_api.endpoint import Answer, Endpoint, Gate, open_gate
from proxyclick.scim_api.endpoints import ResourceEndpoints
from proxyclick.scim_api.listing import Listing
from proxyclick.scim_api.requests import ScimRequest, ScimResponse
from proxyclick.scim_api.resources import ResourceType
from proxyclick.scim_api.walks import Walks


def scim_routes(
    types: Sequence[ResourceType], gate: Gate, site: str, settings: Callable[[], TenantSettings]
) -> list[BaseRoute]:
    """The routes of a service for these types; `site` is the scheme, host and port that locations begin with."""
    address = tenant_url(site)
    answers = [ResourceEndpoints(served, address + served.endpoint, settings) for served in types]
    walks = Walks(types[0].clock)
    bulk = {"POST": bulk_answer(answers)}
    everything = Listing(answers, walks, settings)
    routes = []
    for each in answers:
        listing = Listing([each], walks, settings)
        routes += _resource_routes(each, listing, bulk, gate)
    routes += [
        _route("/Bulk", gate, bulk),
        _route("/.search", gate, {"POST": everything.by_body}),
        _route("", gate, {"GET": everything.by_address}),
        *_discovery_routes(types, address),
    ]
    # Seen: /Users/?filter=...
    with_slash = [Route(f"{route.path}/", route.endpoint) for route in routes]
    return [*routes, *with_slash, *_refusing_routes(gate)]


def _resource_routes(
    answers: ResourceEndpoints, listing: Listing, bulk: Mapping[str, Answer], gate: Gate
) -> list[Route]:
    endpoint = answers.resources.endpoint
    each = {"GET": answers.read, "PATCH": answers.patch, "PUT": answers.replace, "DELETE": answers.delete}
    return [
        _route(endpoint, gate, {"GET": listing.by_address, "POST": answers.create}),
        _route(f"{endpoint}/.search", gate, {"POST": listing.by_body}),
        _route(f"{endpoint}/Bulk", gate, bulk),  # seen in place of /Bulk
        _route(f"{endpoint}/{{id}}", gate, each),
    ]


def _discovery_routes(types: Sequence[ResourceType], address: str) -> list[Route]:
    kinds = Collection([resource_type(served.name, served.endpoint, served.schema, address) for served in types])
    schemas = Collection(schema_documents([served.schema for served in types], address))
    config = orjson.dumps(service_provider_config(SERVICE, address))

    async def service_provider(_: ScimRequest) -> ScimResponse:
        return ScimResponse(config)

    # Readable without a token: a client must be able to learn how to authenticate.
    return [
        _route("/ServiceProviderConfig", open_gate, {"GET": service_provider}),
        _route("/serviceConfiguration", open_gate, {"GET": service_provider}),  # as Microsoft's collection asks
        _route("/ResourceTypes", open_gate, {"GET": kinds.listing}),
        _route("/ResourceTypes/{id}", open_gate, {"GET": kinds.read}),
        _route("/Schemas", open_gate, {"GET": schemas.listing}),
        _route("/Schemas/{id}", open_gate, {"GET": schemas.read}),
    ]


def _refusing_routes(gate: Gate) -> list[BaseRoute]:
    every = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    not_provided = Endpoint(gate, dict.fromkeys(every, _not_provided))
    unknown = Endpoint(gate, dict.fromkeys(every, _unknown))
    return [
        Route(f"{SCIM_PATH}/Me", not_provided),
        Route(f"{SCIM_PATH}/{{rest:path}}", unknown),
    ]


def _route(path: str, gate: Gate, methods: Mapping[str, Answer]) -> Route:
    return Route(SCIM_PATH + path, Endpoint(gate, methods))


async def _not_provided(request: ScimRequest) -> ScimResponse:
    raise NotProvided(f"{request.path} is part of SCIM that this tenant does not provide.")


async def _unknown(request: ScimRequest) -> ScimResponse:
    path = request.path.removeprefix(SCIM_PATH)
    if path.lower().startswith("/groups"):
        raise NotFound("Proxyclick has no groups to provision: turn the mapping of groups off.")
    raise NotFound(f"There is nothing at {path or '/'!r} of this SCIM service.")
