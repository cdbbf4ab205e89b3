"""What does the API's OpenAPI document say? Made from the operations, so that it cannot differ from them."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from instep.api.calls import Operation
from instep.api.description.bodies import Bodies, Document, Number, Page, all_structures, bodies_of
from instep.api.description.json_schema import answered, given, schemas_of
from instep.api.description.types import OneOf, Structure
from instep.api.lists import LARGEST_PAGE

_PARAMETER = re.compile(r"\{(\w+)\}")
_TEXT = {"type": "string"}
_ERROR_REFERENCE = {"$ref": "#/components/schemas/error"}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "innerError"],
            "additionalProperties": False,
            "properties": {
                "code": _TEXT,
                "message": _TEXT,
                "details": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["code", "message"],
                        "properties": {"code": _TEXT, "message": _TEXT, "target": _TEXT},
                    },
                },
                "innerError": {
                    "type": "object",
                    "required": ["date", "request-id", "client-request-id"],
                    "properties": {"date": _TEXT, "request-id": _TEXT, "client-request-id": _TEXT},
                },
            },
        }
    },
}
_LINK = {"type": "string", "format": "uri"}
_OPTIONS: Mapping[str, Any] = {
    "$filter": _TEXT,
    "$select": _TEXT,
    "$orderby": _TEXT,
    "$top": {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE},
    "$skip": {"type": "integer", "minimum": 0},
    "$skiptoken": _TEXT,
    "$deltatoken": _TEXT,
    "$count": {"type": "boolean"},
    "$search": _TEXT,
    "$expand": _TEXT,
}
_OF_LISTS = ("$filter", "$select", "$orderby", "$top", "$skip", "$skiptoken", "$count", "$search", "$expand")
_OF_DELTA = ("$filter", "$select", "$skiptoken", "$deltatoken")
_REFUSED = {"4XX": "What is wrong with the request", "503": "To be tried again, after Retry-After"}


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
            "schemas": {"error": _ERROR, **schemas_of(all_structures())},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    bodies = bodies_of(operation)
    refused = {status: _json(words, _ERROR_REFERENCE) for status, words in _REFUSED.items()}
    said: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": f"{operation.method.lower()}_{re.sub(r'[^A-Za-z]+', '_', operation.address).strip('_')}",
        "responses": {str(bodies.status): _good(bodies), **refused},
    }
    if operation.permissions:
        said["description"] = f"One of these permissions is needed: {', '.join(operation.permissions)}."
    if parameters := [_in_path(name) for name in _PARAMETER.findall(operation.address)] + _options(operation, bodies):
        said["parameters"] = parameters
    if bodies.takes is not None:
        content = {"application/json": {"schema": given(bodies.takes, bodies.needed)}}
        said["requestBody"] = {"required": bool(bodies.needed), "content": content}
    return said


def _good(bodies: Bodies) -> dict[str, Any]:
    match bodies.gives:
        case None if bodies.status == HTTPStatus.NOT_IMPLEMENTED:
            return _json("Not offered", _ERROR_REFERENCE)
        case None:
            return {"description": "Done"}
        case Number():
            return _content("The number", "text/plain", {"type": "string", "pattern": "^[0-9]+$"})
        case Document(media_type):
            return _content("The document", media_type, _TEXT)
        case Page(of):
            return _json("A page", _page(answered(of)))
        case kind:
            return _json("Found, or done", answered(kind))


def _page(item: dict[str, Any]) -> dict[str, Any]:
    links = {"@odata.context": _LINK, "@odata.nextLink": _LINK, "@odata.deltaLink": _LINK}
    properties = links | {"@odata.count": {"type": "integer"}, "value": {"type": "array", "items": item}}
    return {"type": "object", "required": ["value"], "properties": properties, "additionalProperties": False}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return _content(description, "application/json", schema)


def _content(description: str, media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _options(operation: Operation, bodies: Bodies) -> list[dict[str, Any]]:
    eventual = {"name": "ConsistencyLevel", "in": "header", "schema": {"type": "string", "enum": ["eventual"]}}
    return [{"name": name, "in": "query", "schema": _OPTIONS[name]} for name in _names(operation, bodies)] + [eventual]


def _names(operation: Operation, bodies: Bodies) -> Sequence[str]:
    match bodies.gives:
        case Page() if operation.segments[-1] == "delta":
            return _OF_DELTA
        case Page():
            return _OF_LISTS
        case Number():
            return ("$filter",)
        case Structure() | OneOf() if operation.method == "GET":
            return ("$select", "$expand")
    return ()
