"""Each route lets in exactly the roles that may, and each cell of the table is asked for over HTTP."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.routing import Route

from console.console_site import Site
from console.route_table import DANGEROUS, TABLE
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from instep.access.roles import GRANTED, Permission, Role
from instep.console.doors import SIGNED_IN, Door, Kind

FOR_SOME = {name: wants for name, wants in TABLE.items() if wants is SIGNED_IN or isinstance(wants, Permission)}
_NOT_ASKED = frozenset({"POST /sign-out"})
"""It lets its own browser out; tests/console/access/test_sign_in.py asks for it."""


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """With a provider set, so that its routes are there."""
    with administrator(tmp_path_factory.mktemp("roles")) as found:
        settings = found.instep.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "x"})
        yield replace(found, instep=replace(found.instep, settings=settings))


@pytest.fixture(scope="module")
def site(admin: Administrator) -> Site:
    return Site(admin)


@pytest.fixture(scope="module")
def browsers(site: Site) -> dict[Role, ConsoleBrowser]:
    return {role: site.signed_in(role) for role in Role}


def routes(site: Site) -> dict[str, Door]:
    found = [route for route in site.app.routes if isinstance(route, Route) and isinstance(route.endpoint, Door)]
    return {
        f"{method} {route.path}": route.endpoint
        for route in found
        for method in (route.methods or ())
        if method != "HEAD"
    }


def test_every_route_has_its_line_and_wants_what_it_says(site: Site) -> None:
    assert {name: door.wants for name, door in routes(site).items()} == TABLE


def test_who_somebody_is_is_asked_again_before_exactly_what_is_dangerous(site: Site) -> None:
    assert {name for name, door in routes(site).items() if door.kind is Kind.DANGEROUS_ACTION} == DANGEROUS


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(FOR_SOME.keys() - _NOT_ASKED))
def test_a_route_lets_in_whoever_may_and_nobody_else(
    site: Site, browsers: dict[Role, ConsoleBrowser], name: str, role: Role
) -> None:
    wants, browser = FOR_SOME[name], browsers[role]
    method, path = name.split()
    is_let_in = wants is SIGNED_IN or wants in GRANTED[role]
    address = re.sub(r"\{\w+(:\w+)?\}", "00000000-0000-0000-0000-000000000000", path)
    if is_let_in and routes(site)[name].kind is Kind.LIVE:
        return  # goes on for as long as one listens; tests/browser/test_signing_in.py listens to one
    answer = browser.get(address) if method == "GET" else browser.post(address)
    assert ("Your roles do not let you" in answer.text) is not is_let_in
    assert (answer.status_code == 403) is not is_let_in
    assert answer.status_code != 500
