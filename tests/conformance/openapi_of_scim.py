"""How would OpenAPI describe the SCIM service of the tenant? Made from what it says of itself."""

from collections.abc import Mapping
from typing import Any

from fakes.served_tenant import ServedTenant

_TYPES = {"boolean": "boolean", "integer": "integer", "decimal": "number"}
_TEXTS = {"type": "string", "maxLength": 40}
_QUERY = {"filter": _TEXTS, "attributes": _TEXTS, "excludedAttributes": _TEXTS, "sortBy": _TEXTS, "cursor": _TEXTS,
          "sortOrder": {"enum": ["ascending", "descending"]}, "startIndex": {"type": "integer"},
          "count": {"type": "integer", "maximum": 20}}  # fmt: skip
_PATCH = {
    "type": "object",
    "required": ["schemas", "Operations"],
    "properties": {
        "schemas": {"enum": [["urn:ietf:params:scim:api:messages:2.0:PatchOp"]]},
        "Operations": {
            "type": "array",
            "minItems": 1,
            "maxItems": 4,
            "items": {
                "type": "object",
                "required": ["op"],
                "properties": {
                    "op": {"enum": ["add", "Replace", "remove"]},
                    "path": {"anyOf": [{"enum": ["title", "emails", "name.givenName", "members", "id"]}, _TEXTS]},
                    "value": {},
                },
            },
        },
    },
}


def description(tenant: ServedTenant) -> dict[str, Any]:
    """The OpenAPI document."""
    paths: dict[str, Any] = {
        "/Bulk": {"post": _operation(body=_bulk())},
        "/.search": {"post": _operation(body=_search())},
    }
    documents = {schema["id"]: schema for schema in tenant.http.get("/Schemas").json()["Resources"]}
    for kind in tenant.http.get("/ResourceTypes").json()["Resources"]:
        body = _object(documents[kind["schema"]]["attributes"])
        for extension in kind["schemaExtensions"]:
            body["properties"][extension["schema"]] = _object(documents[extension["schema"]]["attributes"])
        some = tenant.http.get(kind["endpoint"], params={"count": 3}).json()["Resources"]
        ids = {"enum": [resource["id"] for resource in some] + ["US-Z999", "GR-Z999", "nobody"]}
        paths[kind["endpoint"]] = {"get": _operation(_QUERY), "post": _operation(body=body)}
        paths[f"{kind['endpoint']}/.search"] = {"post": _operation(body=_search())}
        paths[f"{kind['endpoint']}/{{id}}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": ids}],
            "get": _operation({"attributes": _TEXTS}),
            "put": _operation(body=body),
            "patch": _operation({"attributes": _TEXTS}, _PATCH),
        }
    return {"openapi": "3.0.3", "info": {"title": "SCIM", "version": "2"}, "paths": paths}


def _operation(query: Mapping[str, Any] | None = None, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    parameters = [{"name": name, "in": "query", "schema": schema} for name, schema in (query or {}).items()]
    found: dict[str, Any] = {"parameters": parameters, "responses": {"default": {"description": "any"}}}
    if body is not None:
        found["requestBody"] = {"required": True, "content": {"application/scim+json": {"schema": body}}}
    return found


def _object(attributes: list[Mapping[str, Any]]) -> dict[str, Any]:
    required = [attribute["name"] for attribute in attributes if attribute["required"]]
    properties = {attribute["name"]: _attribute(attribute) for attribute in attributes}
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def _attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    if attribute["type"] == "complex":
        one = _object(attribute["subAttributes"])
    elif "canonicalValues" in attribute:
        one = {"type": "string", "enum": attribute["canonicalValues"]}
    else:
        one = {"type": _TYPES.get(attribute["type"], "string")}
    return {"type": "array", "items": one, "maxItems": 3} if attribute["multiValued"] else one


def _search() -> dict[str, Any]:
    urn = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
    return {"type": "object", "required": ["schemas"], "properties": {"schemas": {"enum": [[urn]]}, **_QUERY}}


def _bulk() -> dict[str, Any]:
    operation = {
        "type": "object",
        "required": ["method", "path"],
        "properties": {
            "method": {"enum": ["POST", "PUT", "PATCH", "DELETE", "GET"]},
            "path": {"enum": ["/Users", "/Groups", "/Users/US-Z999", "/Users/bulkId:a", "/nothing"]},
            "bulkId": {"enum": ["a", "b", ""]},
            "data": {"anyOf": [_PATCH, {"type": "object"}, {"enum": [{"members": [{"value": "bulkId:b"}]}]}]},
        },
    }
    operations = {"type": "array", "items": operation, "minItems": 1, "maxItems": 5}
    urn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
    properties = {"schemas": {"enum": [[urn]]}, "Operations": operations, "failOnErrors": {"type": "integer"}}
    return {"type": "object", "required": ["schemas", "Operations"], "properties": properties}
