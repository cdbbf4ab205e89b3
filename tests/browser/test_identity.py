"""Users, groups and imports in the admin center, as a browser shows them and a person uses them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.browsing import NARROW, WIDE, Console, Visit, enter
from browser.conftest import served
from fakes.administrator import Administrator, administrator, upn
from fakes.page_structure import NAUGHTY
from instep.admin.typed_users import add_user

LOOKS = [("light", WIDE), ("dark", NARROW)]
looks = pytest.mark.parametrize(("scheme", "width"), LOOKS, ids=str)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """A hundred people with naughty names, and some with plain ones."""
    with administrator(tmp_path_factory.mktemp("company")) as admin:
        admin.hires("ada", "bo", "cleo", jobTitle="Engineer", department="Research")
        for number, text in enumerate(NAUGHTY[::3]):
            texts = {"displayName": text, "userPrincipalName": f"{number}@x", "jobTitle": text, "department": text}
            add_user(admin.instep.directory, texts, admin.instep.new_id, "admin", admin.clock())
            admin.makes_group(text[:256].strip() + str(number), "ada", "bo")
        admin.makes_group("Research")
        admin.hires("gone")
        admin.deletes("gone")
        yield admin


@pytest.fixture(scope="module")
def console(company: Administrator) -> Iterator[Console]:
    with served(company.instep) as found:
        yield found


def looks_right(visited: Visit) -> None:
    assert visited.violations() == []
    assert visited.overflow() == 0


def test_pages_about_users_with_any_name_fit_and_are_for_everybody_to_read(browser: Browser, console: Console) -> None:
    with enter(browser, console, "dark", NARROW, "/users") as visited:
        page = visited.page
        for path in ("/users?q=nobody", "/users/gone", "/users", "/users/new", "/users/deleted", "/users/ada"):
            page.goto(console.url + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            looks_right(visited)
        for tab in ("Groups", "Applications"):
            page.get_by_role("navigation", name="Sections").get_by_role("link", name=tab).click()
            expect(page.get_by_role("link", name=tab, exact=True).first).to_be_visible()
            looks_right(visited)


def test_a_list_narrows_down_as_one_types_and_back_leads_back(browser: Browser, console: Console) -> None:
    with enter(browser, console, "light", WIDE, "/users") as visited:
        page = visited.page
        page.evaluate("window.stays = true")
        page.get_by_label("Search users").press_sequentially("ada")
        expect(page.get_by_role("rowheader")).to_have_count(1)
        expect(page.get_by_role("rowheader")).to_have_text("Ada Example")
        assert page.url.endswith("/users?q=ada&status=&department=")
        assert page.evaluate("window.stays") is True
        page.get_by_label("Account").select_option("Disabled")
        expect(page.get_by_text("Nobody is found.")).to_be_visible()
        looks_right(visited)
        page.go_back()
        expect(page.get_by_role("rowheader")).to_have_text("Ada Example")


def test_somebody_is_made_changed_disabled_deleted_and_restored(browser: Browser, console: Console) -> None:
    with enter(browser, console, "light", WIDE, "/users") as visited:
        page = visited.page
        page.get_by_role("link", name="New user").click()
        page.get_by_label("Display name").fill("Grace Hopper")
        page.get_by_label("Job title").fill("Rear admiral")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_label("User principal name")).to_have_accessible_description(
            "Give the name with which this person signs in."
        )
        expect(page.get_by_label("Job title")).to_have_value("Rear admiral")
        looks_right(visited)
        page.get_by_label("User principal name").fill("grace@corp.example")
        suggested(page, "Manager", "bo e", upn("bo"))
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_text("Grace Hopper was created.")).to_be_visible()
        expect(page.get_by_role("link", name="Bo Example")).to_be_visible()
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Job title").fill("Commodore")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("definition").filter(has_text="Commodore")).to_be_visible()
        confirm(page, "Disable", visited)
        expect(page.get_by_text("Disabled", exact=True)).to_be_visible()
        page.get_by_role("button", name="Enable").click()
        confirm(page, "Delete", visited)
        expect(page.get_by_text("Grace Hopper was deleted, and can be restored for 30 days.")).to_be_visible()
        page.get_by_role("navigation", name="Main").get_by_role("link", name="Deleted users").click()
        page.get_by_role("button", name="Restore Grace Hopper").click()
        expect(page.get_by_text("Grace Hopper was restored.")).to_be_visible()
        visited.complaints[:] = [said for said in visited.complaints if "422" not in said]


def test_pages_about_groups_with_any_name_fit_and_are_for_everybody_to_read(browser: Browser, console: Console) -> None:
    with enter(browser, console, "light", NARROW, "/groups") as visited:
        page = visited.page
        for path in ("/groups?q=nobody", "/groups/new", "/groups/all-users/members", "/groups"):
            page.goto(console.url + path)
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            looks_right(visited)
        page.get_by_role("rowheader").first.get_by_role("link").click()
        looks_right(visited)
        page.get_by_role("navigation", name="Sections").get_by_role("link", name="Members").click()
        expect(page.get_by_role("rowheader")).to_have_count(2)
        looks_right(visited)


def test_a_group_is_made_filled_nested_and_deleted(browser: Browser, console: Console) -> None:
    with enter(browser, console, "dark", WIDE, "/groups") as visited:
        page = visited.page
        page.get_by_role("link", name="New group").click()
        page.get_by_label("Name", exact=True).fill("research")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_label("Name", exact=True)).to_have_accessible_description(
            "Another group has this name already. Names are compared without their letter case."
        )
        page.get_by_label("Name", exact=True).fill("Pilots")
        page.get_by_role("button", name="Create").click()
        expect(page.get_by_text("Pilots was created.")).to_be_visible()
        suggested(page, "Add a user", "cle", upn("cleo"))
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("rowheader")).to_have_text("Cleo Example")
        page.get_by_role("link", name="Overview").click()
        suggested(page, "Add a group", "sear", "Research")
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_role("listitem").filter(has_text="Research")).to_be_visible()
        looks_right(visited)
        page.get_by_role("button", name="Remove Research").click()
        expect(page.get_by_text("Research is not in it any more.")).to_be_visible()
        confirm(page, "Delete", visited)
        expect(page.get_by_text("The group Pilots was deleted.")).to_be_visible()
        visited.complaints[:] = [said for said in visited.complaints if "422" not in said]


FILE = """id,userPrincipalName,displayName,jobTitle,department,accountEnabled
ada,ada@corp.example,Ada Example,Director,Research,true
new-one,lin@corp.example,林 Lin,Pilot,Flight,true
bad one,x@corp.example,,,,maybe
"""


@looks
def test_a_file_is_looked_at_and_then_imported(
    browser: Browser, company: Administrator, console: Console, scheme: str, width: int
) -> None:
    company.changes("ada", jobTitle="Engineer")
    with enter(browser, console, scheme, width, "/imports") as visited:
        page = visited.page
        looks_right(visited)
        page.get_by_label("File of users").set_input_files(
            {"name": "joiners & movers.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
        )
        page.get_by_role("button", name="Upload and preview").click()
        changed = page.get_by_role("region", name="Changed")
        expect(changed.get_by_role("row").filter(has_text="Ada Example")).to_contain_text("Director")
        expect(page.get_by_role("region", name="Bad rows").get_by_role("row").nth(1)).to_contain_text("4")
        looks_right(visited)
        page.get_by_role("button", name="Apply these changes").click()
        expect(page.get_by_role("heading", name="The file was imported")).to_be_visible()
        looks_right(visited)
        page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="Import").click()
        expect(page.get_by_role("rowheader").filter(has_text="joiners & movers.csv").first).to_be_visible()
        looks_right(visited)
    company.deletes("new-one")
    company.purges("new-one")


def suggested(page: Page, label: str, typed: str, value: str) -> None:
    """Types the beginning of a name, and takes what is suggested for it."""
    page.get_by_label(label).press_sequentially(typed)
    expect(page.locator(f"datalist option[value='{value}']")).to_have_count(1)
    page.get_by_label(label).fill(value)


def confirm(page: Page, title: str, visited: Visit) -> None:
    """Opens a command that asks first, thinks better of it, and then does it."""
    command = page.locator("details.confirm", has=page.locator("summary", has_text=title)).first
    command.locator("summary").click()
    looks_right(visited)
    command.get_by_role("button", name="Cancel").click()
    expect(command.get_by_role("button", name=title)).to_be_hidden()
    command.locator("summary").click()
    command.get_by_role("button", name=title).click()
