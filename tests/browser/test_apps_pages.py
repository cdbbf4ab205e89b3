"""Can everybody use the pages about applications, light and dark, wide and narrow, when they have much to show?"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser.browsing import NARROW, WIDE, Console, enter
from browser.conftest import beside, provision, served
from fakes.administrator import Administrator, administrator
from fakes.faulty_target import faulty_target
from instep.admin.plans import save_plan
from instep.ledger.jobs import JobState


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    """A job with removals held, a plan, an owner-to-be, roles of every kind."""
    folder: Path = tmp_path_factory.mktemp("apps")
    with faulty_target() as target, administrator(folder) as admin:
        beside(admin.connects, target.tenant_url, target.token)
        admin.hires(*(f"person{number:02d}" for number in range(60)))
        admin.assigns_everyone()
        admin.makes_group("Reception", "person01")
        admin.assigns_group("Reception", "Default Access")
        admin.assigns("person03")
        admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "root")
        provision(admin)
        for number in range(25):
            admin.disables(f"person{number:02d}")
        provision(admin)
        admin.hires("newcomer")
        beside(lambda: asyncio.run(save_plan(admin.instep.service, admin.app, "root")))
        yield admin


@pytest.fixture(scope="module")
def console(held: Administrator) -> Iterator[Console]:
    with served(held.instep) as found:
        yield found


def pages(admin: Administrator) -> dict[str, str]:
    """What each page says, by its address."""
    at = f"/apps/{admin.app.id}"
    role = admin.app.roles[0]
    return {
        "/apps": "Enterprise applications",
        "/apps/new": "New application",
        "/apps/new/proxyclick": "Proxyclick",
        at: "Getting started",
        f"{at}/properties": "Application ID",
        f"{at}/owners?q=person1": "person10@corp.example",
        f"{at}/roles": "Default Access",
        f"{at}/roles/{role.id}": "Display name",
        f"{at}/users-and-groups": "not provisioned",
        f"{at}/users-and-groups/add?q=person": "person00@corp.example",
        f"{at}/users-and-groups/person03": "Unassign",
        f"{at}/provisioning": "Synchronization Details",
        f"{at}/provisioning/connection": "A token is saved",
        f"{at}/provisioning/settings": "Prevent accidental deletions",
        f"{at}/provisioning/held": "25 held removals",
        f"{at}/provisioning/plans": "Waits for approval",
        f"{at}/provisioning/plans/2": "newcomer@corp.example gets an account",
    }


@pytest.mark.parametrize(("scheme", "width"), [("light", WIDE), ("dark", NARROW)])
def test_every_page_can_be_used_by_everybody_and_fits(
    browser: Browser, console: Console, held: Administrator, scheme: str, width: int
) -> None:
    dense = list(pages(held))[3::3]  # in the dark a few will do: the colours are the same everywhere
    with enter(browser, console, scheme, width, "/apps") as visited:
        for path, said in pages(held).items():
            visited.page.goto(f"{console.url}{path}")
            expect(visited.page.locator("main")).to_contain_text(said)
            assert visited.overflow() == 0, path
            if width == WIDE or path in dense:
                assert visited.violations() == [], path


def test_a_command_that_asks_is_answered_with_the_keyboard(
    browser: Browser, console: Console, held: Administrator
) -> None:
    with enter(browser, console, "light", WIDE, f"/apps/{held.app.id}/provisioning") as visited:
        page = visited.page
        page.get_by_text("Restart provisioning").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name="Watermark")).to_be_checked()
        page.keyboard.press("Escape")
        expect(page.get_by_role("checkbox", name="Watermark")).to_be_hidden()
        assert visited.violations() == []


def test_the_gallery_is_searched_while_one_types(browser: Browser, console: Console) -> None:
    with enter(browser, console, "light", WIDE, "/apps/new") as visited:
        page = visited.page
        page.get_by_label("Search the gallery").press_sequentially("proxycl")
        expect(page.get_by_role("link", name="Proxyclick", exact=True)).to_be_visible()
        expect(page.locator(".gallery-card")).to_have_count(1)
        expect(page).to_have_url(f"{console.url}/apps/new?q=proxycl")
