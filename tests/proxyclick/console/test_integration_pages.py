"""The pages of integrations: for administrators of the location, and the token is shown once."""

import re
from collections.abc import Iterator

import pytest

from fakes.console_visitor import Visitor, administrator_of
from fakes.served_tenant import ServedTenant
from fakes.staff_of_groups import Staff
from fakes.tenancy import add_location, add_organisation, install_at
from proxyclick.people.identifiers import identifier
from proxyclick.people.user_groups import UserGroup

OFFER = "/settings/integrations/marketplace/microsoft-entra-id"
TOKEN = re.compile(r"pxk_[0-9a-f]{8}_[\w-]{43}")


@pytest.fixture
def root(own_tenant: ServedTenant) -> Iterator[Visitor]:
    with administrator_of(own_tenant.site, own_tenant.data) as visitor:
        yield visitor


def installed(root: Visitor) -> str:
    """The address of the settings of an integration that was just installed."""
    root.get(f"{OFFER}/install")
    page = root.post(f"{OFFER}/install", use="provisioning")
    assert page.url.path == "/settings/integrations"
    return re.findall(r'href="(/settings/integrations/\d+)"', page.text)[-1]


def test_the_token_is_shown_once_and_then_its_last_four_characters(root: Visitor) -> None:
    settings = installed(root)
    (token,) = TOKEN.findall(root.get(settings).text)
    later = root.get(settings).text
    assert (TOKEN.findall(later), f"…{token[-4:]}" in later) == ([], True)


def test_the_token_is_shown_to_nobody_but_who_had_it_issued(own_tenant: ServedTenant, root: Visitor) -> None:
    settings = installed(root)
    with administrator_of(own_tenant.site, own_tenant.data, email="other@corp.example") as other:
        assert TOKEN.findall(other.get(settings).text) == []
    assert len(TOKEN.findall(root.get(settings).text)) == 1


def test_who_is_no_administrator_is_refused_and_told_whom_to_ask(staff: Staff) -> None:
    visitor = staff.visitors[UserGroup.RECEPTION]
    assert "Integrations" in visitor.get("/settings").text
    for path in ("/settings/integrations", "/settings/integrations/marketplace", OFFER, f"{OFFER}/install"):
        answer = visitor.get(path)
        assert (answer.status_code, "Connect integrations" in answer.text) == (403, True)
    visitor.get("/settings/sessions")
    assert visitor.post(f"{OFFER}/install", use="provisioning").status_code == 403
    assert "Audit log" not in visitor.get("/settings").text


def test_an_administrator_of_another_location_or_organisation_finds_nothing(
    own_tenant: ServedTenant, root: Visitor
) -> None:
    settings = installed(root)
    elsewhere = add_location(own_tenant.data, "Elsewhere")
    theirs = add_location(own_tenant.data, "Theirs", add_organisation(own_tenant.data, "Another"))
    for location in (elsewhere, theirs):
        place = identifier("CO", location)
        email = f"admin{location}@other.example"
        with administrator_of(own_tenant.site, own_tenant.data, place, email) as other:
            for path in (settings, f"{settings}/activity", f"{settings}/activity/live"):
                assert other.get(path).status_code == 404
            for action in ("rotate", "revoke"):
                other.get("/settings/sessions")
                assert other.post(f"{settings}/{action}", keep_old="0", token="pxk_").status_code == 404
            assert "Nothing is connected yet" in other.get("/settings/integrations").text
            assert "Installed Microsoft" not in other.get("/settings/audit").text


def test_integrations_of_each_location_are_listed_there(own_tenant: ServedTenant, root: Visitor) -> None:
    with install_at(own_tenant, add_location(own_tenant.data, "Elsewhere")):
        assert root.get("/settings/integrations").text.count("User Provisioning)</h2>") == 1
    assert root.get("/settings/integrations/2").status_code == 404
    assert root.get("/settings/integrations/99999999999").status_code == 404


def test_the_marketplace_is_searched_and_has_categories(root: Visitor) -> None:
    path = "/settings/integrations/marketplace"
    assert "Microsoft Entra ID</a>" in root.get(path, q="azure ad").text
    assert "Microsoft Entra ID</a>" not in root.get(path, q="okta").text
    assert "SCIM</a>" not in root.get(path, category="Single sign-on").text
    assert root.get(f"{path}/nothing").status_code == 404


def test_single_sign_on_is_set_up_and_not_installed(root: Visitor) -> None:
    root.get(f"{OFFER}/install")
    assert "Choose User Provisioning or Single sign-on." in root.post(f"{OFFER}/install", use="").text
    assert root.post(f"{OFFER}/install", use="sign-on").url.path == "/settings/integrations/sso"
    assert root.get("/settings/integrations").text.count("User Provisioning)</h2>") == 1


def test_what_integrations_send_is_never_markup_in_the_activity(own_tenant: ServedTenant, root: Visitor) -> None:
    hostile = "<script>alert(1)</script>"
    own_tenant.create("eve@corp.example", title=hostile)
    own_tenant.http.get(f"/Users/{hostile}")
    text = root.get("/settings/integrations/1/activity").text
    assert "eve@corp.example" in text
    assert hostile not in text


def test_whoever_looks_on_goes_when_the_session_ends(own_tenant: ServedTenant, root: Visitor) -> None:
    with root.http.stream("GET", "/settings/integrations/1/activity/live?after=-1") as live:
        lines = live.iter_lines()
        own_tenant.create("first@corp.example")
        seen = next(line for line in lines if "first@corp.example" in line)
        assert seen.startswith("data: ")
        root.get("/settings/sessions")
        root.post("/sign-out")
        own_tenant.create("second@corp.example")
        assert not any("second@corp.example" in line for line in lines)


def test_the_history_of_a_user_tells_what_came_by_the_integration_and_what_by_hand(
    own_tenant: ServedTenant, root: Visitor
) -> None:
    made = own_tenant.create("ada@corp.example", title="Analyst")
    own_tenant.patch(made["id"], {"op": "Replace", "path": "title", "value": "Director"})
    root.get(f"/users/{made['id']}")
    history = root.post(f"/users/{made['id']}/disable").text.partition('id="history"')[2]
    order = [history.index(text) for text in ("Disabled by hand", "Updated", "Director", "Created", "Analyst")]
    assert order[0] < order[1] < order[3]
    assert "Microsoft Entra ID (User Provisioning)" in history
