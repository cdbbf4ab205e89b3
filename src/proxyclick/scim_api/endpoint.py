"""How does a request get to what answers it, and how is every refusal told in SCIM's form?"""

from collections.abc import Awaitable, Callable, Mapping

import orjson
import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from instep.scim.errors import MethodNotAllowed, NotAcceptable, PayloadTooLarge, ScimError, Unauthorized
from instep.scim.messages import ERROR_URN
from proxyclick.integrations.scope import Caller
from proxyclick.integrations.tokens import Secret
from proxyclick.scim_api.reading import takes_json
from proxyclick.scim_api.requests import ScimRequest, ScimResponse

Answer = Callable[[Request], Awaitable[Response]]
Gate = Callable[[Request], Caller | None]
"""Lets a request pass and says whose it is, or raises Unauthorized."""

_CALLER = "proxyclick.caller"

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
        request = ScimRequest(scope, receive)
        try:
            response = await self._answer(request)
        except ScimError as error:
            response = _refusal(error, self._allowed)
        except ClientDisconnect:
            return
        except Exception:
            _log.exception("request failed", method=request.method, path=request.url.path)
            response = scim_response(_FAILED, 500)
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
    headers = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="Proxyclick"'
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = allowed
    if isinstance(error, PayloadTooLarge):
        headers["Connection"] = "close"  # the rest of the body is not read
    return scim_response(orjson.dumps(error.body()), error.status, headers)


def caller_of(request: Request) -> Caller:
    """Whose request it is, which the gate has found out. Only behind a gate that asks."""
    caller = request.scope[_CALLER]
    if not isinstance(caller, Caller):
        raise TypeError(f"{request.url.path} is open to everyone, so nobody's data can be asked for there")
    return caller


def bearer_gate(caller_of_token: Callable[[Secret], Caller | None]) -> Gate:
    """A gate for those who bring a good token in `Authorization: Bearer`."""

    def gate(request: Request) -> Caller:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthorized("Send the Secret Token of the integration as 'Authorization: Bearer <token>'.")
        caller = caller_of_token(Secret(token.strip()))
        if caller is None:
            raise Unauthorized("The Secret Token is not known here, or was revoked: issue another one.")
        return caller

    return gate


def open_gate(_: Request) -> None:
    """A gate for everyone."""
