"""How does a request of HTTP become a call, and how is every refusal told in SCIM's form (RFC 7644, 3.12)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from instep.admin.access.programs import program_of
from instep.directory.errors import DirectoryError, NameTaken, NotFound
from instep.inbound.calls import Answer, Call, Handler
from instep.odata.errors import QueryRefused
from instep.scim import errors as scim
from instep.scim.bodies import check_media_type, check_size, parse_body
from instep.scim.headers import bearer_token, refusal_headers, takes_json
from instep.scim.messages import ERROR_URN, MEDIA_TYPE
from instep.scim.query_strings import parse_query
from instep.wiring import Instep

PREFIX = "/scim/v2"
_FAILED = orjson.dumps(
    {"schemas": [ERROR_URN], "status": "500", "detail": "An internal fault; the service's log has the details."}
)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Method:
    """What answers a method, and which permissions it wants: of each group one; none at all for what is open."""

    handler: Handler
    permissions: tuple[tuple[str, ...], ...] = ()
    is_open: bool = False
    reads_body: bool = False


class Endpoint:
    """One path with what answers each of its methods; an ASGI application that nothing makes raise."""

    def __init__(self, instep: Instep, methods: Mapping[str, Method]) -> None:
        self._instep, self._methods = instep, dict(methods)
        self._allowed = ", ".join(sorted(self._methods))
        if "GET" in self._methods:
            self._methods["HEAD"] = self._methods["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = _response(await self._answer(request))
        except scim.ScimError as error:
            response = self._refused(error)
        except ClientDisconnect:
            return
        except Exception:
            log.exception("an inbound SCIM request failed", method=request.method, path=request.url.path)
            response = _response(Answer(500, _FAILED))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        method = self._methods.get(request.method)
        is_open = method is not None and method.is_open
        caller = "" if is_open else await run_in_threadpool(self._caller, request, method)
        if method is None:
            raise scim.MethodNotAllowed(f"{request.method} is not allowed here, but {self._allowed or 'nothing'} is.")
        accept = request.headers.get("accept")
        if accept is not None and not takes_json(accept):
            raise scim.NotAcceptable(f"There is only {MEDIA_TYPE} here, which your Accept, {accept!r}, excludes.")
        body = await _json_body(request) if method.reads_body else None
        call = Call(
            self._instep,
            caller,
            self._address(request),
            request.path_params.get("id", ""),
            parse_query(request.scope["query_string"]),
            request.headers,
            body,
        )
        return await run_in_threadpool(_done, method.handler, call)

    def _caller(self, request: Request, method: Method | None) -> str:
        """Whose request it is. Raises Unauthorized, or Forbidden where a permission lacks."""
        token = bearer_token(request.headers.get("authorization", ""))
        if token is None:
            raise scim.Unauthorized(
                "Send an API token, or a client's access token, as 'Authorization: Bearer <token>'."
            )
        program = program_of(self._instep.access, token)
        if program is None:
            raise scim.Unauthorized("The token has expired, was ended, or is none of this service's: make another one.")
        for one_of in method.permissions if method is not None else ():
            if not program.permissions.intersection(one_of):
                raise scim.Forbidden(f"The token of {program.name} may not do this: it needs {' or '.join(one_of)}.")
        return program.name

    def _address(self, request: Request) -> str:
        site = self._instep.settings.console_url or f"{request.url.scheme}://{request.url.netloc}"
        return site.rstrip("/") + PREFIX

    def _refused(self, error: scim.ScimError) -> Response:
        headers = refusal_headers(error, self._allowed, "Instep")
        return _response(Answer(error.status, orjson.dumps(error.body()), headers))


def _done(handler: Handler, call: Call) -> Answer:
    """The answer of a use case, whose refusals are told in SCIM's words."""
    try:
        return handler(call)
    except NotFound as error:
        raise scim.NotFound(str(error)) from error
    except NameTaken as error:
        raise scim.Uniqueness(str(error)) from error
    except DirectoryError as error:
        raise scim.InvalidValue(str(error)) from error
    except QueryRefused as error:
        raise scim.InvalidFilter(str(error)) from error


async def _json_body(request: Request) -> Any:
    check_media_type(request.headers.get("content-type", ""))
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20:
        check_size(int(declared))
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        check_size(len(content))
    return parse_body(bytes(content))


def _response(answer: Answer) -> Response:
    headers = {"Cache-Control": "no-store", **answer.headers}
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers)
    return Response(answer.body, answer.status, {**headers, "Content-Type": MEDIA_TYPE})
