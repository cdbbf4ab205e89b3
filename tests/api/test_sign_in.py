"""How programs get their access tokens, and what those are good for."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from instep.access.clients import ACCESS_TOKEN_LIFE
from instep.access.graph_permissions import KNOWN
from instep.access.refusals import AccessRefused
from instep.access.roles import Role
from instep.admin.access.clients import Registered, end_client, find_client, register_client, renew_secret
from instep.api.app import api_routes
from instep.wiring import Instep, open_instep

Client = httpx2.AsyncClient
DAY = timedelta(days=1)


@pytest.fixture
def now() -> list[datetime]:
    return [datetime(2026, 3, 2, 8, tzinfo=UTC)]


@pytest.fixture
def instep(tmp_path: Path, now: list[datetime]) -> Any:
    with open_instep(tmp_path / "timed", lambda: now[0]) as found:
        yield found


@pytest.fixture
def http(instep: Instep) -> Client:
    transport = httpx2.ASGITransport(Starlette(routes=api_routes(instep)))
    return Client(transport=transport, base_url="https://graph.corp.example/")


def registered(instep: Instep, *permissions: str) -> Registered:
    return register_client(instep.access, "nightly", permissions or ("User.Read.All",), KNOWN, 90 * DAY, "the tests")


async def asked(http: Client, client_id: str, secret: str, **more: str) -> httpx2.Response:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, "scope": "x/.default"}
    return await http.post("corp.example/oauth2/v2.0/token", data=form | more)


async def test_a_client_gets_a_token_that_is_good_for_an_hour_and_for_what_it_may(
    http: Client, instep: Instep, now: list[datetime]
) -> None:
    client = registered(instep, "User.Read.All")
    answer = await asked(http, client.client.id, client.secret)
    assert answer.status_code == 200
    token = answer.json()
    assert (token["token_type"], token["expires_in"], answer.headers["cache-control"]) == ("Bearer", 3600, "no-store")
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert (await http.get("v1.0/users", headers=headers)).status_code == 200
    refused = await http.get("v1.0/groups", headers=headers)
    assert (refused.status_code, "Group.Read.All" in refused.json()["error"]["message"]) == (403, True)
    now[0] += ACCESS_TOKEN_LIFE
    assert (await http.get("v1.0/users", headers=headers)).status_code == 401
    assert find_client(instep.access, "nightly").last_used_at is not None


async def test_credentials_may_come_in_the_header(http: Client, instep: Instep) -> None:
    client = registered(instep)
    basic = base64.b64encode(f"{client.client.id}:{client.secret}".encode()).decode()
    form = {"grant_type": "client_credentials"}
    headers = {"Authorization": f"Basic {basic}"}
    assert (await http.post("t/oauth2/v2.0/token", data=form, headers=headers)).status_code == 200
    broken = {"Authorization": "Basic ?"}
    assert (await http.post("t/oauth2/v2.0/token", data=form, headers=broken)).status_code == 401


@pytest.mark.parametrize("wrong", ["secret", "client", "grant", "empty"])
async def test_whoever_shows_no_good_secret_gets_nothing(http: Client, instep: Instep, wrong: str) -> None:
    client = registered(instep)
    name, secret, more = client.client.id, client.secret, {}
    match wrong:
        case "secret":
            secret = secret[:-1] + ("a" if secret[-1] != "a" else "b")
        case "client":
            name = "00000000-0000-0000-0000-000000000001"
        case "grant":
            more = {"grant_type": "password"}
        case "empty":
            name = secret = ""
    answer = await asked(http, name, secret, **more)
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_client", "unsupported_grant_type")
    assert "access_token" not in answer.text
    assert client.secret not in answer.text


@pytest.mark.parametrize("how", ["over", "renewed", "deleted"])
async def test_with_its_secret_a_clients_tokens_end(
    http: Client, instep: Instep, now: list[datetime], how: str
) -> None:
    client = registered(instep)
    if how == "over":
        now[0] += 90 * DAY - timedelta(minutes=5)
    token = (await asked(http, client.client.id, client.secret)).json()
    assert token["expires_in"] == (300 if how == "over" else 3600)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert (await http.get("v1.0/users", headers=headers)).status_code == 200
    match how:
        case "over":
            now[0] += timedelta(minutes=5)
        case "renewed":
            again = renew_secret(instep.access, client.client, DAY, "the tests")
            assert (await asked(http, client.client.id, again.secret)).status_code == 200
        case "deleted":
            end_client(instep.access, client.client, "the tests")
    assert (await http.get("v1.0/users", headers=headers)).status_code == 401
    assert (await asked(http, client.client.id, client.secret)).status_code == 401


@pytest.mark.parametrize(
    ("name", "permissions", "life", "message"),
    [
        ("", ["User.Read.All"], DAY, "Give the client a name"),
        ("x", [], DAY, "Say what the client may do"),
        ("x", ["User.Frob.All"], DAY, "There is no permission 'User.Frob.All'"),
        ("x", ["User.Read.All"], 1000 * DAY, "731 days at most"),
    ],
)
def test_a_client_that_cannot_be_is_refused(
    instep: Instep, name: str, permissions: list[str], life: timedelta, message: str
) -> None:
    with pytest.raises(AccessRefused, match=message):
        register_client(instep.access, name, permissions, KNOWN, life, "the tests")
    assert instep.access.clients.all() == []


async def test_libraries_learn_where_tokens_are_had(http: Client) -> None:
    known = (await http.get("any/v2.0/.well-known/openid-configuration")).json()
    assert known["token_endpoint"] == "https://graph.corp.example/any/oauth2/v2.0/token"
    cloud = (await http.get("metadata/endpoints?api-version=2022-09-01")).json()
    assert cloud["microsoftGraphResourceId"] == "https://graph.corp.example/"
    assert (await http.get("subscriptions")).json() == {"value": []}


async def test_a_request_that_is_too_large_is_refused(http: Client) -> None:
    assert (await http.post("t/oauth2/v2.0/token", content=b"x" * 20_000)).status_code == 413


async def test_tokens_of_administrators_go_on_being_good(client_as: Callable[[Role | None], Client]) -> None:
    assert (await client_as(Role.GLOBAL_ADMINISTRATOR).get("users")).status_code == 200
