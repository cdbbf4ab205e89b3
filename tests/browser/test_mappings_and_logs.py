"""What does an administrator do with mappings, filters and logs in the browser?"""

import re

from playwright.sync_api import Browser, Page, expect

from browser.browsing import WIDE, Console, enter
from browser.conftest import provision
from fakes.administrator import Administrator

MOVER = "soren.kjaergaard@larkspur.example"
LEAVER = "thaddeus.merriwether@larkspur.example"


def test_a_mapping_is_changed_after_a_look_at_whom_it_concerns(
    browser: Browser, sample_page: Console, sample: Administrator
) -> None:
    at = f"/apps/{sample.app.id}/provisioning/mappings"
    with enter(browser, sample_page, "light", WIDE, at) as visited:
        page = visited.page
        page.get_by_role("link", name="Synchronize Microsoft Entra users to Proxyclick").click()
        visited.keep_picture("mappings.png")
        page.get_by_role("link", name="title", exact=True).click()
        page.get_by_role("radio", name="Expression").check()
        page.get_by_label("User", exact=True).fill(MOVER)
        page.locator("#expression").fill('Join(", ", [jobTitle], [city]')
        expect(page.locator("#trial")).to_contain_text("Not an expression yet, at character")
        page.locator("#expression").press_sequentially(")")
        expect(page.locator("#trial output")).to_have_text(re.compile("^Sales Engineer, .+"))
        visited.keep_picture("mapping-expression.png")
        page.get_by_role("button", name="Review the change").click()
        expect(page.locator("#impact")).to_contain_text(re.compile(r"\d+ accounts would get other values"))
        expect(page.get_by_text("As it is saved")).to_be_visible()
        concerned = int(page.locator(".concern-updated strong").inner_text().split()[0])
        assert visited.violations() == []
        visited.keep_picture("mapping-review.png")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#notice")).to_contain_text("1 change was saved. The next cycle is an initial one.")
        assert provision(sample).counts.updated == concerned
        page.goto(f"{sample_page.url}/logs?q={MOVER}&action=update")
        page.get_by_role("link", name=MOVER).first.click()
        page.get_by_role("link", name="Modified Properties").click()
        expect(page.get_by_role("row", name=re.compile("^title"))).to_contain_text("Sales Engineer, ")


def test_a_filter_shows_whom_it_lets_in_as_it_is_typed(
    browser: Browser, sample_page: Console, sample: Administrator
) -> None:
    at = f"/apps/{sample.app.id}/provisioning/filters"
    with enter(browser, sample_page, "light", WIDE, at) as visited:
        page = visited.page
        page.get_by_role("button", name="Add scoping filter").click()
        page.get_by_label("Scoping filter title").fill("People with a department")
        page.get_by_label("Attribute").fill("department")
        page.get_by_label("Operator").select_option("IS NOT NULL")
        expect(tile(page, "would leave")).not_to_have_text("")
        page.get_by_label("Operator").select_option("EQUALS")
        page.get_by_label("Value").fill("Sales")
        expect(tile(page, "in scope with these filters")).not_to_have_text(tile(page, "in scope now").inner_text())
        leaving = int(tile(page, "would leave").inner_text())
        assert leaving > 0
        expect(page.locator("#counted")).to_contain_text("fails the scoping filter People with a department")
        assert visited.violations() == []
        visited.keep_picture("scoping-filters.png")
        page.get_by_role("button", name="Review the change").last.click()
        expect(page.locator("#impact")).to_contain_text("would be disabled or deleted")
        page.get_by_role("link", name="Cancel").click()
        expect(page.get_by_text("No scoping filter")).to_be_visible()


def test_somebody_who_is_skipped_on_demand_is_told_why(
    browser: Browser, sample_page: Console, sample: Administrator
) -> None:
    at = f"/apps/{sample.app.id}/provisioning/on-demand"
    with enter(browser, sample_page, "light", WIDE, at) as visited:
        page = visited.page
        page.get_by_label("User", exact=False).first.fill(LEAVER)
        page.get_by_role("button", name="Provision").click()
        expect(page.locator("#outcome")).to_contain_text(f"{LEAVER} is disabled in the directory.")
        expect(page.locator("#outcome h2")).to_contain_text("Skipped")
        expect(page.get_by_role("row", name=re.compile("Active in source system"))).to_contain_text("False")
        assert visited.violations() == []
        visited.keep_picture("on-demand.png")
        page.get_by_role("button", name="Retry").click()
        expect(page.locator("#outcome h2")).to_contain_text("Skipped")


def test_the_log_grows_while_one_looks_and_is_narrowed_down_without_a_reload(
    browser: Browser, sample_page: Console, sample: Administrator
) -> None:
    with enter(browser, sample_page, "light", WIDE, "/logs") as visited:
        page = visited.page
        first = page.locator("tbody tr").first.get_attribute("id")
        provision(sample)
        sample.changes(MOVER, jobTitle="Head of Sales")
        provision(sample)
        expect(page.locator("tbody tr").first).not_to_have_id(first or "")
        expect(page.locator("tbody tr").first).to_contain_text(MOVER)
        visited.keep_picture("logs.png")
        page.get_by_label("Status").select_option("failure")
        expect(page.get_by_text("Nothing is found.")).to_be_visible()
        assert "status=failure" in page.url
        page.goto(f"{sample_page.url}/logs/charts?period=day")
        expect(page.locator("canvas")).to_have_count(4)
        visited.keep_picture("charts.png")
        page.goto(f"{sample_page.url}/audit")
        expect(page.locator("#listed")).to_contain_text("Update attribute mappings or scope")
        expect(page.locator("#listed")).to_contain_text("users › mappings › title")
        visited.keep_picture("audit.png")


def tile(page: Page, name: str):  # type: ignore[no-untyped-def]
    """The number above a word of the count."""
    return page.locator(".tiles div", has=page.get_by_text(name, exact=True)).locator("dd")
