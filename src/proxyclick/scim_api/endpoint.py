"""How does a request get to what answers it, and how is every refusal told in SCIM's form?"""

import math
from collections.abc import Awaitable, Callable, Mapping

import orjson
import structlog
from starlette.requests import ClientDisconnect
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
from proxyclick.scim_api.requests import ScimRequest, ScimResponse, request_of

Answer = Callable[[ScimRequest], Awaitable[ScimResponse]]
Gate = Callable[[ScimRequest], Caller | None]
"""Lets a request pass and says whose it is, or raises Unauthorized."""

_TOTAL = b'"totalResults":'
_HEAD_OF_A_LIST = 300

_log = structlog.get_logger()
_FAILED = orjson.dumps({"schemas": [ERROR_URN], "status": "500", "detail": "The tenant failed; its log says why."})


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
        """Answers a request that ASGI brings."""
        response = await self.answer(request_of(scope, receive))
        if response is not None:
            await response.send(send)

    async def answer(self, request: ScimRequest) -> ScimResponse | None:
        """Answers one request; nothing that it sends makes this raise. None when its client has gone."""
        problem = ""
        try:
            response = await self._answer(request)
        except ScimError as error:
            response, problem = _refusal(error, self._allowed), error.detail
        except ClientDisconnect:
            return None
        except Exception:
            _log.exception("request failed", method=request.method, path=request.path)
            response, problem = ScimResponse(_FAILED, 500), "The tenant failed."
        _tell(request, response, problem)
        return response

    async def _answer(self, request: ScimRequest) -> ScimResponse:
        request.caller = self._gate(request)
        answer = self._methods.get(request.method)
        if answer is None:
            raise MethodNotAllowed(f"{request.method} is not allowed here, but {self._allowed or 'nothing'} is.")
        accept = request.header(b"accept")
        if accept is not None and not takes_json(accept):
            raise NotAcceptable(f"There is only application/scim+json here, which your Accept, {accept!r}, excludes.")
        return await answer(request)


def _refusal(error: ScimError, allowed: str) -> ScimResponse:
    told = refusal_headers(error, allowed, "Proxyclick")
    headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    return ScimResponse(orjson.dumps(error.body()), error.status, headers)


def _tell(request: ScimRequest, response: ScimResponse, problem: str) -> None:
    """Tells the activity of the installation, whose request it is if the gate let it in."""
    caller = request.caller
    if caller is None or caller.exchange is None:
        return
    user = None if request.method == "GET" else number_of("US", request.resource_id)
    caller.exchange.answered(response.status, problem or _found(response.body), user)


def _found(body: bytes) -> str:
    """How many resources a list says that there are."""
    start = body.find(_TOTAL, 0, _HEAD_OF_A_LIST)
    if start < 0:
        return ""
    count = body[start + len(_TOTAL) : start + len(_TOTAL) + 12].partition(b",")[0].decode()
    return "Nobody found." if count == "0" else f"{count} found."


def caller_of(request: ScimRequest) -> Caller:
    """Whose request it is, which the gate has found out. Only behind a gate that asks."""
    caller = request.caller
    if caller is None:
        raise TypeError(f"{request.path} is open to everyone, so nobody's data can be asked for there")
    return caller


def bearer_gate(caller_of_token: Callable[[Secret], Caller | None], log: Log, pacing: Pacing) -> Gate:
    """A gate for those who bring a good token in `Authorization: Bearer`; the log tells what they do."""

    def gate(request: ScimRequest) -> Caller:
        token = bearer_token(request.header(b"authorization") or "")
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


def _path(request: ScimRequest) -> str:
    path, query = request.path.removeprefix(SCIM_PATH), request.query_string
    return f"{path}?{query.decode('latin-1')}" if query else path


def open_gate(_: ScimRequest) -> None:
    """A gate for everyone."""
