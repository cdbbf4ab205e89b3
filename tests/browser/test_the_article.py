"""The article "Configure Proxyclick for automatic user provisioning", line by line, through both consoles.

Its pictures are those of docs/guide/the-article.md: INSTEP_SCREENSHOTS=1 saves them anew.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.browsing import WIDE, Visit, visit
from browser.conftest import ORGANISATION
from fakes.console_visitor import sign_in_link
from fakes.served_instep import ServedInstep, served_instep
from fakes.served_tenant import ServedTenant, served_tenant
from instep.admin.imports import Importing, import_users
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions
from instep.wiring import open_instep

PATIENCE_MS = 60_000


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path / "proxyclick") as found:
        yield found


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServedInstep]:
    """Instep, started for the first time over a directory of sixty people."""
    data = tmp_path / "instep"
    with open_instep(data) as instep:
        importing = Importing(instep.directory, instep.clock, instep.new_id)
        assert import_users(importing, CsvUsersFile(ORGANISATION), ImportOptions(ImportMode.MERGE), "me").report.added
    with served_instep(data) as found:
        yield found


def test_configure_proxyclick_for_automatic_user_provisioning(
    browser: Browser, tenant: ServedTenant, service: ServedInstep
) -> None:
    assert service.first_sign_in is not None
    with ExitStack() as both:
        proxyclick = both.enter_context(visit(browser, sign_in_link(tenant.data), "light", WIDE))
        instep = both.enter_context(visit(browser, service.first_sign_in, "light", WIDE))
        tenant_url, secret_token = configures_proxyclick_to_support_provisioning(proxyclick)
        signs_in_as_the_first_administrator(instep)
        adds_proxyclick_from_the_gallery(instep)
        assigns_everyone(instep)
        configures_automatic_provisioning(instep, tenant_url, secret_token)
        looks_through_the_mappings(instep)
        turns_provisioning_on(instep)
        sees_the_initial_cycle(instep)
        finds_the_users_in_proxyclick(proxyclick, tenant)


def step(visited: Visit, picture: str) -> None:
    """A page of the article: it fits, and the guide has its picture; each is tested for everybody's use elsewhere."""
    assert visited.overflow() == 0, picture
    visited.keep_picture(f"article-{picture}.png")


def configures_proxyclick_to_support_provisioning(visited: Visit) -> tuple[str, str]:
    """Step 2: sign in, Settings > Integrations > Browse Marketplace > Microsoft Entra ID > Install now > ..."""
    page = visited.page
    step(visited, "01-sign-in-to-proxyclick")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Integrations", exact=True).click()
    page.get_by_role("link", name="Browse Marketplace").click()
    step(visited, "02-marketplace")
    page.get_by_role("link", name="Microsoft Entra ID").click()
    step(visited, "03-microsoft-entra-id")
    page.get_by_role("link", name="Install now").click()
    page.get_by_label("User Provisioning").check()
    step(visited, "04-user-provisioning")
    page.get_by_role("button", name="Start integration").click()
    expect(page.get_by_role("heading", name="Microsoft Entra ID (User Provisioning)")).to_have_count(2)
    step(visited, "05-integrations")
    page.get_by_role("link", name="Settings of Microsoft Entra ID (User Provisioning), installation 2").click()
    step(visited, "06-tenant-url-and-secret-token")
    return page.get_by_label("Tenant URL").input_value(), page.get_by_label("Secret Token").input_value()


def signs_in_as_the_first_administrator(visited: Visit) -> None:
    """The one-time link that `instep serve` printed."""
    page = visited.page
    page.get_by_label("User name").fill("root@larkspur.example")
    page.get_by_label("Display name").fill("Root Administrator")
    page.get_by_label("Password").fill("seven small ships at sea")
    step(visited, "07-first-administrator")
    page.get_by_role("button", name="Choose and sign in").click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def adds_proxyclick_from_the_gallery(visited: Visit) -> None:
    """Step 3: Enterprise apps > New application; wait a moment, there it is."""
    page = visited.page
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Enterprise applications").click()
    page.get_by_role("link", name="New application").click()
    page.get_by_label("Search the gallery").fill("Proxyclick")
    expect(page.get_by_role("status").filter(has_text="1 application")).to_be_visible()
    step(visited, "08-gallery")
    page.get_by_role("link", name="Proxyclick", exact=True).click()
    expect(page.get_by_label("Name")).to_have_value("Proxyclick")
    step(visited, "09-add-proxyclick")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(["Proxyclick was added, with 11 attribute mappings"])
    step(visited, "10-there-it-is")


def assigns_everyone(visited: Visit) -> None:
    """Step 4: who is in scope: everybody, by the role User; Default Access would not do."""
    page = visited.page
    tab(page, "Users and groups")
    page.get_by_role("link", name="Add user/group").click()
    page.get_by_label("All users").check()
    expect(page.get_by_text("whoever holds Default Access alone gets no account")).to_be_visible()
    expect(page.get_by_role("radio", name="User", exact=True)).to_be_checked()
    step(visited, "11-add-assignment")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("row").filter(has_text="All users")).to_contain_text("User")
    step(visited, "12-users-and-groups")


def configures_automatic_provisioning(visited: Visit, tenant_url: str, secret_token: str) -> None:
    """Step 5: Provisioning, Mode Automatic, Admin Credentials, Test Connection, Notification Email, Save."""
    page = visited.page
    tab(page, "Provisioning")
    tab(page, "Connection")
    expect(page.get_by_label("Automatic")).to_be_checked()
    page.get_by_label("Tenant URL").fill(tenant_url)
    page.get_by_label("Secret Token").fill("pxk_not-the-token")
    page.get_by_role("button", name="Test Connection").click()
    expect(page.get_by_text("ensure that your Proxyclick account has Admin permissions")).to_be_visible()
    visited.complaints.clear()  # the browser tells of the 422
    step(visited, "13-test-connection-failed")
    page.get_by_label("Secret Token").fill(secret_token)
    page.get_by_role("button", name="Test Connection").click()
    expect(page.get_by_text("The supplied credentials are authorized to enable provisioning")).to_be_visible()
    page.get_by_label("Notification Email").fill("it@larkspur.example")
    page.get_by_label("Send an email notification when a failure occurs").check()
    step(visited, "14-test-connection")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="The connection was saved")).to_be_visible()
    assert secret_token not in page.content()


def looks_through_the_mappings(visited: Visit) -> None:
    """Mappings: Synchronize Microsoft Entra users to Proxyclick; the matching attributes are among them."""
    page = visited.page
    tab(page, "Mappings")
    page.get_by_role("link", name="Synchronize Microsoft Entra users to Proxyclick").click()
    for target in ("userName", "name.givenName", "title", "preferredLanguage"):
        expect(page.get_by_role("row").filter(has_text=target).first).to_be_visible()
    step(visited, "15-mappings")
    tab(page, "Settings")


def turns_provisioning_on(visited: Visit) -> None:
    """Provisioning Status On, Scope, Save: the initial cycle begins."""
    page = visited.page
    page.get_by_role("radio", name=re.compile(r"^On\b")).check()
    expect(page.get_by_role("radio", name="Sync only assigned users and groups")).to_be_checked()
    step(visited, "16-settings")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="The initial cycle begins")).to_be_visible()


def sees_the_initial_cycle(visited: Visit) -> None:
    """Step 6: the progress, without a reload, until it has ended."""
    page = visited.page
    expect(page.get_by_role("heading", name="Synchronization Details")).to_be_visible()
    expect(page.get_by_text("Initial cycle", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    linked = page.locator("dt", has_text="Accounts linked").locator("xpath=following-sibling::dd")
    expect(linked).to_have_text("59", timeout=PATIENCE_MS)
    step(visited, "17-synchronization-details")


def finds_the_users_in_proxyclick(visited: Visit, tenant: ServedTenant) -> None:
    """They are there, by Proxyclick's own page, and active."""
    page = visited.page
    page.goto(f"{tenant.site}/users")
    expect(page.get_by_role("row").filter(has_text="Imogen Ashworth")).to_be_visible()
    step(visited, "18-users-in-proxyclick")
    ours = [user for user in tenant.everyone() if user["userName"].endswith("@larkspur.example")]
    assert len(ours) == 59
    assert all(user["active"] for user in ours)


def tab(page: Page, name: str) -> None:
    """A page of the application, by its tab."""
    page.get_by_role("navigation", name="Pages of Proxyclick").get_by_role("link", name=name, exact=True).click()
