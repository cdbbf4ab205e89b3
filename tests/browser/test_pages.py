"""Do the pages look right in a browser: light and dark, wide and narrow, and while a cycle runs?"""

import threading

import pytest
from playwright.sync_api import Browser, expect

from browser.browsing import NARROW, WIDE, visit
from browser.conftest import provision
from fakes.administrator import Administrator
from fakes.console_visitor import sign_in_link
from fakes.served_tenant import ServedTenant

LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
looks = pytest.mark.parametrize(("scheme", "width"), LOOKS, ids=lambda value: str(value))


@looks
def test_an_empty_installation_says_what_to_do_first(
    browser: Browser, empty_page: str, scheme: str, width: int
) -> None:
    with visit(browser, empty_page, scheme, width) as visited:
        page = visited.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Provisioning status")
        expect(page.get_by_role("region", name="No application yet")).to_be_visible()
        for command in (
            "users import FILE",
            "apps add proxyclick",
            "apps assign proxyclick",
            "apps connect proxyclick",
        ):
            expect(page.get_by_text(f"instep {command}")).to_be_visible()
        assert visited.overflow() == 0


@looks
def test_a_provisioned_sample_is_shown_with_its_numbers_and_reasons(
    browser: Browser, sample_page: str, scheme: str, width: int
) -> None:
    with visit(browser, sample_page, scheme, width) as visited:
        page = visited.page
        app = page.get_by_role("region", name="Proxyclick")
        expect(app.get_by_text("Active", exact=True)).to_be_visible()
        expect(app.get_by_role("heading", name="Current cycle status")).to_be_visible()
        expect(app.get_by_text("Incremental cycle", exact=True)).to_be_visible()
        expect(app.get_by_role("heading", name="Statistics to date")).to_be_visible()
        log = page.get_by_role("region", name="Provisioning log")
        leaver = log.get_by_role("row").filter(has_text="thaddeus.merriwether@larkspur.example").first
        expect(leaver).to_contain_text("was disabled, because")
        expect(log.get_by_role("row").filter(has_text="daphne.perivolari@larkspur.example")).to_contain_text("Success")
        assert page.locator("time").first.get_attribute("datetime").endswith("Z")
        assert visited.overflow() == 0
        if width == WIDE:
            visited.keep_picture(f"status-{scheme}.png")


@looks
def test_a_quarantine_says_why_what_caused_it_and_when_it_is_tried_next(
    browser: Browser, quarantined_page: str, scheme: str, width: int
) -> None:
    with visit(browser, quarantined_page, scheme, width) as visited:
        app = visited.page.get_by_role("region", name="Proxyclick")
        expect(app.get_by_text("Quarantine", exact=True)).to_be_visible()
        expect(app.get_by_role("heading", name="In quarantine since")).to_be_visible()
        expect(app.get_by_text("the target refuses the Secret Token: HTTP 401").first).to_be_visible()
        expect(app.get_by_role("listitem").filter(has_text="/scim/v2/Users?startIndex=1")).to_contain_text("HTTP 401")
        expect(app.get_by_text("The next attempt is at")).to_contain_text("in 5 h")
        assert visited.overflow() == 0
        if (scheme, width) == LOOKS[0]:
            visited.keep_picture("quarantine.png")


@looks
def test_the_tenants_users_are_listed(
    browser: Browser, sample_page: str, tenant: ServedTenant, scheme: str, width: int
) -> None:
    with visit(browser, sign_in_link(tenant.data), scheme, width) as visited:
        visited.page.get_by_role("button", name="Sign in").click()
        expect(visited.page.get_by_role("heading", level=1)).to_have_text("Users")
        expect(visited.page.get_by_text("61 people")).to_be_visible()
        expect(visited.page.get_by_role("rowheader")).to_have_count(50)
        assert visited.overflow() == 0
        if (scheme, width) == LOOKS[0]:
            visited.keep_picture("tenant-users.png")


def test_the_page_is_used_with_the_keyboard_alone(browser: Browser, sample_page: str) -> None:
    with visit(browser, sample_page, "light", WIDE) as visited:
        page = visited.page
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the status")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="/healthz")).to_be_focused()


def test_a_cycle_moves_the_numbers_without_a_reload(browser: Browser, sample: Administrator, sample_page: str) -> None:
    with visit(browser, sample_page, "light", NARROW) as visited:
        page = visited.page
        linked = page.locator("dt", has_text="Accounts linked").locator("xpath=following-sibling::dd")
        before = int(linked.inner_text())
        page.evaluate("window.stays = true; scrollTo(0, 400)")
        place = page.evaluate("scrollY")
        sample.hires(*(f"newcomer{number}" for number in range(20)))
        sample.sets(rate="15")
        cycle = threading.Thread(target=provision, args=(sample,))
        cycle.start()
        expect(page.get_by_text("Running", exact=True)).to_be_visible()
        expect(page.get_by_role("progressbar")).to_be_visible()
        cycle.join()
        expect(page.get_by_text("Running", exact=True)).to_have_count(0)
        expect(linked).to_have_text(str(before + 20))
        expect(page.get_by_role("row").filter(has_text="newcomer0@corp.example").first).to_be_visible()
        assert page.evaluate("window.stays") is True
        assert page.evaluate("scrollY") == place


def test_the_page_is_complete_without_any_script(browser: Browser, sample_page: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(sample_page)
    expect(page.get_by_role("heading", name="Statistics to date")).to_be_visible()
    expect(page.get_by_text("Reload the page")).to_be_visible()
    context.close()


def test_a_service_that_went_away_is_told_and_what_was_shown_stays(browser: Browser, sample_page: str) -> None:
    with visit(browser, sample_page, "light", WIDE) as visited:
        page = visited.page
        page.route("**/status", lambda route: route.abort())
        expect(page.get_by_role("status")).to_have_text("The service does not answer; what is shown is not up to date.")
        expect(page.get_by_role("heading", name="Statistics to date")).to_be_visible()
        page.unroute("**/status")
        expect(page.get_by_role("status")).to_be_empty()
        visited.complaints.clear()
