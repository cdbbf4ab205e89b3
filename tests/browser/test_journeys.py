"""What happens to an administrator in the browser: a leaver, a mass removal that is held, a token that is refused?"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.browsing import WIDE, Console, Visit, enter
from browser.conftest import ORGANISATION, beside
from fakes.administrator import Administrator, administrator_of
from fakes.mail_server import MailServerThatSays, mail_server
from fakes.served_instep import ServedInstep, served_instep
from fakes.served_tenant import ServedTenant
from instep.admin import users
from instep.admin.applications import add_app
from instep.clock import system_clock
from instep.directory.imports import ImportMode
from instep.ledger.jobs import JobState
from instep.wiring import open_instep
from proxyclick.cli.installing import rotate_token
from proxyclick.settings import Settings

PATIENCE_MS = 60_000
LEAVER = "thaddeus.merriwether@larkspur.example"


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServerThatSays]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory, tenant: ServedTenant) -> Iterator[Administrator]:
    """The sample organisation, assigned and connected, and told by mail; started with the service."""
    folder = tmp_path_factory.mktemp("journeys")
    with open_instep(folder / "instep") as instep:
        add_app(instep.applications, "proxyclick", None, instep.clock, instep.new_id, "root")
    with administrator_of(folder / "instep", folder, system_clock) as found:
        beside(found.connects, tenant.tenant_url, tenant.secret_token)
        found.sets(notify="it@larkspur.example")
        found.assigns_everyone()
        found.imports(ORGANISATION.read_bytes(), ImportMode.MERGE)
        found.instep.jobs.set_state(found.job, JobState.ACTIVE, system_clock(), "root")
        yield found


@pytest.fixture(scope="module")
def service(admin: Administrator, mails: MailServerThatSays) -> Iterator[ServedInstep]:
    settings = {
        "INSTEP_SMTP_HOST": "127.0.0.1",
        "INSTEP_SMTP_PORT": str(mails.port),
        "INSTEP_SMTP_SECURITY": "none",
    }
    with served_instep(admin.instep.settings.data_directory, settings) as found:
        yield found


@contextmanager
def at_provisioning(browser: Browser, service: ServedInstep, admin: Administrator, place: str = "") -> Iterator[Visit]:
    """A page of the provisioning of Proxyclick, for somebody who has just signed in."""
    console = Console(service.url, admin.instep.access)
    with enter(browser, console, "light", WIDE, f"/apps/{admin.app.id}/provisioning{place}") as visited:
        yield visited


def fact(page: Page, name: str) -> Locator:
    return page.locator("dt", has_text=re.compile(f"^{name}$")).locator("xpath=following-sibling::dd")


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of Proxyclick").get_by_role("link", name=name, exact=True).click()


def is_active(tenant: ServedTenant, user_name: str) -> bool:
    (found,) = tenant.find(f'userName eq "{user_name}"')
    return bool(found["active"])


def hears(page: Page, mails: MailServerThatSays, words: str) -> None:
    """A mail with these words in its subject has come, or comes."""
    for _ in range(PATIENCE_MS // 100):
        if any(to == "it@larkspur.example" and words in subject for to, subject in mails.subjects):
            return
        page.wait_for_timeout(100)
    raise AssertionError(mails.subjects)


def leave(admin: Administrator, *names: str) -> None:
    """People are disabled in the directory, by whatever keeps it."""
    for name in names:
        users.disable_user(admin.instep.directory, name, "the personnel office", system_clock())


def test_a_leaver_is_gone_within_seconds_and_the_page_shows_it_without_a_reload(
    browser: Browser, service: ServedInstep, admin: Administrator, tenant: ServedTenant
) -> None:
    with at_provisioning(browser, service, admin) as visited:
        page = visited.page
        expect(fact(page, "of them active")).to_have_text("59", timeout=PATIENCE_MS)
        assert is_active(tenant, LEAVER)
        leave(admin, LEAVER)
        expect(fact(page, "of them active")).to_have_text("58", timeout=PATIENCE_MS)
        expect(page.get_by_text("Incremental cycle", exact=True)).to_be_visible()
        assert not is_active(tenant, LEAVER)
        visited.keep_picture("center-leaver.png")


def test_a_mass_removal_is_held_told_by_mail_and_rejected(
    browser: Browser, service: ServedInstep, admin: Administrator, tenant: ServedTenant, mails: MailServerThatSays
) -> None:
    with admin.instep.directory.reading() as reading:
        everyone = [each.user_principal_name for each in reading.live_users() if each.is_enabled]
    leavers = [name for name in everyone if name != LEAVER][:30]
    with at_provisioning(browser, service, admin) as visited:
        page = visited.page
        expect(fact(page, "of them active")).to_have_text("58", timeout=PATIENCE_MS)
        leave(admin, *leavers)
        expect(page.get_by_role("heading", name="30 removals are held")).to_be_visible(timeout=PATIENCE_MS)
        visited.keep_picture("center-held-notice.png")
        page.get_by_role("link", name="See who they are").click()
        expect(page.get_by_role("heading", name="30 held removals")).to_be_visible()
        expect(page.get_by_text("30 removals together exceed the budget of 20 in 24 hours").first).to_be_visible()
        expect(page.get_by_role("rowheader")).to_have_count(30)
        visited.keep_picture("center-held.png")
        page.locator("summary", has_text="Reject").click()
        page.get_by_role("button", name="Reject").click()
        expect(page.get_by_role("status").filter(has_text="The held set is rejected")).to_be_visible()
        expect(page.get_by_text("Rejected by")).to_be_visible()
        assert all(is_active(tenant, name) for name in leavers)
        hears(page, mails, "30 removals")


def test_a_wrong_token_quarantines_the_job_a_mail_tells_and_the_right_one_cures_it(
    browser: Browser, service: ServedInstep, admin: Administrator, tenant: ServedTenant, mails: MailServerThatSays
) -> None:
    _, fresh = rotate_token(Settings(data=tenant.data), tenant.secret_token[:12], "0")  # the one before ends at once
    with at_provisioning(browser, service, admin) as visited:
        page = visited.page
        expect(page.get_by_role("heading", name="Synchronization Details")).to_be_visible()
        users.set_user(admin.instep.directory, LEAVER, {"jobTitle": "Emeritus"}, "me", system_clock())
        users.enable_user(admin.instep.directory, LEAVER, "me", system_clock())
        expect(page.get_by_role("heading", name="In quarantine since")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_text("the target refuses the Secret Token").first).to_be_visible()
        expect(page.get_by_text("The next attempt is at")).to_be_visible()
        visited.keep_picture("center-quarantine.png")
        hears(page, mails, "[Instep] Proxyclick is in quarantine")
        tab(page, "Connection")
        page.get_by_label("Secret Token").fill(fresh.text)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status").filter(has_text="The connection was saved")).to_be_visible()
        tab(page, "Overview")
        expect(page.get_by_role("heading", name="In quarantine since")).to_have_count(0, timeout=PATIENCE_MS)
        expect(page.get_by_text("Active", exact=True)).to_be_visible(timeout=PATIENCE_MS)
        hears(page, mails, "Proxyclick is out of quarantine")
