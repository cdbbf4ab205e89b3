"""How are writes sent in one bulk request, and what does its answer say of each (RFC 7644, 3.7)?"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from instep.scim.messages import BULK_REQUEST_URN, BULK_RESPONSE_URN

_BEGINNING = b'{"schemas":["' + BULK_REQUEST_URN.encode() + b'"],"Operations":['


@dataclass(frozen=True, slots=True)
class BulkWrite:
    """A write as an operation: `path` as it stands behind the Tenant URL, `data` as JSON."""

    method: str
    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What came of one operation; `response` is the resource or the error, where the target shows it."""

    status: int
    location: str = ""
    response: Mapping[str, Any] | None = None


def render_bulk(writes: Sequence[BulkWrite]) -> bytes:
    """Return the BulkRequest; the bulkId of an operation is its place, from 0. It names no limit of errors."""
    return _BEGINNING + b",".join(_rendered(place, write) for place, write in enumerate(writes)) + b"]}"


def read_results(body: bytes, writes: Sequence[BulkWrite]) -> dict[int, BulkResult]:
    """Return what a BulkResponse says of the writes, by their places; what it does not clearly say is left out.

    An operation that the answer names twice is not clear, and none is in what is no BulkResponse.
    """
    by_path = {write.path: place for place, write in enumerate(writes) if write.method != "POST"}
    said = [(_place(each, len(writes), by_path), _result(each)) for each in _operations(body)]
    named = Counter(place for place, _ in said)
    return {place: result for place, result in said if place is not None and result is not None and named[place] == 1}


def _rendered(place: int, write: BulkWrite) -> bytes:
    about = orjson.dumps({"method": write.method, "path": write.path, "bulkId": str(place)})
    return about[:-1] + b',"data":' + write.data + b"}"


def _operations(body: bytes) -> list[dict[str, Any]]:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    members = _members(answer)
    schemas = members.get("schemas")
    if not isinstance(schemas, list) or BULK_RESPONSE_URN.lower() not in (str(urn).lower() for urn in schemas):
        return []
    operations = members.get("operations")
    return [_members(each) for each in operations] if isinstance(operations, list) else []


def _members(value: object) -> dict[str, Any]:
    return {name.lower(): member for name, member in value.items()} if isinstance(value, dict) else {}


def _place(operation: Mapping[str, Any], count: int, by_path: Mapping[str, int]) -> int | None:
    """By the bulkId; without one, as is allowed for what is no POST, by the path at the end of the location."""
    bulk_id = operation.get("bulkid")
    if bulk_id is not None:
        text = str(bulk_id)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 and int(text) < count else None
    location = operation.get("location")
    parts = location.rsplit("/", 2) if isinstance(location, str) else []
    return by_path.get("/" + "/".join(parts[1:])) if len(parts) == 3 else None


def _result(operation: Mapping[str, Any]) -> BulkResult | None:
    status = operation.get("status")
    if isinstance(status, dict):
        status = _members(status).get("code")  # SCIM 1.1
    text = str(status)
    if not (text.isascii() and text.isdigit() and len(text) == 3):
        return None
    location, response = operation.get("location"), operation.get("response")
    return BulkResult(
        status=int(text),
        location=location if isinstance(location, str) else "",
        response=response if isinstance(response, dict) else None,
    )
