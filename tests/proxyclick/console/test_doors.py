"""No page without a session, no action without its form, and nothing without the right: for every route there is."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from fakes.console_visitor import Visitor, administrator_of
from fakes.served_tenant import ServedTenant, served_tenant
from proxyclick.console.doors import Door, Forms
from proxyclick.people.profiles import PROXYCLICK
from proxyclick.people.user_groups import GROUPS_WITH, UserGroup
from proxyclick.store.database import open_database
from proxyclick.wiring import application


def routes() -> list[Route]:
    with tempfile.TemporaryDirectory() as data, closing(open_database(Path(data))) as connection:
        found = application(connection, connection, PROXYCLICK, "http://tenant.example").routes
    return [route for route in found if isinstance(route, Route)]


def doors(method: str, *, is_open: bool | None = None) -> list[tuple[str, Door]]:
    """The console's routes that answer a method; open ones, others, or all."""
    found = [(route, route.endpoint) for route in routes()]
    return [
        (route.path, door)
        for route, door in found
        if isinstance(door, Door) and method in (route.methods or ()) and is_open in (None, door.is_open)
    ]


def form_paths() -> list[str]:
    """The paths that take the forms of the console's own pages."""
    return [path for path, door in doors("POST") if door.forms is Forms.OWN]


def paths(method: str, *, is_open: bool | None = None) -> list[str]:
    return [path for path, _ in doors(method, is_open=is_open)]


def filled(path: str) -> str:
    """An address of a route."""
    return re.sub(r"\{\w+(:int)?\}", "1", path.replace("{rest:path}", "no/such/page"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("doors")) as served:
        yield served


@pytest.fixture(scope="module")
def root(site: ServedTenant) -> Iterator[Visitor]:
    with administrator_of(site.site, site.data) as visitor:
        visitor.get("/settings/sessions")
        yield visitor


def test_every_route_is_a_door_an_asset_or_of_the_scim_service() -> None:
    others = {route.path for route in routes() if not isinstance(route.endpoint, Door)}
    assert {path.split("/")[1] for path in others} == {"assets", "scim"}


@pytest.mark.parametrize("path", paths("GET", is_open=False))
def test_without_a_session_every_page_leads_to_the_sign_in_page(site: ServedTenant, path: str) -> None:
    answer = httpx2.get(site.site + filled(path), trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_only_signed_messages_come_without_the_form_of_the_session() -> None:
    messages = [path for path, door in [*doors("GET"), *doors("POST")] if door.forms is Forms.MESSAGES]
    assert {path.split("/")[1] for path in messages} == {"saml"}


@pytest.mark.parametrize("path", form_paths())
@pytest.mark.parametrize(
    "wrong", ["no token", "another token", "a token of somebody else", "from another site", "no cookie"]
)
def test_no_action_is_done_without_the_form_of_the_session(
    site: ServedTenant, root: Visitor, path: str, wrong: str
) -> None:
    other = Visitor(site.site)
    other.get("/sign-in")
    token = {"no token": {}, "another token": {"csrf_token": "x" * 43}}.get(wrong, {"csrf_token": root.csrf_token})
    token = {"csrf_token": other.csrf_token} if wrong == "a token of somebody else" else token
    headers = {"Origin": "https://evil.example"} if wrong == "from another site" else {}
    http = httpx2.Client(base_url=site.site, trust_env=False) if wrong == "no cookie" else root.http
    answer = http.post(filled(path), data=token, headers=headers)
    assert (answer.status_code, "nothing was done" in answer.text) == (403, True)
    assert root.http.get("/users").status_code == 200


@pytest.mark.parametrize("path", form_paths())
def test_a_browser_that_tells_of_another_site_is_believed(root: Visitor, path: str) -> None:
    for kind in ("cross-site", "same-site"):
        answer = root.http.post(filled(path), data={"csrf_token": root.csrf_token}, headers={"Sec-Fetch-Site": kind})
        assert answer.status_code == 403


@pytest.mark.parametrize("path", paths("POST", is_open=False))
def test_an_action_needs_somebody_who_is_signed_in(site: ServedTenant, path: str) -> None:
    visitor = Visitor(site.site)
    visitor.get("/sign-in")
    answer = visitor.http.post(filled(path), data={"csrf_token": visitor.csrf_token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_what_only_administrators_may_is_behind_a_door_that_says_so() -> None:
    for path, door in [*doors("GET"), *doors("POST")]:
        if path.startswith("/settings/integrations"):
            assert door.right is not None
            assert GROUPS_WITH[door.right] == {UserGroup.ADMINISTRATORS}


@pytest.mark.parametrize("path", paths("GET"))
def test_every_page_forbids_frames_and_foreign_scripts(site: ServedTenant, root: Visitor, path: str) -> None:
    for http in (root.http, httpx2.Client(base_url=site.site, trust_env=False)):
        with http.stream("GET", filled(path)) as answer:  # one page goes on as long as the session
            headers = answer.headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"


def test_a_nonce_is_never_used_twice(root: Visitor) -> None:
    policies = [root.http.get("/users").headers["content-security-policy"] for _ in range(3)]
    assert len(set(policies)) == 3


def test_a_form_beyond_reason_is_refused(root: Visitor) -> None:
    answer = root.http.post("/sign-in", data={"email": "x" * 200_000})
    assert answer.status_code == 413


def test_there_is_no_page_where_there_is_none(root: Visitor) -> None:
    assert root.http.get("/no/such/page").status_code == 404
