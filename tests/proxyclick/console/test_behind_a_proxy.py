"""The console as it is reached through a proxy with HTTPS."""

from collections.abc import Iterator, MutableMapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import run_command
from proxyclick.cli.administering import link_for_first_administrator
from proxyclick.people.profiles import PROXYCLICK
from proxyclick.store.database import open_database
from proxyclick.wiring import application

SITE = "https://visitors.corp.example"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[httpx2.AsyncClient]:
    with closing(open_database(tmp_path)) as connection, closing(open_database(tmp_path)) as reading:
        app = application(connection, reading, PROXYCLICK, SITE)

        async def as_the_proxy_hands_on(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
            await app(scope | {"scheme": "http"}, receive, send)

        transport = httpx2.ASGITransport(as_the_proxy_hands_on)
        yield httpx2.AsyncClient(transport=transport, base_url=SITE, follow_redirects=False)


async def signs_in(browser: httpx2.AsyncClient, link: str) -> httpx2.Response:
    """What follows on the form of the link that makes the first administrator."""
    token = (await browser.get(link)).text.partition('csrf_token" value="')[2].partition('"')[0]
    person = {"email": "a@b.example", "first_name": "A", "last_name": "B", "password": "correct horse battery"}
    headers = {"Origin": SITE, "X-Forwarded-For": "6.6.6.6, 192.0.2.7"}
    return await browser.post(link, data={"csrf_token": token, **person}, headers=headers)


async def test_the_cookie_is_for_this_host_and_https_alone(browser: httpx2.AsyncClient, tmp_path: Path) -> None:
    with closing(open_database(tmp_path)) as connection:
        link = link_for_first_administrator(connection, SITE)
    assert link is not None
    answer = await signs_in(browser, link)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-proxyclick=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert "192.0.2.7" in (await browser.get("/settings/sessions")).text
    assert (await browser.get("/users")).status_code == 200


async def test_a_form_of_another_site_is_refused(browser: httpx2.AsyncClient) -> None:
    token = (await browser.get("/sign-in")).text.partition('csrf_token" value="')[2].partition('"')[0]
    for origin in ("https://evil.example", "http://visitors.corp.example.evil.example", "null"):
        answer = await browser.post("/sign-in", data={"csrf_token": token}, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "another site" in answer.text


async def test_other_names_are_turned_away(browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/sign-in", headers={"Host": "evil.example"})).status_code == 403
    assert (await browser.get("/sign-in", headers={"Host": "127.0.0.1:8420"})).status_code == 200


@pytest.mark.parametrize(
    "url", ["visitors.corp.example", "https://corp.example/path", "ftp://x", "https://a@b.example"]
)
def test_an_address_that_is_none_is_told(tmp_path: Path, url: str) -> None:
    refused = run_command("serve", "--public-url", url, "--port", "0", "--data", str(tmp_path / "data"))
    assert refused.returncode == 2
    assert "--public-url" in refused.stderr
    assert "https://visitors.corp.example" in refused.stderr
    assert not (tmp_path / "data").exists()
