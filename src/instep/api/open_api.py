"""What does the API's OpenAPI document say? Made from the operations, so that it cannot differ from them."""

import re
from collections.abc import Sequence
from typing import Any

from instep.api.calls import Operation

_PARAMETER = re.compile(r"\{(\w+)\}")
_LIST_OPTIONS = ("$filter", "$select", "$orderby", "$top", "$skiptoken", "$count", "$search", "$expand")
_WITH_BODY = ("POST", "PUT", "PATCH")
_TEXT = {"type": "string"}
_NULLABLE_TEXT = {"type": ["string", "null"]}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "innerError"],
            "properties": {
                "code": _TEXT,
                "message": _TEXT,
                "details": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"code": _TEXT, "message": _TEXT, "target": _TEXT}},
                },
                "innerError": {
                    "type": "object",
                    "properties": {"date": _TEXT, "request-id": _TEXT, "client-request-id": _TEXT},
                },
            },
        }
    },
}
_ENTITY = {"type": "object", "properties": {"@odata.context": _TEXT, "id": _NULLABLE_TEXT}}
_LIST = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "@odata.context": _TEXT,
        "@odata.count": {"type": "integer"},
        "@odata.nextLink": _TEXT,
        "@odata.deltaLink": _TEXT,
        "value": {"type": "array"},
    },
}


def open_api_document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document (OpenAPI 3.1) of the operations, at `/v1.0`."""
    paths: dict[str, dict[str, Any]] = {}
    for each in sorted(operations, key=lambda one: one.segments):
        paths.setdefault(f"/{each.address}", {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Instep",
            "version": "1.0",
            "description": "Automatic user provisioning, in the form of Microsoft Graph v1.0.",
        },
        "servers": [{"url": "/v1.0"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token, or an access token."}
            },
            "schemas": {"error": _ERROR, "entity": _ENTITY, "list": _LIST},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": f"{operation.method.lower()}_{re.sub(r'[^A-Za-z]+', '_', operation.address).strip('_')}",
        "responses": {**_good(operation), "default": _answer("What is wrong, in Graph's form", "error")},
    }
    if operation.permissions:
        said["description"] = f"One of these permissions is needed: {', '.join(operation.permissions)}."
    if parameters := [_in_path(name) for name in _PARAMETER.findall(operation.address)] + _options(operation):
        said["parameters"] = parameters
    if operation.method in _WITH_BODY:
        content = {"application/json": {"schema": {"type": "object"}}}
        said["requestBody"] = {"required": False, "content": content}
    return said


def _good(operation: Operation) -> dict[str, Any]:
    if operation.address.endswith("/$count"):
        return {"200": {"description": "The number", "content": {"text/plain": {"schema": _TEXT}}}}
    found = {"200": _answer("Found, or done", "list" if _is_list(operation) else "entity")}
    if operation.method == "GET":
        return found
    return {**found, "201": _answer("Made", "entity"), "204": {"description": "Done"}}


def _is_list(operation: Operation) -> bool:
    last = operation.segments[-1]
    return operation.method == "GET" and operation.summary.startswith(("List", "Follow")) and not last.startswith("{")


def _answer(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": description, "content": content}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _options(operation: Operation) -> list[dict[str, Any]]:
    if operation.method != "GET":
        return []
    names: Sequence[str] = _LIST_OPTIONS if _is_list(operation) else ("$select", "$expand")
    if operation.address.endswith("/$count"):
        names = ("$filter",)
    eventual = {"name": "ConsistencyLevel", "in": "header", "schema": {"type": "string", "enum": ["eventual"]}}
    return [{"name": name, "in": "query", "schema": _TEXT} for name in names] + [eventual]
