"""Is a provider believed exactly when it is to be believed?"""

import base64
import hmac
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from fakes.allowed import THIS_MACHINE
from fakes.lying_provider import CLIENT_ID, CLIENT_SECRET, LyingProvider, lying_provider
from instep.access.administrators import Subject
from instep.admin.access.by_provider import Claims, Errand, ProviderFailed
from instep.clock import system_clock
from instep.connectors.identity.endpoints import MOST_BYTES
from instep.connectors.identity.openid_connect import OpenIdProvider

ERRAND = Errand("http://127.0.0.1:8480/sign-in/callback", "a state", "a nonce", "a verifier of many characters")


@pytest.fixture
def peer() -> Iterator[LyingProvider]:
    with lying_provider() as found:
        yield found


@pytest.fixture
def provider(peer: LyingProvider) -> OpenIdProvider:
    return OpenIdProvider(peer.issuer, CLIENT_ID, CLIENT_SECRET, "", system_clock, THIS_MACHINE)


async def sign_in(provider: OpenIdProvider, peer: LyingProvider) -> Claims:
    return await provider.claims(ERRAND, peer.let_in(await provider.address(ERRAND)))


async def test_whoever_signs_in_is_known_by_issuer_and_subject(provider: OpenIdProvider, peer: LyingProvider) -> None:
    peer.claims = {"email": "ada@corp.example", "email_verified": True, "auth_time": 1_767_600_000}
    claims = await sign_in(provider, peer)
    assert claims == Claims(Subject(peer.issuer, "ada"), "ada@corp.example", datetime(2026, 1, 5, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize("verified", [False, "true", 1, None])
async def test_an_address_that_was_not_verified_is_none(
    provider: OpenIdProvider, peer: LyingProvider, verified: object
) -> None:
    peer.claims = {"email": "ada@corp.example", "email_verified": verified}
    assert (await sign_in(provider, peer)).email == ""


async def test_the_browser_is_sent_with_state_nonce_and_a_challenge(provider: OpenIdProvider) -> None:
    address = await provider.address(ERRAND)
    assert "/authorize?tenant=1&response_type=code&" in address
    for said in ("state=a+state", "nonce=a+nonce", "code_challenge_method=S256", "scope=openid+email+profile"):
        assert said in address
    assert ERRAND.verifier not in address
    assert "prompt" not in address
    assert "prompt=login&max_age=0" in await provider.address_to_confirm(ERRAND)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another application"},
        {"aud": ["another application"]},
        {"aud": [CLIENT_ID, "another application"]},  # and no azp
        {"aud": [CLIENT_ID, "another application"], "azp": "another application"},
        {"azp": "another application"},
        {"aud": None},
        {"nonce": "another nonce"},
        {"nonce": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"iat": None},
    ],
)
async def test_a_token_that_says_the_wrong_thing_lets_nobody_in(
    provider: OpenIdProvider, peer: LyingProvider, claims: dict[str, object]
) -> None:
    peer.claims = claims
    with pytest.raises(ProviderFailed):
        await sign_in(provider, peer)


def without_signature(peer: LyingProvider) -> str:
    return peer.signed(ERRAND.nonce).rpartition(".")[0] + "."


def none_as_algorithm(peer: LyingProvider) -> str:
    body = peer.signed(ERRAND.nonce).split(".")[1]
    return f"eyJhbGciOiJub25lIn0.{body}."  # {"alg":"none"}


def signed_by_somebody_else(peer: LyingProvider) -> str:
    other = ECKey.generate_key("P-256", {"kid": "first"})
    header, body, _ = peer.signed(ERRAND.nonce).split(".")
    forged = jwt.encode({"alg": "ES256", "kid": "first"}, {"sub": "eve"}, other)
    return f"{header}.{body}.{forged.split('.')[2]}"


def with_the_secret_as_key(peer: LyingProvider) -> str:
    now = int(time.time())
    claims = {"iss": peer.issuer, "sub": "eve", "aud": CLIENT_ID, "exp": now + 60, "iat": now, "nonce": ERRAND.nonce}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET))


def with_the_public_key_as_secret(peer: LyingProvider) -> str:
    body = peer.signed(ERRAND.nonce).split(".")[1]
    header = encoded(b'{"alg":"HS256","kid":"first"}')
    signed = f"{header}.{body}"
    made = hmac.digest(peer.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{encoded(made)}"


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize(
    "forge",
    [
        without_signature,
        none_as_algorithm,
        signed_by_somebody_else,
        with_the_secret_as_key,
        with_the_public_key_as_secret,
        lambda _: "",
        lambda _: "no token at all",
        lambda _: "a.b.c",
    ],
)
async def test_a_token_that_is_not_signed_by_the_provider_lets_nobody_in(
    provider: OpenIdProvider, peer: LyingProvider, forge
) -> None:
    peer.token = forge(peer)
    with pytest.raises(ProviderFailed):
        await sign_in(provider, peer)


async def test_a_new_key_is_fetched_once_and_one_that_is_not_published_is_refused(
    provider: OpenIdProvider, peer: LyingProvider
) -> None:
    await sign_in(provider, peer)
    peer.new_key("second")
    assert (await sign_in(provider, peer)).subject.name == "ada"
    assert peer.asked.count("/keys") == 2
    peer.published = [peer.key.as_dict(private=False)]
    peer.new_key("third")
    with pytest.raises(ProviderFailed, match="does not publish"):
        await sign_in(provider, peer)
    assert peer.asked.count("/keys") == 3


async def test_keys_of_kinds_that_nobody_knows_are_passed_over(provider: OpenIdProvider, peer: LyingProvider) -> None:
    own = {**peer.key.as_dict(private=False), "use": "sig"}
    peer.published = [{"kty": "new"}, "nonsense", {"kty": "oct", "k": "eA"}, own]  # type: ignore[list-item]
    assert (await sign_in(provider, peer)).subject.name == "ada"


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": "https://user:password@evil.example/"},
    ],
)
async def test_a_provider_that_publishes_the_wrong_thing_is_not_asked(
    provider: OpenIdProvider, peer: LyingProvider, metadata: dict[str, str]
) -> None:
    peer.metadata = metadata
    with pytest.raises(ProviderFailed):
        await provider.address(ERRAND)


@pytest.mark.parametrize("issuer", ["http://login.example", "login.example", "ftp://login.example", ""])
async def test_an_issuer_without_https_is_not_asked(issuer: str) -> None:
    with pytest.raises(ProviderFailed, match="https://"):
        await OpenIdProvider(issuer, "x", None, "", system_clock, THIS_MACHINE).address(ERRAND)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
@pytest.mark.parametrize(
    "answer",
    [
        web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        web.Response(status=500, text="<b>broken</b>"),
        web.Response(status=200, text="no JSON"),
        web.Response(status=200, text="[]"),
        web.Response(status=200, body=b'{"x": "' + b"x" * MOST_BYTES + b'"}'),
    ],
    ids=["redirect", "error", "no JSON", "no object", "too large"],
)
async def test_an_answer_that_is_none_lets_nobody_in_and_says_why(
    provider: OpenIdProvider, peer: LyingProvider, path: str, answer: web.Response
) -> None:
    peer.answers[path] = answer
    with pytest.raises(ProviderFailed) as failure:
        await sign_in(provider, peer)
    assert "broken" not in str(failure.value)


async def test_a_provider_that_is_away_is_said_to_be() -> None:
    with pytest.raises(ProviderFailed, match="cannot be reached"):
        await OpenIdProvider("http://127.0.0.1:9", "x", None, "", system_clock, THIS_MACHINE).address(ERRAND)


@pytest.mark.parametrize(
    ("methods", "secret"),
    [(["client_secret_basic"], CLIENT_SECRET), (["client_secret_post"], CLIENT_SECRET), (["none"], None)],
)
async def test_the_client_shows_itself_as_the_provider_wants_it(
    peer: LyingProvider, methods: list[str], secret: str | None
) -> None:
    peer.metadata = {"token_endpoint_auth_methods_supported": methods}
    provider = OpenIdProvider(peer.issuer, CLIENT_ID, secret, "Corp ID", system_clock, THIS_MACHINE)
    assert (await sign_in(provider, peer)).subject.name == "ada"


async def test_a_code_is_worth_nothing_to_whoever_has_not_the_verifier(
    provider: OpenIdProvider, peer: LyingProvider
) -> None:
    code = peer.let_in(await provider.address(ERRAND))
    with pytest.raises(ProviderFailed, match="invalid_grant"):
        await provider.claims(Errand(ERRAND.redirect_uri, ERRAND.state, ERRAND.nonce, "another verifier"), code)


async def test_what_is_published_is_read_again_after_an_hour(peer: LyingProvider) -> None:
    now = [system_clock()]
    provider = OpenIdProvider(peer.issuer, CLIENT_ID, CLIENT_SECRET, "", lambda: now[0], THIS_MACHINE)
    for _ in range(3):
        await provider.address(ERRAND)
    now[0] += timedelta(hours=1)
    await provider.address(ERRAND)
    assert peer.asked.count("/.well-known/openid-configuration") == 2
