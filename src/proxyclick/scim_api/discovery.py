"""What does the tenant say that it can do (RFC 7644, 4)? Only what is so."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from instep.scim.errors import NotFound
from instep.scim.messages import (
    RESOURCE_TYPE_URN,
    SCHEMA_URN,
    SERVICE_PROVIDER_CONFIG_URN,
    list_response,
)
from instep.scim.schemas import ResourceSchema
from proxyclick.scim_api.bulk import MAX_OPERATIONS
from proxyclick.scim_api.endpoint import scim_response
from proxyclick.scim_api.pages import DEFAULT_PAGE, MAX_PAGE
from proxyclick.scim_api.reading import MAX_BODY_BYTES
from proxyclick.scim_api.walks import CURSOR_TIMEOUT_SECONDS

Document = Mapping[str, Any]


class Collection:
    """Documents that never change, answered all together or one by its id."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._all = orjson.dumps(list_response(documents))
        self._one = {document["id"].lower(): orjson.dumps(document) for document in documents}

    async def listing(self, _: Request) -> Response:
        """All of them; a query is left aside."""
        return scim_response(self._all)

    async def read(self, request: Request) -> Response:
        """One of them. Raises NotFound."""
        body = self._one.get(request.path_params["id"].lower())
        if body is None:
            raise NotFound(f"There is no {request.path_params['id']!r} here.")
        return scim_response(body)


def service_provider_config(address: str) -> Document:
    """What of the protocol is served."""
    return {
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "patch": {"supported": True},
        "bulk": {"supported": True, "maxOperations": MAX_OPERATIONS, "maxPayloadSize": MAX_BODY_BYTES},
        "filter": {"supported": True, "maxResults": MAX_PAGE},
        "changePassword": {"supported": False},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "pagination": {
            "cursor": True,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": DEFAULT_PAGE,
            "maxPageSize": MAX_PAGE,
            "cursorTimeout": CURSOR_TIMEOUT_SECONDS,
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "The Secret Token that installing an integration issues.",
                "specUri": "https://www.rfc-editor.org/info/rfc6750",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{address}/ServiceProviderConfig"},
    }


def resource_type(name: str, endpoint: str, schema: ResourceSchema, address: str) -> Document:
    """The description of a type of resource."""
    return {
        "schemas": [RESOURCE_TYPE_URN],
        "id": name,
        "name": name,
        "endpoint": endpoint,
        "description": schema.core.document["description"],
        "schema": schema.core.id,
        "schemaExtensions": [{"schema": extension.id, "required": False} for extension in schema.extensions],
        "meta": {"resourceType": "ResourceType", "location": f"{address}/ResourceTypes/{name}"},
    }


def schema_documents(schemas: Sequence[ResourceSchema], address: str) -> list[Document]:
    """The documents of all schemas that resources are made of."""
    return [
        {
            "schemas": [SCHEMA_URN],
            **part.document,
            "meta": {"resourceType": "Schema", "location": f"{address}/Schemas/{part.id}"},
        }
        for schema in schemas
        for part in (schema.core, *schema.extensions)
    ]
