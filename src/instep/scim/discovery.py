"""How does a service say what it can do (RFC 7644, 4)? Only what is so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instep.scim.messages import RESOURCE_TYPE_URN, SCHEMA_URN, SERVICE_PROVIDER_CONFIG_URN
from instep.scim.schemas import ResourceSchema

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Service:
    """What of the protocol a service has; without `max_operations` there are no bulk requests.

    `cursor_timeout_seconds` is None where there is no paging by cursor, `token` says where bearer tokens come from.
    """

    token: str
    default_page: int
    max_page: int
    max_body_bytes: int
    max_operations: int | None = None
    cursor_timeout_seconds: int | None = None


def service_provider_config(service: Service, address: str) -> Document:
    """What of the protocol is served; `address` is that of the service, without a slash at the end."""
    bulk: dict[str, Any] = {"supported": False, "maxOperations": 0, "maxPayloadSize": 0}
    if service.max_operations is not None:
        bulk = {
            "supported": True,
            "maxOperations": service.max_operations,
            "maxPayloadSize": service.max_body_bytes,
        }
    timeout = service.cursor_timeout_seconds
    return {
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "patch": {"supported": True},
        "bulk": bulk,
        "filter": {"supported": True, "maxResults": service.max_page},
        "changePassword": {"supported": False},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "pagination": {
            "cursor": timeout is not None,
            "index": True,
            "defaultPaginationMethod": "index",
            "defaultPageSize": service.default_page,
            "maxPageSize": service.max_page,
            **({} if timeout is None else {"cursorTimeout": timeout}),
        },
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": service.token,
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
