"""Which paths does the SCIM service have?"""

from collections.abc import Mapping, Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from instep.scim.errors import NotFound, NotProvided
from proxyclick.integrations.marketplace import SCIM_PATH, tenant_url
from proxyclick.scim_api.discovery import Collection, resource_type, schema_documents, service_provider_config
from proxyclick.scim_api.endpoint import Answer, Endpoint, Gate, open_gate, scim_response
from proxyclick.scim_api.endpoints import ResourceEndpoints, search_of_all
from proxyclick.scim_api.resources import ResourceType


def scim_routes(types: Sequence[ResourceType], gate: Gate, site: str) -> list[BaseRoute]:
    """The routes of a service for these types; `site` is the scheme, host and port that locations begin with."""
    address = tenant_url(site)
    answers = [ResourceEndpoints(served, address + served.endpoint) for served in types]
    routes = [route for each in answers for route in _resource_routes(each, gate)]
    routes.append(_route("/.search", gate, {"POST": search_of_all(answers)}))
    return [*routes, *_discovery_routes(types, address), *_refusing_routes(gate)]


def _resource_routes(answers: ResourceEndpoints, gate: Gate) -> list[BaseRoute]:
    endpoint = answers.resources.endpoint
    each = {"GET": answers.read, "PATCH": answers.patch, "PUT": answers.replace, "DELETE": answers.delete}
    return [
        _route(endpoint, gate, {"GET": answers.listing, "POST": answers.create}),
        _route(f"{endpoint}/.search", gate, {"POST": answers.search}),
        _route(f"{endpoint}/{{id}}", gate, each),
    ]


def _discovery_routes(types: Sequence[ResourceType], address: str) -> list[BaseRoute]:
    kinds = Collection([resource_type(served.name, served.endpoint, served.schema, address) for served in types])
    schemas = Collection(schema_documents([served.schema for served in types], address))
    config = orjson.dumps(service_provider_config(address))

    async def service_provider(_: Request) -> Response:
        return scim_response(config)

    # Readable without a token: a client must be able to learn how to authenticate.
    return [
        _route("/ServiceProviderConfig", open_gate, {"GET": service_provider}),
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
        Route(f"{SCIM_PATH}/Bulk", not_provided),
        Route(f"{SCIM_PATH}/Me", not_provided),
        Route(SCIM_PATH, unknown),
        Route(f"{SCIM_PATH}/{{rest:path}}", unknown),
    ]


def _route(path: str, gate: Gate, methods: Mapping[str, Answer]) -> Route:
    return Route(SCIM_PATH + path, Endpoint(gate, methods))


async def _not_provided(request: Request) -> Response:
    raise NotProvided(f"{request.url.path} is part of SCIM that this tenant does not provide.")


async def _unknown(request: Request) -> Response:
    path = request.url.path.removeprefix(SCIM_PATH)
    if path.lower().startswith("/groups"):
        raise NotFound("Proxyclick has no groups to provision: turn the mapping of groups off.")
    raise NotFound(f"There is nothing at {path or '/'!r} of this SCIM service.")
