"""People, locations and visits in the tenant's console, as a browser shows them and the keyboard uses them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from browser.browsing import NARROW, WIDE, Visit, expect_keyboard_at, signed_in, visit
from fakes.console_visitor import sign_in_link
from fakes.visited_company import PEOPLE, VisitedCompany, email, visited_company

PICTURES = {
    "/users/{Marcus}": "tenant-user.png",
    "/user-groups": "tenant-user-groups.png",
    "/locations": "tenant-locations.png",
    "/settings/integrations/1/locations": "tenant-mapping.png",
    "/logbook": "tenant-logbook.png",
}
OTHERS = (
    "/users",
    "/users?status=inactive",
    "/users?q=nobody",
    "/users/new",
    "/users/{Tomás}",
    "/users/{Marcus}/edit",
    "/users/{Marcus}/delete",
    "/users/US-Z999",
    "/locations/new",
    "/locations/CO-A000/edit",
    "/logbook?day=2031-01-01",
    "/logbook/new",
)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisitedCompany]:
    with visited_company(tmp_path_factory.mktemp("visited")) as found:
        yield found


@pytest.fixture(scope="module")
def administrator(browser: Browser, company: VisitedCompany) -> StorageState:
    return signed_in(browser, sign_in_link(company.tenant.data, email(*PEOPLE[0][:2])))


def looks_right(visited: Visit) -> None:
    assert visited.violations() == []
    assert visited.overflow() == 0


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
def test_every_page_is_for_everybody_to_read(
    browser: Browser, company: VisitedCompany, administrator: StorageState, scheme: str, width: int
) -> None:
    with visit(browser, f"{company.tenant.site}/users", scheme, width, administrator) as visited:
        for path in (*PICTURES, *OTHERS):
            visited.page.goto(company.tenant.site + path.format(**company.ids))
            expect(visited.page.get_by_role("heading", level=1)).to_be_visible()
            looks_right(visited)
            if (scheme, width) == ("light", WIDE) and path in PICTURES:
                visited.keep_picture(PICTURES[path])
        # A browser notes every answer that is not found; the page for it is one of those above.
        visited.complaints[:] = [said for said in visited.complaints if "404" not in said]


def test_a_host_is_chosen_with_the_keyboard(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    with visit(browser, f"{company.tenant.site}/logbook/new", "light", WIDE, administrator) as visited:
        page = visited.page
        page.get_by_label("Visitor").fill("Sofia Kovalevskaya")
        page.get_by_label("Time").fill("16:45")
        host = page.get_by_role("combobox", name="Host")
        host.fill("")
        host.press_sequentially("han")
        expect(page.get_by_role("option")).to_have_count(1)
        looks_right(visited)
        visited.keep_picture("tenant-visit.png")
        host.press("ArrowDown")
        expect(page.get_by_role("option", name="Hannah Weiss")).to_have_attribute("aria-selected", "true")
        host.press("Enter")
        expect(page.get_by_role("listbox")).to_be_hidden()
        host.press("Enter")
        expect(page.get_by_text("Sofia Kovalevskaya is expected by Hannah Weiss.")).to_be_visible()
        row = page.get_by_role("row").filter(has_text="Sofia Kovalevskaya")
        row.get_by_role("button", name="Check in").click()
        expect(page.get_by_text("Sofia Kovalevskaya is Checked-in now.")).to_be_visible()


def test_somebody_inactive_is_not_found_as_a_host(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    with visit(browser, f"{company.tenant.site}/logbook/new", "dark", WIDE, administrator) as visited:
        page = visited.page
        host = page.get_by_role("combobox", name="Host")
        host.fill("Tom")
        expect(page.get_by_text("No active user has a name that begins so.")).to_be_visible()
        expect(page.get_by_role("listbox")).to_be_hidden()
        page.get_by_label("Visitor").fill("Nobody's guest")
        page.get_by_label("Time").fill("16:45")
        page.get_by_role("button", name="Announce").click()
        expect(page.locator("#host-error")).to_have_text("No active user has a name that begins with Tom.")
        visited.complaints.clear()


def test_a_host_is_chosen_without_any_script(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=administrator)
    page = context.new_page()
    page.goto(f"{company.tenant.site}/logbook/new")
    page.get_by_label("Visitor").fill("Emmy Noether")
    page.get_by_label("Time").fill("17:15")
    page.get_by_label("Host").fill("pri")
    page.get_by_role("button", name="Announce").click()
    page.get_by_role("radio", name="Priya Raghunathan").check()
    page.get_by_role("button", name="Announce").click()
    expect(page.get_by_text("Emmy Noether is expected by Priya Raghunathan.")).to_be_visible()
    context.close()


def test_an_error_is_told_beside_its_field_and_nothing_is_lost(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    with visit(browser, f"{company.tenant.site}/users/new", "light", NARROW, administrator) as visited:
        page = visited.page
        page.get_by_label("E-mail address").fill("grace@larkspur.example")
        page.get_by_label("First name").fill("Grace")
        page.get_by_label("Mobile phone").fill("0470 12 34 56")
        page.get_by_role("button", name="Add user").click()
        expect(page.get_by_role("alert")).to_contain_text("2 fields need your attention")
        expect(page.get_by_label("Last name")).to_have_accessible_description("Enter a last name.")
        expect(page.get_by_label("Mobile phone")).to_have_value("0470 12 34 56")
        looks_right(visited)
        page.get_by_label("Last name").fill("Hopper")
        page.get_by_label("Mobile phone").fill("+32 470 12 34 56")
        page.get_by_label("Send invitation").check()
        page.get_by_role("button", name="Add user").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Invitation for Grace Hopper")
        looks_right(visited)
        visited.complaints.clear()


def test_conditions_are_shown_where_a_location_is_switched_on_for_some(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    address = f"{company.tenant.site}/settings/integrations/1/locations"
    with visit(browser, address, "light", WIDE, administrator) as visited:
        page = visited.page
        london = page.get_by_role("region", name="London")
        expect(london.get_by_label("City is")).to_have_value("London, Leeds")
        london.get_by_role("switch").uncheck()
        expect(london.get_by_label("City is")).to_be_hidden()
        london.get_by_role("switch").check()
        london.get_by_label("All users").check()
        expect(london.get_by_label("City is")).to_be_hidden()
        london.get_by_label("Users who meet these conditions").check()
        london.get_by_label("City is").fill("")
        page.get_by_role("button", name="Save").click()
        expect(london.get_by_text("Enter a city or a language, or choose all users.")).to_be_visible()
        looks_right(visited)
        visited.complaints.clear()


def tabs_to(page: Page, name: str) -> None:
    """Presses the tabulator until a link or button of this name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()").startswith(name):
            return
    raise AssertionError(f"{name} was not reached")


def test_a_user_is_found_and_opened_with_the_keyboard_alone(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    with visit(browser, f"{company.tenant.site}/users", "light", WIDE, administrator) as visited:
        page = visited.page
        page.keyboard.press("Tab")
        expect_keyboard_at(page.get_by_role("link", name="Skip to the content"))
        page.keyboard.press("Enter")
        expect_keyboard_at(page.locator("main"))
        tabs_to(page, "Add user")
        page.keyboard.press("Tab")
        page.keyboard.type("head of design")
        page.keyboard.press("Enter")
        expect(page.get_by_role("rowheader")).to_have_count(1)
        tabs_to(page, "Marcus Adeyemi")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Marcus Adeyemi")


def test_somebody_is_made_inactive_and_active_again_by_a_button(
    browser: Browser, company: VisitedCompany, administrator: StorageState
) -> None:
    address = f"{company.tenant.site}/users/{company.ids['Mateo']}"
    with visit(browser, address, "dark", WIDE, administrator) as visited:
        page = visited.page
        page.get_by_role("button", name="Make inactive").click()
        expect(page.get_by_text("The user is inactive")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="Disabled by hand")).to_contain_text("Amélie Dubois")
        looks_right(visited)
        page.get_by_role("button", name="Make active").click()
        expect(page.get_by_text("The user is active again.")).to_be_visible()
        page.get_by_role("checkbox", name="Agents").check()
        page.get_by_role("button", name="Save groups").click()
        expect(page.get_by_role("listitem").filter(has_text="Put into Agents")).to_be_visible()
