"""Do the pages look right in a browser: light and dark, wide and narrow, and while a cycle runs?"""

import threading

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.browsing import NARROW, WIDE, Console, enter, expect_keyboard_at, visit
from browser.conftest import provision
from fakes.administrator import Administrator
from fakes.console_browser import state_of
from fakes.console_visitor import sign_in_link
from fakes.served_tenant import ServedTenant

LOOKS = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]
looks = pytest.mark.parametrize(("scheme", "width"), LOOKS, ids=lambda value: str(value))


@looks
def test_an_empty_installation_says_what_to_do_first(
    browser: Browser, empty_page: Console, scheme: str, width: int
) -> None:
    with enter(browser, empty_page, scheme, width) as visited:
        page = visited.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
        expect(page.get_by_role("region", name="No application yet")).to_be_visible()
        for step in ("Import your people", "Add the application from the gallery"):
            expect(page.get_by_role("link", name=step)).to_be_visible()
        assert visited.violations() == []
        assert visited.overflow() == 0


@looks
def test_a_provisioned_sample_is_shown_with_its_numbers_and_reasons(
    browser: Browser, sample_page: Console, scheme: str, width: int
) -> None:
    with enter(browser, sample_page, scheme, width) as visited:
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
        assert visited.violations() == []
        assert visited.overflow() == 0
        if width == WIDE:
            visited.keep_picture(f"status-{scheme}.png")


@looks
def test_a_quarantine_says_why_what_caused_it_and_when_it_is_tried_next(
    browser: Browser, quarantined_page: Console, scheme: str, width: int
) -> None:
    with enter(browser, quarantined_page, scheme, width) as visited:
        app = visited.page.get_by_role("region", name="Proxyclick")
        expect(app.get_by_text("Quarantine", exact=True)).to_be_visible()
        expect(app.get_by_role("heading", name="In quarantine since")).to_be_visible()
        expect(app.get_by_text("the target refuses the Secret Token: HTTP 401").first).to_be_visible()
        expect(app.get_by_role("listitem").filter(has_text="/scim/v2/Users?startIndex=1")).to_contain_text("HTTP 401")
        assert visited.violations() == []
        expect(app.get_by_text("The next attempt is at")).to_contain_text("in 5 h")
        assert visited.overflow() == 0
        if (scheme, width) == LOOKS[0]:
            visited.keep_picture("quarantine.png")


@looks
def test_the_tenants_users_are_listed(
    browser: Browser, sample_page: Console, tenant: ServedTenant, scheme: str, width: int
) -> None:
    with visit(browser, sign_in_link(tenant.data), scheme, width) as visited:
        visited.page.get_by_role("button", name="Sign in").click()
        expect(visited.page.get_by_role("heading", level=1)).to_have_text("Users")
        expect(visited.page.get_by_text("61 people")).to_be_visible()
        expect(visited.page.get_by_role("rowheader")).to_have_count(50)
        assert visited.overflow() == 0
        if (scheme, width) == LOOKS[0]:
            visited.keep_picture("tenant-users.png")


def test_the_page_is_used_with_the_keyboard_alone(browser: Browser, sample_page: Console) -> None:
    with enter(browser, sample_page, "light", WIDE) as visited:
        page = visited.page
        page.keyboard.press("Tab")
        expect_keyboard_at(page.get_by_role("link", name="Skip to the content"))
        page.keyboard.press("Enter")
        expect_keyboard_at(page.locator("main"))
        page.keyboard.press("Tab")
        expect_keyboard_at(page.get_by_role("link", name="Proxyclick", exact=True))


def test_light_or_dark_is_chosen_and_stays_so(browser: Browser, sample_page: Console) -> None:
    with enter(browser, sample_page, "dark", WIDE) as visited:
        page = visited.page
        shown = page.locator("html")
        expect(shown).to_have_attribute("data-bs-theme", "dark")
        page.get_by_role("button", name="Light or dark: as the system").click()
        expect(shown).to_have_attribute("data-bs-theme", "light")
        page.reload()
        expect(shown).to_have_attribute("data-bs-theme", "light")
        page.get_by_role("button", name="Light or dark: light").click()
        page.get_by_role("button", name="Light or dark: dark").click()
        expect(shown).to_have_attribute("data-bs-theme", "dark")
        page.emulate_media(color_scheme="light")
        expect(shown).to_have_attribute("data-bs-theme", "light")


def test_a_narrow_window_has_its_menu_behind_a_button(browser: Browser, sample_page: Console) -> None:
    with enter(browser, sample_page, "light", NARROW) as visited:
        page = visited.page
        menu, button = page.get_by_role("navigation", name="Main"), page.get_by_role("button", name="Menu")
        expect(menu).to_be_hidden()
        button.click()
        expect(menu.get_by_role("link", name="Users", exact=True)).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        assert visited.violations() == []
        assert visited.overflow() == 0
        page.keyboard.press("Escape")
        expect(menu).to_be_hidden()


def test_a_cycle_moves_the_numbers_without_a_reload(
    browser: Browser, sample: Administrator, sample_page: Console
) -> None:
    with enter(browser, sample_page, "light", NARROW) as visited:
        page = visited.page
        linked = page.locator("dt", has_text="Accounts linked").locator("xpath=following-sibling::dd")
        before = int(linked.inner_text())
        page.evaluate("window.stays = true; document.getElementById('log').scrollIntoView()")
        place = height_of(page, "#log-title")
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
        # A line above may come or go, as the cycle has other numbers now; the page does not go back to its beginning.
        assert height_of(page, "#log-title") == pytest.approx(place, abs=30)


def height_of(page: Page, selector: str) -> float:
    """How far below the upper edge of the window something stands."""
    return float(page.locator(selector).evaluate("shown => shown.getBoundingClientRect().top"))


def test_the_page_is_complete_without_any_script(browser: Browser, sample_page: Console) -> None:
    state = state_of(sample_page.access, sample_page.url)
    context = browser.new_context(java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(sample_page.url)
    expect(page.get_by_role("heading", name="Statistics to date")).to_be_visible()
    expect(page.get_by_text("Reload the page")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()
    context.close()


def test_a_service_that_went_away_is_told_and_what_was_shown_stays(browser: Browser, sample_page: Console) -> None:
    with enter(browser, sample_page, "light", WIDE) as visited:
        page, away = visited.page, visited.page.get_by_text("The service does not answer; what is shown is not up to")
        page.route("**/live", lambda route: route.abort())
        page.reload()
        expect(away).to_be_visible()
        expect(page.get_by_role("heading", name="Statistics to date")).to_be_visible()
        page.unroute("**/live")
        expect(away).to_have_count(0)
        visited.complaints.clear()
