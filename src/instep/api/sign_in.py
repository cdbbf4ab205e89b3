"""How does a client get an access token, and where do libraries learn how (graph-api.md 1.11)?

The tenant in the address may be anything: an installation is one. Only client credentials are understood; people sign
in to the admin center.
"""

import base64
import binascii
from urllib.parse import parse_qs, unquote_plus
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from instep.admin.access.clients import TokenRequest, issue_access_token
from instep.wiring import Instep

SLASHES = ("/", "//")  # some clients join an address that ends in a slash with one that begins with it
LARGEST_BODY_BYTES = 10_000
_INVALID_CLIENT = 7_000_215
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def sign_in_routes(instep: Instep) -> list[BaseRoute]:
    """Return the routes, which are beside the API's versions."""
    tokens = TokenEndpoint(instep)
    return [
        route
        for slashes in SLASHES
        for route in (
            Route(f"{slashes}{{tenant}}/oauth2/v2.0/token", tokens.answer, methods=["POST"]),
            Route(f"{slashes}{{tenant}}/v2.0/.well-known/openid-configuration", openid_configuration),
            Route(f"{slashes}metadata/endpoints", cloud_endpoints),
            Route(f"{slashes}subscriptions", no_subscriptions),
        )
    ]


class TokenEndpoint:
    """Gives access tokens to registered clients."""

    def __init__(self, instep: Instep) -> None:
        self._instep = instep

    async def answer(self, request: Request) -> Response:
        """Answer a request for a token (RFC 6749, 4.4 and 5)."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY_BYTES:
                return self._refused("invalid_request", "The request is too large.", 413)
        form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
        if form.get("grant_type") != "client_credentials":
            why = "AADSTS70003: The app requested an unsupported grant type; this service knows client_credentials."
            return self._refused("unsupported_grant_type", why, 400)
        asked = TokenRequest(
            *_credentials(request, form),
            issuer=f"{_tenant_of(request)}/v2.0",
            audience=form.get("scope", "").removesuffix("/.default"),
            tenant=request.path_params["tenant"],
        )
        token = await run_in_threadpool(issue_access_token, self._instep.access, asked)
        if token is None:
            why = "AADSTS7000215: Invalid client secret provided, or the client is unknown, or its secret has expired."
            return self._refused("invalid_client", why, 401)
        seconds = int(token.lives_for.total_seconds())
        said = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token.secret}
        return JSONResponse(said, headers=_NO_STORE)

    def _refused(self, error: str, description: str, status: int) -> Response:
        now = self._instep.clock()
        said = {
            "error": error,
            "error_description": description,
            "error_codes": [_INVALID_CLIENT] if error == "invalid_client" else [],
            "timestamp": f"{now:%Y-%m-%d %H:%M:%SZ}",
            "trace_id": str(uuid4()),
            "correlation_id": str(uuid4()),
        }
        return JSONResponse(said, status, _NO_STORE)


async def openid_configuration(request: Request) -> Response:
    """Say where tokens are had."""
    base = _tenant_of(request)
    return JSONResponse(
        {
            "issuer": f"{base}/v2.0",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
            "grant_types_supported": ["client_credentials"],
        }
    )


async def cloud_endpoints(request: Request) -> Response:
    """Say which addresses this cloud has, for clients that ask it first."""
    base = f"{request.url.scheme}://{request.url.netloc}/"
    login = {"loginEndpoint": base, "audiences": [base], "tenant": "common", "identityProvider": "AAD"}
    return JSONResponse(
        {
            "name": "Instep",
            "portal": base,
            "authentication": login,
            "graph": base,
            "graphAudience": base,
            "microsoftGraphResourceId": base,
            "resourceManager": base,
            "suffixes": {},
        }
    )


async def no_subscriptions(_: Request) -> Response:
    """There are none, which clients that sign in ask for."""
    return JSONResponse({"value": []})


def _tenant_of(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/{request.path_params['tenant']}"


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """The client's id and secret: of the form, or of the Authorization header (RFC 6749, 2.3.1)."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")
