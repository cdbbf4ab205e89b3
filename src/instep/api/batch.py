"""How are several calls answered at once (graph-api.md 1.10)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from instep.api.calls import Answer, Caller
from instep.api.errors import GraphError, bad_request

if TYPE_CHECKING:
    from instep.api.serving import GraphApi

MOST_REQUESTS = 20
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a batch."""

    id: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any
    depends_on: tuple[str, ...]


async def answer_batch(api: "GraphApi", caller: Caller, base: str, body: Any, ids: tuple[str, str]) -> Answer:
    """Do the requests one after the other, as clients may rely on it; one that fails stops those that depend on it."""
    parts = read_batch(body)
    responses: dict[str, dict[str, Any]] = {}
    for part in parts:
        failed = [each for each in part.depends_on if responses[each]["status"] >= 400]
        try:
            if failed:
                raise GraphError(424, "FailedDependency", f"The request {failed[0]}, on which this depends, failed.")
            answer = await api.call(part, caller, base)
        except GraphError as error:
            answer = Answer(error.status, api.error_document(error, ids), error.headers)
        responses[part.id] = _said(part, answer)
    return Answer(200, {"responses": list(responses.values())})


def read_batch(body: Any) -> list[Part]:
    """Return the requests of a body, in an order in which each follows those it depends on. Raises GraphError."""
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not 0 < len(requests) <= MOST_REQUESTS:
        raise bad_request(f"A batch has a list 'requests' of 1 to {MOST_REQUESTS} requests.", "BadRequest")
    parts = [_part(each) for each in requests]
    known: set[str] = set()
    for part in parts:
        if part.id in known:
            raise bad_request(f"The id '{part.id}' is used twice in the batch.", "BadRequest")
        if missing := [each for each in part.depends_on if each not in known]:
            message = f"The request {part.id} depends on {missing[0]}, which does not come before it."
            raise bad_request(message, "BadRequest")
        known.add(part.id)
    return parts


def _part(request: Any) -> Part:
    if not isinstance(request, dict) or not isinstance(request.get("id"), str) or not request["id"]:
        raise bad_request("Every request of a batch has an id, which is a text.", "BadRequest")
    method, url = str(request.get("method", "")).upper(), request.get("url")
    if method not in _METHODS or not isinstance(url, str):
        raise bad_request(f"The request {request['id']} needs a method and a url.", "BadRequest")
    headers, depends_on = request.get("headers") or {}, request.get("dependsOn") or []
    if not isinstance(headers, dict) or not isinstance(depends_on, list):
        raise bad_request(f"The request {request['id']} has headers or dependsOn of a wrong form.", "BadRequest")
    parts = urlsplit(url)
    return Part(
        request["id"],
        method,
        _after_version(parts.path) if parts.scheme else parts.path.lstrip("/"),
        parts.query,
        {str(name).lower(): str(value) for name, value in headers.items()},
        request.get("body"),
        tuple(map(str, depends_on)),
    )


def _after_version(path: str) -> str:
    """The path of an absolute address without the version, as some clients send one."""
    return path.lstrip("/").partition("/")[2]


def _said(part: Part, answer: Answer) -> dict[str, Any]:
    said: dict[str, Any] = {"id": part.id, "status": answer.status, "headers": dict(answer.headers)}
    if answer.body is not None:
        said["headers"]["Content-Type"] = "application/json" if isinstance(answer.body, dict) else "text/plain"
        said["body"] = answer.body
    return said
