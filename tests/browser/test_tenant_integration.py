"""The steps of the provisioning tutorial on Proxyclick's side, clicked in their order; and what follows on each."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.browsing import NARROW, WIDE, Visit, visit
from fakes.console_visitor import sign_in_link
from fakes.served_tenant import ServedTenant, served_tenant, user

LOOKS = [("light", WIDE), ("dark", NARROW)]


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path / "data") as found:
        yield found


def looks_right(visited: Visit, picture: str = "") -> None:
    """Nobody is kept from reading the page; the picture is for the guide."""
    assert visited.violations() == []
    assert visited.overflow() == 0
    if picture:
        visited.keep_picture(picture)


def clicks_to_the_settings(visited: Visit, *, keeps_pictures: bool) -> None:
    """Sign in; Settings > Integrations > Browse Marketplace > Microsoft Entra ID > Install now > ... > Settings."""

    def picture(name: str) -> str:
        return f"tenant-{name}.png" if keeps_pictures else ""

    page = visited.page
    looks_right(visited)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
    looks_right(visited)
    page.get_by_role("link", name="Integrations", exact=True).click()
    looks_right(visited)
    page.get_by_role("link", name="Browse Marketplace").click()
    page.get_by_role("link", name="User Provisioning").click()
    expect(page.get_by_role("link", name="Microsoft Entra ID")).to_be_visible()
    looks_right(visited, picture("marketplace"))
    page.get_by_role("link", name="Microsoft Entra ID").click()
    looks_right(visited)
    page.get_by_role("link", name="Install now").click()
    page.get_by_label("User Provisioning").check()
    looks_right(visited, picture("install"))
    page.get_by_role("button", name="Start integration").click()
    expect(page.get_by_role("heading", name="Microsoft Entra ID (User Provisioning)")).to_have_count(2)
    looks_right(visited, picture("integrations"))
    page.get_by_role("link", name="Settings of Microsoft Entra ID (User Provisioning), installation 2").click()


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_the_steps_of_the_article_lead_to_a_tenant_url_and_a_secret_token(
    browser: Browser, tenant: ServedTenant, scheme: str, width: int
) -> None:
    with visit(browser, sign_in_link(tenant.data), scheme, width) as visited:
        page = visited.page
        keeps_pictures = (scheme, width) == LOOKS[0]
        clicks_to_the_settings(visited, keeps_pictures=keeps_pictures)
        address, token = page.get_by_label("Tenant URL").input_value(), page.get_by_label("Secret Token").input_value()
        assert address == tenant.tenant_url
        assert answer(tenant, token).status_code == 200
        looks_right(visited, "tenant-secret-token.png" if keeps_pictures else "")
        page.reload()
        expect(page.get_by_label("Secret Token")).to_have_value(f"••••••••••••{token[-4:]}")
        assert token not in page.content()
        looks_right(visited)


def test_a_token_is_rotated_and_the_old_one_revoked(browser: Browser, tenant: ServedTenant) -> None:
    with visit(browser, sign_in_link(tenant.data), "light", WIDE) as visited:
        page = visited.page
        clicks_to_the_settings(visited, keeps_pictures=False)
        old = page.get_by_label("Secret Token").input_value()
        page.get_by_label("The old token").select_option("stays good for a week")
        page.get_by_role("button", name="Rotate").click()
        new = page.get_by_label("Secret Token").input_value()
        assert (answer(tenant, old).status_code, answer(tenant, new).status_code) == (200, 200)
        expect(page.get_by_text("Two tokens are good now")).to_be_visible()
        expect(page.get_by_text("Good until")).to_be_visible()
        looks_right(visited, "tenant-rotation.png")
        page.get_by_role("button", name=f"Revoke the token that ends in {old[-4:]}").click()
        assert (answer(tenant, old).status_code, answer(tenant, new).status_code) == (401, 200)
        expect(page.get_by_role("row").filter(has_text=f"…{old[-4:]}")).to_contain_text("Revoked")
        page.goto(f"{tenant.site}/settings/audit")
        for done in ("Revoked a token", "Rotated the token", "Installed Microsoft Entra ID (User Provisioning)"):
            expect(page.get_by_role("row").filter(has_text=done).first).to_contain_text("Root Administrator")
        looks_right(visited)


@pytest.mark.parametrize(("scheme", "width"), LOOKS[:2])
def test_the_activity_shows_requests_as_they_come(
    browser: Browser, tenant: ServedTenant, scheme: str, width: int
) -> None:
    with visit(browser, sign_in_link(tenant.data), scheme, width) as visited:
        page = visited.page
        page.get_by_role("button", name="Sign in").click()
        page.goto(f"{tenant.site}/settings/integrations/1/activity")
        expect(page.get_by_text("Live.")).to_be_visible()
        provisions_ada(tenant)
        expect(row(page, "Updated")).to_contain_text("Title: Analyst")
        expect(row(page, "Created")).to_contain_text("left blank")
        expect(row(page, "Refused")).to_contain_text("belongs to US-")
        expect(row(page, "Looked for users")).to_contain_text("Nobody found.")
        looks_right(visited, "tenant-activity.png" if width == WIDE else "")
        page.get_by_label("Search the activity").fill("409")
        page.get_by_role("button", name="Search").click()
        expect(page.locator("#rows tr")).to_have_count(1)
        looks_right(visited)


def provisions_ada(tenant: ServedTenant) -> None:
    """What an identity provider does for somebody who joins and is promoted, and a mistake."""
    tenant.find('userName eq "ada@corp.example"')
    made = tenant.create("ada@corp.example", title="Analyst", phoneNumbers=[{"type": "work", "value": "02 12"}])
    tenant.http.post("/Users", json=user("ada@corp.example"))
    tenant.patch(made["id"], {"op": "Replace", "path": "title", "value": "Director"})


def row(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text).first


def answer(tenant: ServedTenant, token: str) -> httpx2.Response:
    return tenant.http.get("/Users", headers={"Authorization": f"Bearer {token}"})
