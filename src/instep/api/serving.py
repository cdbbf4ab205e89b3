"""How does a request of HTTP become a call, and its answer a response (graph-api.md 1.1)?"""

import inspect
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID, uuid4

import orjson
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from instep.access.graph_permissions import in_graphs_words
from instep.admin.access.clients import client_of
from instep.admin.access.tokens import bearer_of
from instep.api.addresses import LONGEST, Addresses
from instep.api.batch import Part, answer_batch
from instep.api.calls import Answer, Call, Caller
from instep.api.errors import GraphError, as_graph_error, bad_request, error_body
from instep.wiring import Instep

VERSIONS = ("v1.0", "beta")
LARGEST_BODY_BYTES = 4_000_000
_JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_HEADERS = {
    "OData-Version": "4.0",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "x-ms-resource-unit": "1",
}
# The client for JavaScript takes no link of plain HTTP for an absolute one, and writes it after the version, whole.
_WHOLE_LINK = re.compile(r"^https?(?::|%3A)/+[^/]+/+(?:v1\.0|beta)/", re.IGNORECASE)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the path after the version, the query, the headers in lower case, and a body that was read."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any


class GraphApi:
    """Answers every request below `/v1.0` and `/beta`; nothing that it is sent makes it raise."""

    def __init__(self, instep: Instep, addresses: Addresses) -> None:
        self._instep, self._addresses = instep, addresses

    async def answer(self, request: Request) -> Response:
        """Answer a request of HTTP."""
        ids = str(uuid4()), _id_of(request.headers.get("client-request-id"))
        try:
            caller = await run_in_threadpool(self._caller, request.headers.get("authorization", ""))
            base, path = _split(request)
            body = await _body_of(request)
            if request.method == "POST" and path.rstrip("/").lower() == "$batch":
                return _response(await answer_batch(self, caller, base, body, ids), ids)
            asked = Asked(request.method, path, request.url.query, dict(request.headers), body)
            return _response(await self.call(asked, caller, base), ids)
        except ClientDisconnect:
            return Response(status_code=400)
        except GraphError as error:
            return self._refused(error, ids)

    async def call(self, asked: Asked | Part, caller: Caller, base: str) -> Answer:
        """Answer a call. Raises GraphError, of whatever goes wrong."""
        try:
            found = self._addresses.find(asked.method, asked.path)
            wanted = found.operation.permissions
            if wanted and not caller.permissions.intersection(wanted):
                raise GraphError(
                    403,
                    "Authorization_RequestDenied",
                    f"Insufficient privileges to complete the operation. One of these is needed: {', '.join(wanted)}.",
                )
            url = f"{base}/{asked.path.lstrip('/')}" + (f"?{asked.query}" if asked.query else "")
            options = _options(asked.query)
            call = Call(self._instep, caller, base, url, options, found.parameters, asked.body, asked.headers)
            handler = found.operation.handler
            if inspect.iscoroutinefunction(handler):
                return cast(Answer, await handler(call))
            return cast(Answer, await run_in_threadpool(handler, call))
        except Exception as error:
            known = as_graph_error(error)
            if known is not None:
                raise known from error
            log.exception("a call of the API failed", method=asked.method, path=asked.path)
            message = "An internal fault; the service's log has the details. Try again later."
            raise GraphError(500, "generalException", message) from error

    def error_document(self, error: GraphError, ids: tuple[str, str]) -> dict[str, Any]:
        """Return the body of an error."""
        return error_body(error, self._instep.clock(), *ids)

    def _caller(self, authorization: str) -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise _unauthorized("Access token is empty.")
        client = client_of(self._instep.access, token.strip())
        if client is not None:
            return Caller(client.name, client.permissions)
        bearer = bearer_of(self._instep.access, token.strip())
        if bearer is None:
            raise _unauthorized("Access token has expired, was ended, or is none of this service's.")
        administrator = bearer.administrator
        return Caller(administrator.user_name, in_graphs_words(bearer.permissions), administrator.id)

    def _refused(self, error: GraphError, ids: tuple[str, str]) -> Response:
        return _response(Answer(error.status, self.error_document(error, ids), error.headers), ids)


def _unauthorized(message: str) -> GraphError:
    error = GraphError(401, "InvalidAuthenticationToken", message)
    error.headers["WWW-Authenticate"] = 'Bearer realm="", error="invalid_token"'
    return error


def _split(request: Request) -> tuple[str, str]:
    """The address up to the version, and the path after it, not decoded: an id may have a slash in it."""
    raw = request.scope["raw_path"].decode("ascii", "replace").partition("?")[0]
    if len(raw) > LONGEST:
        raise bad_request("The address is too long.")
    version, _, path = raw.lstrip("/").partition("/")
    return f"{request.url.scheme}://{request.url.netloc}/{version}", _WHOLE_LINK.sub("", path)


def _options(query: str) -> dict[str, str]:
    """The options by name: those of OData in lower case, and with their dollar sign if a client left it away."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=50):
        found[name.lower() if name.startswith("$") else name] = value
    return found


async def _body_of(request: Request) -> Any:
    if request.method in ("GET", "HEAD", "DELETE"):
        return None
    if request.headers.get("content-encoding", "identity") != "identity":
        raise GraphError(415, "RequestBodyRead", "Compressed bodies are not taken; send it as it is.")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST_BODY_BYTES:
            raise GraphError(413, "RequestEntityTooLarge", f"At most {LARGEST_BODY_BYTES:,} bytes are taken.")
    return read_json(bytes(content))


def read_json(content: bytes) -> Any:
    """Return a body; None for an empty one. Raises GraphError for what is no JSON."""
    if not content.strip():
        return None
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"Unable to read JSON request payload: {error}", "BadRequest") from None


def _response(answer: Answer, ids: tuple[str, str]) -> Response:
    headers = {**_HEADERS, "request-id": ids[0], "client-request-id": ids[1], **answer.headers}
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    if isinstance(answer.body, str):
        return Response(answer.body, answer.status, {"Content-Type": "text/plain; charset=utf-8", **headers})
    return Response(orjson.dumps(answer.body), answer.status, {**headers, "Content-Type": _JSON})


def _id_of(text: str | None) -> str:
    """The id that a client gives its request, if it is one: it is sent back, and must not be anything else."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid4())
