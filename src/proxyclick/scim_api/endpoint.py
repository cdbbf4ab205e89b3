"""How does a request get to what answers it, and how is every refusal told in SCIM's form?"""

import math
from collections.abc import Awaitable, Callable, Mapping

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from instep.scim.errors import (
    MethodNotAllowed,
    NotAcceptable,
    ScimError,
    TooManyRequests,
    Unauthorized,
)
from instep.scim.headers import bearer_token, refusal_headers, takes_json
from instep.scim.messages import ERROR_URN
from proxyclick.integrations.activity import Log
from proxyclick.integrations.marketplace import SCIM_PATH
from proxyclick.integrations.scope import Caller
from proxyclick.integrations.tokens import Secret
from proxyclick.people.identifiers import number_of
from proxyclick.scim_api.pacing import Pacing
from proxyclick.scim_api.requests import ScimRequest, ScimResponse

Answer = Callable[[Request], Awaitable[Response]]
Gate = Callable[[Request], Caller | None]
"""Lets a request pass and says whose it is, or raises Unauthorized."""

_CALLER = "proxyclick.caller"
_TOTAL = b'"totalResults":'
_HEAD_OF_A_LIST = 300

_log = structlog.get_logger()
_FAILED = orjson.dumps({"schemas": [ERROR_URN], "status": "500", "detail": "The tenant failed; its log says why."})


def scim_response(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """An answer in SCIM's media type."""
    return ScimResponse(body, status, headers)


class Endpoint:
    """One path with what answers each of its methods; an ASGI application without the cost of a middleware stack."""

    def __init__(self, gate: Gate, methods: Mapping[str, Answer]) -> None:
        self._gate, self._methods = gate, dict(methods)
        self._allowed = ", ".join(sorted(self._methods))
        if "GET" in self._methods:
            self._methods["HEAD"] = self._methods["GET"]

    @property
    def methods(self) -> frozenset[str]:
        """What is answered here."""
        return frozenset(self._methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request; nothing that it sends makes this raise."""
        request, problem = ScimRequest(scope, receive), ""
        try:
            response = await self._answer(request)
        except ScimError as error:
            response, problem = _refusal(error, self._allowed), error.detail
        except ClientDisconnect:
            return
        except Exception:
            _log.exception("request failed", method=request.method, path=request.url.path)
            response, problem = scim_response(_FAILED, 500), "The tenant failed."
        _tell(request, response, problem)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        request.scope[_CALLER] = self._gate(request)
        answer = self._methods.get(request.method)
        if answer is None:
            raise MethodNotAllowed(f"{request.method} is not allowed here, but {self._allowed or 'nothing'} is.")
        accept = request.headers.get("accept")
        if accept is not None and not takes_json(accept):
            raise NotAcceptable(f"There is only application/scim+json here, which your Accept, {accept!r}, excludes.")
        return await answer(request)


def _refusal(error: ScimError, allowed: str) -> Response:
    return scim_response(orjson.dumps(error.body()), error.status, refusal_headers(error, allowed, "Proxyclick"))


def _tell(request: Request, response: Response, problem: str) -> None:
    """Tells the activity of the installation, whose request it is if the gate let it in."""
    caller = request.scope.get(_CALLER)
    if caller is None or caller.exchange is None:
        return
    user = None if request.method == "GET" else number_of("US", request.path_params.get("id", ""))
    caller.exchange.answered(response.status_code, problem or _found(bytes(response.body)), user)


def _found(body: bytes) -> str:
    """How many resources a list says that there are."""
    start = body.find(_TOTAL, 0, _HEAD_OF_A_LIST)
    if start < 0:
        return ""
    count = body[start + len(_TOTAL) : start + len(_TOTAL) + 12].partition(b",")[0].decode()
    return "Nobody found." if count == "0" else f"{count} found."


def caller_of(request: Request) -> Caller:
    """Whose request it is, which the gate has found out. Only behind a gate that asks."""
    caller = request.scope[_CALLER]
    if not isinstance(caller, Caller):
        raise TypeError(f"{request.url.path} is open to everyone, so nobody's data can be asked for there")
    return caller


def bearer_gate(caller_of_token: Callable[[Secret], Caller | None], log: Log, pacing: Pacing) -> Gate:
    """A gate for those who bring a good token in `Authorization: Bearer`; the log tells what they do."""

    def gate(request: Request) -> Caller:
        token = bearer_token(request.headers.get("authorization", ""))
        if token is None:
            raise Unauthorized("Send the Secret Token of the integration as 'Authorization: Bearer <token>'.")
        caller = caller_of_token(Secret(token))
        if caller is None:
            raise Unauthorized("The Secret Token is not known here, or was revoked: issue another one.")
        if caller.requests_per_second:
            _let_wait(pacing, caller)
        return caller.asking(log, request.method, _path(request))

    return gate


def _let_wait(pacing: Pacing, caller: Caller) -> None:
    wait_seconds = pacing.wait_seconds(caller.token, caller.requests_per_second)
    if wait_seconds > 0:
        limit = f"This Secret Token may send {caller.requests_per_second} requests a second: wait."
        raise TooManyRequests(limit, math.ceil(wait_seconds))


def _path(request: Request) -> str:
    path, query = request.scope["path"].removeprefix(SCIM_PATH), request.scope["query_string"]
    return f"{path}?{query.decode('latin-1')}" if query else path


def open_gate(_: Request) -> None:
    """A gate for everyone."""
