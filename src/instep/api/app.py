"""Which operations does the API have, and at which routes is it served?"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from instep.api import (
    app_changes,
    application_delta,
    assignments,
    delta,
    directory_objects,
    gallery,
    groups,
    logs,
    members,
    metadata,
    not_offered,
    organization,
    schemas,
    service_principals,
    synchronization,
    templates,
    users,
)
from instep.api.addresses import Addresses
from instep.api.calls import Operation
from instep.api.open_api import open_api_document
from instep.api.serving import VERSIONS, GraphApi
from instep.api.sign_in import SLASHES, sign_in_routes
from instep.wiring import Instep

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def api_operations() -> list[Operation]:
    """Return all operations, but for `$batch`, which does several of them."""
    kinds = (
        users,
        groups,
        members,
        delta,
        application_delta,
        directory_objects,
        gallery,
        service_principals,
        app_changes,
        assignments,
        synchronization,
        templates,
        organization,
        metadata,
        schemas,
        not_offered,
        logs,
    )
    return [operation for kind in kinds for operation in kind.operations()]


def api_routes(instep: Instep) -> list[BaseRoute]:
    """Return the routes of the API over an open installation."""
    operations = api_operations()
    api = GraphApi(instep, Addresses(operations))
    document = JSONResponse(open_api_document(operations))

    async def open_api(_: Request) -> Response:
        return document

    versions = [
        Route(f"{slashes}{version}/{{rest:path}}", api.answer, methods=_METHODS)
        for slashes in SLASHES
        for version in VERSIONS
    ]
    return [Route("/openapi.json", open_api), *versions, *sign_in_routes(instep)]
