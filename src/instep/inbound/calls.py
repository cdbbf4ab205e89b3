"""What is a request of an identity provider once its caller is known, and what is its answer?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from instep.clock import to_text
from instep.directory.versions import Version
from instep.scim.headers import check_precondition, is_unchanged, preferred_return
from instep.scim.messages import SearchRequest
from instep.scim.projection import projection
from instep.scim.schemas import ResourceSchema
from instep.wiring import Instep

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `address` is that of the service, without a slash at its end, `caller` as the change log says it."""

    instep: Instep
    caller: str
    address: str
    resource_id: str
    query: SearchRequest
    headers: Mapping[str, str]  # by names in lower case
    body: Any

    def check_version(self, resource_id: str, version: Version) -> None:
        """Raise PreconditionFailed where `If-Match` names another version."""
        check_precondition(self.headers.get("if-match"), resource_id, tag_of(version))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; no body for None."""

    status: int
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]
"""Runs in a thread."""


def tag_of(version: Version) -> str:
    """Return the entity tag: weak, as what is answered differs with `attributes`."""
    return f'W/"{version.sequence}"'


def with_meta(resource: Resource, kind: str, location: str, created_at: datetime, version: Version) -> Resource:
    """Return a resource with its `meta`."""
    meta = {
        "resourceType": kind,
        "created": to_text(created_at),
        "lastModified": to_text(version.changed_at),
        "location": location,
        "version": tag_of(version),
    }
    return resource | {"meta": meta}


def shown(schema: ResourceSchema, resource: Resource, query: SearchRequest) -> Resource:
    """Return what a query asks for of a resource."""
    if not query.attributes and not query.excluded_attributes:
        return resource
    return projection(schema, query.attributes, query.excluded_attributes)(resource)


def answer_read(call: Call, schema: ResourceSchema, resource: Resource) -> Answer:
    """Answer with a resource; 304 when the client has this version."""
    meta = resource["meta"]
    if is_unchanged(call.headers.get("if-none-match"), meta["version"]):
        return Answer(304, None, {"ETag": meta["version"]})
    return Answer(200, orjson.dumps(shown(schema, resource, call.query)), _headers(resource))


def answer_changed(call: Call, schema: ResourceSchema, resource: Resource, status: int = 200) -> Answer:
    """Answer with the resource as it is now, or without it where the client prefers that (RFC 7240, 4.2)."""
    headers, query = _headers(resource), call.query
    prefers_none = preferred_return(call.headers.get("prefer", "")) == "minimal"
    if prefers_none and not query.attributes and not query.excluded_attributes:
        return Answer(204 if status == 200 else status, None, headers | {"Preference-Applied": "return=minimal"})
    return Answer(status, orjson.dumps(shown(schema, resource, query)), headers)


def _headers(resource: Resource) -> dict[str, str]:
    meta = resource["meta"]
    return {"Location": meta["location"], "Content-Location": meta["location"], "ETag": meta["version"]}
