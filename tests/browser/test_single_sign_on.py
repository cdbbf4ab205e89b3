"""Single sign-on by SAML, clicked through both consoles: set up, from My apps, from the application, out, and a leaver.

Its pictures are those of docs/guide/single-sign-on.md: INSTEP_SCREENSHOTS=1 saves them anew.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.browsing import LOOKS, WIDE, Console, Visit, enter, visit
from browser.conftest import beside, provision, served
from fakes.administrator import Administrator, administrator_of, upn
from fakes.console_visitor import sign_in_link
from fakes.served_tenant import ServedTenant
from instep.access.people import LINK_PATH
from instep.admin.access.people import issue_person_link
from instep.admin.applications import add_app
from instep.clock import system_clock
from instep.ledger.jobs import JobState
from instep.wiring import open_instep

PASSWORD = "four words are good"
SSO = "/settings/integrations/sso"


@pytest.fixture
def admin(tmp_path: Path, tenant: ServedTenant) -> Iterator[Administrator]:
    """Ada has an account in the tenant, which she got by provisioning."""
    with open_instep(tmp_path / "instep") as instep:
        add_app(instep.applications, "proxyclick", None, instep.clock, instep.new_id, "the administrator")
    with administrator_of(tmp_path / "instep", tmp_path, system_clock) as found:
        beside(found.connects, tenant.tenant_url, tenant.secret_token)
        found.hires("ada", mail=upn("ada"))
        found.assigns("ada")
        found.instep.jobs.set_state(found.job, JobState.ACTIVE, system_clock(), "the administrator")
        provision(found)
        yield found


@pytest.fixture
def console(admin: Administrator) -> Iterator[Console]:
    with served(admin.instep) as found:
        yield found


def test_people_sign_in_from_both_sides_and_out_and_a_leaver_is_out(
    browser: Browser, admin: Administrator, console: Console, tenant: ServedTenant
) -> None:
    with visit(browser, sign_in_link(tenant.data), "light", WIDE) as proxyclick:
        proxyclick.page.get_by_role("button", name="Sign in").click()
        proxyclick.page.goto(tenant.site + SSO)
        with enter(browser, console, *LOOKS[0], f"/apps/{admin.app.id}/single-sign-on") as instep:
            configures_instep(instep, proxyclick.page)
            configures_proxyclick(proxyclick, instep, console)
    link = f"{LINK_PATH}/{issue_person_link(admin.instep.access, 'ada', 'the administrator')}"
    with visit(browser, console.url + link, "light", WIDE) as person:
        page = person.page
        signs_in_from_my_apps(person, tenant)
        signs_out_of_proxyclick(page, tenant, console)
        signs_in_from_proxyclick(person, tenant)
        admin.disables("ada")
        provision(admin)
        page.goto(f"{tenant.site}/users")
        expect(page).to_have_url(f"{tenant.site}/sign-in")
        page.goto(f"{console.url}/my/apps")
        expect(page.get_by_role("heading", name="Sign in to My apps")).to_be_visible()


def configures_instep(visited: Visit, proxyclick: Page) -> None:
    """Basic SAML Configuration, with what the tenant's page says."""
    page = visited.page
    page.get_by_role("link", name="Edit the basic configuration").click()
    for label, of_tenant in (
        ("Identifier (Entity ID)", "SAML SSO Redirect URL"),
        ("Reply URL", "SAML Consumer URL"),
        ("Sign on URL", "SAML SSO Redirect URL"),
        ("Logout URL", "SAML Logout URL"),
    ):
        page.get_by_label(label).fill(proxyclick.get_by_label(of_tenant, exact=True).input_value())
    visited.page.evaluate("scrollTo(0, 0)")
    visited.keep_picture("sso-basic.png")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#notice")).to_contain_text("People can sign in")
    visited.keep_picture("sso-instep.png")


def configures_proxyclick(visited: Visit, instep: Visit, console: Console) -> None:
    """What *Set up* of Instep's page says, and the certificate in Base64, whole."""
    page, said = visited.page, instep.page.locator("section", has=instep.page.locator("#set-up"))
    facts = dict(zip(said.locator("dt").all_inner_texts(), said.locator("dd").all_inner_texts(), strict=True))
    certificate = instep.page.get_by_role("link", name="Certificate (Base64)").get_attribute("href")
    page.get_by_label("Issuer").fill(facts["Microsoft Entra Identifier"])
    page.get_by_label("SAML 2.0 Endpoint URL").fill(facts["Login URL"])
    page.get_by_label("SAML 2.0 Logout URL").fill(facts["Logout URL"])
    pem = instep.page.request.get(f"{console.url}{certificate}").text()
    page.get_by_label("Certificate", exact=True).fill(pem)
    page.get_by_role("button", name="Save Changes").click()
    expect(page.get_by_text("Single sign-on was saved")).to_be_visible()
    visited.keep_picture("sso-tenant.png")


def signs_in_from_my_apps(visited: Visit, tenant: ServedTenant) -> None:
    """By a one-time link, a password of one's own, and a tile."""
    page = visited.page
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Choose and sign in").click()
    expect(page.get_by_role("heading", name="My apps")).to_be_visible()
    visited.keep_picture("sso-my-apps.png")
    page.get_by_role("link", name="Proxyclick").click()
    expect(page).to_have_url(f"{tenant.site}/users")
    expect(page.get_by_text("Ada Example").first).to_be_visible()
    visited.keep_picture("sso-signed-in.png")


def signs_out_of_proxyclick(page: Page, tenant: ServedTenant, console: Console) -> None:
    """At the tenant, which tells Instep; Instep's session is over too."""
    page.locator("summary", has_text="Ada Example").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_text("Your sessions here and at your identity provider have ended.")).to_be_visible()
    page.goto(f"{console.url}/my/apps")
    expect(page.get_by_role("heading", name="Sign in to My apps")).to_be_visible()


def signs_in_from_proxyclick(visited: Visit, tenant: ServedTenant) -> None:
    """At the tenant, by a password at Instep, and back."""
    page = visited.page
    page.goto(f"{tenant.site}/sign-in")
    page.get_by_role("link", name="Sign in with SSO").click()
    page.get_by_label("User name").fill(upn("ada"))
    page.get_by_label("Password").fill(PASSWORD)
    visited.keep_picture("sso-sign-in.png")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{tenant.site}/users")
