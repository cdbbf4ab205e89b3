"""How does a test get an OpenID Connect provider that lies? A small one that works, and says what it is told to.

It is served on loopback from a thread of its own. It looks at PKCE, at the client's secret and at the redirect URI as a
provider has to, and signs with ES256.
"""

import asyncio
import base64
import hashlib
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey

CLIENT_ID, CLIENT_SECRET = "instep of this test", "s3cret:with/characters"


@dataclass
class LyingProvider:
    """`claims` go over those of the ID token, `metadata` over what is published; `token` is given in its place."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    answers: dict[str, web.Response] = field(default_factory=dict)  # by path
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "first", "use": "sig"}))
    published: list[dict[str, Any]] | None = None  # None: its key
    asked: list[str] = field(default_factory=list)  # the paths
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def let_in(self, address: str) -> str:
        """What a browser is sent back with, once somebody has signed in at this address: the code."""
        query = dict(parse_qsl(urlsplit(address).query))
        assert query["client_id"] == CLIENT_ID
        code = f"code {len(self.codes)}"
        self.codes[code] = query
        return code

    def new_key(self, kid: str) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": "ada", "aud": CLIENT_ID, "exp": now + 60, "iat": now, "nonce": nonce}
        claims = {name: value for name, value in {**claims, **self.claims}.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        if request.path in self.answers:
            told = self.answers[request.path]
            return web.Response(status=told.status, body=told.body, headers=told.headers)
        match request.path:
            case "/.well-known/openid-configuration":
                return web.json_response({**self._published(), **self.metadata})
            case "/keys":
                own = [{**self.key.as_dict(private=False), "use": "sig"}]
                return web.json_response({"keys": own if self.published is None else self.published})
            case "/token":
                return self._token(request, dict(parse_qsl(await request.text())))
        return web.Response(status=404)

    def _published(self) -> Mapping[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def _token(self, request: web.Request, form: dict[str, str]) -> web.Response:
        query = self.codes.pop(form.get("code", ""), None)
        if not self._is_client(request, form):
            return web.json_response({"error": "invalid_client"}, status=401)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            query is None
            or query["redirect_uri"] != form.get("redirect_uri")
            or (query["code_challenge_method"], query["code_challenge"]) != ("S256", challenge)
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self.signed(query["nonce"]) if self.token is None else self.token
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": token})

    def _is_client(self, request: web.Request, form: dict[str, str]) -> bool:
        methods = self.metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "none" in methods:
            return form.get("client_id") == CLIENT_ID and "client_secret" not in form
        if "client_secret_basic" not in methods:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        given = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        return given == f"{urlencode({'': CLIENT_ID})[1:]}:{urlencode({'': CLIENT_SECRET})[1:]}"


@contextmanager
def lying_provider() -> Iterator[LyingProvider]:
    """A provider on a free port of loopback, ended at the end."""
    found, loop, ready = LyingProvider(), asyncio.new_event_loop(), threading.Event()

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", found.answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        found.port = runner.addresses[0][1]
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
