"""Single sign-on is set up in the tenant by clicking, and a browser goes to another site and comes back signed in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browser.browsing import NARROW, WIDE, Visit, visit
from fakes.console_visitor import sign_in_link
from fakes.saml_parties import ANA, ISSUER, key_of
from fakes.served_tenant import ServedTenant, served_tenant
from instep.saml.assertion import Assertion, NameId
from instep.saml.authn_request import read_request
from instep.saml.bindings import Parameter, PostForm, post_form, received_by_post, received_by_redirect
from instep.saml.certificates import pem
from instep.saml.logout import LogoutResponse, read_logout_request, written_logout_response
from instep.saml.response import Response, signed_response

ENDPOINT, LOGOUT = "https://login.instep.example/saml2", "https://login.instep.example/logout"
KEY = key_of("idp")


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path / "data") as found:
        found.create(ANA)
        yield found


def set_up(visited: Visit, tenant: ServedTenant, method: str) -> None:
    """Marketplace > Microsoft Entra ID > Install now > Single sign-on > Start integration > fill in > Save Changes."""
    page = visited.page
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{tenant.site}/settings/integrations/marketplace/microsoft-entra-id/install")
    page.get_by_label("Single sign-on").check()
    page.get_by_role("button", name="Start integration").click()
    expect(page.get_by_label("SAML Consumer URL", exact=True)).to_have_value(f"{tenant.site}/saml/consume/CO-A000")
    assert visited.violations() == []
    page.get_by_label("SAML Request Method").select_option(method)
    page.get_by_label("Issuer").fill(ISSUER)
    page.get_by_label("SAML 2.0 Endpoint URL").fill(ENDPOINT)
    page.get_by_label("SAML 2.0 Logout URL").fill(LOGOUT)
    page.get_by_label("Certificate", exact=True).fill("MIIC...")
    page.get_by_role("button", name="Save Changes").click()
    expect(page.get_by_text("Paste the whole certificate")).to_be_visible()
    assert visited.violations() == []
    visited.complaints.clear()  # of the status 422
    page.get_by_label("Certificate", exact=True).fill(pem(KEY.certificate))
    page.get_by_role("button", name="Save Changes").click()
    expect(page.get_by_text("Single sign-on was saved")).to_be_visible()
    assert (visited.violations(), visited.fits()) == ([], True)


def sends(route: Route, form: PostForm) -> None:
    """Answers as an identity provider does: with a form that the browser brings to the tenant by itself."""
    inputs = "".join(f'<input type="hidden" name="{n}" value="{escape(v)}">' for n, v in form.fields.items())
    body = (
        f'<form method="post" action="{escape(form.action)}">{inputs}</form><script>document.forms[0].submit()</script>'
    )
    route.fulfill(body=body, content_type="text/html")


def serve_identity_provider(page: Page, tenant: ServedTenant) -> None:
    """What the browser finds at the identity provider's site: Ana is signed in there, and may sign out."""

    def answer(route: Route) -> None:
        url, body = urlsplit(route.request.url), route.request.post_data
        received = received_by_post(fields_of(body)) if body else received_by_redirect(url.query)
        now = datetime.now(UTC)
        if url.path == "/logout":
            asked = read_logout_request(received.read())
            said = LogoutResponse("_l", ISSUER, now, f"{tenant.site}/saml/logout/CO-A000", asked.id)
            sends(route, post_form(said.destination, Parameter.RESPONSE, written_logout_response(said), "", KEY))
            return
        request = read_request(received.read())
        said = Assertion(
            id=f"_{request.id}",
            issuer=ISSUER,
            issued_at=now,
            subject=NameId(ANA),
            audience=request.issuer,
            recipient=request.consumer_url,
            not_before=now - timedelta(minutes=1),
            not_on_or_after=now + timedelta(minutes=30),
            authenticated_at=now,
            session_index="_s",
            in_response_to=request.id,
        )
        answered = Response("_r", ISSUER, now, request.consumer_url, request.id, said)
        sends(route, post_form(request.consumer_url, Parameter.RESPONSE, signed_response(answered, KEY)))

    page.route("https://login.instep.example/**", answer)


def fields_of(body: str) -> list[tuple[str, str]]:
    return parse_qsl(body)


@pytest.mark.parametrize(
    ("method", "scheme", "width"), [("HTTP Redirect", "light", WIDE), ("HTTP POST", "dark", NARROW)]
)
def test_somebody_signs_in_by_another_site_and_out_again(
    browser: Browser, tenant: ServedTenant, method: str, scheme: str, width: int
) -> None:
    with visit(browser, sign_in_link(tenant.data), scheme, width) as visited:
        set_up(visited, tenant, method)
        if method == "HTTP Redirect":
            visited.keep_picture("tenant-single-sign-on.png")
    context = browser.new_context()
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)
        serve_identity_provider(page, tenant)
        page.goto(f"{tenant.site}/sign-in")
        page.get_by_role("link", name="Sign in with SSO").click()
        expect(page.get_by_role("heading", name="Users", exact=True)).to_be_visible(timeout=30_000)
        page.locator("summary", has_text="Ada Example").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible(timeout=30_000)
        page.goto(f"{tenant.site}/users")
        expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible(timeout=30_000)
    finally:
        context.close()
