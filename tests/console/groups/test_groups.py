"""What can be done with groups in the admin center?"""

import re
from html import unescape

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, upn
from fakes.console_browser import ConsoleBrowser
from fakes.page_structure import NAUGHTY, structure_of
from instep.access.roles import Role
from instep.admin.groups import find_group


@pytest.fixture
def browser(site: Site) -> ConsoleBrowser:
    return site.signed_in(Role.USER_ADMINISTRATOR)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.replace("<wbr>", ""))).split())


def id_of(admin: Administrator, name: str) -> str:
    with admin.instep.directory.reading() as reading:
        return find_group(reading, name).id


def test_a_group_is_made_with_its_attributes_and_edited(admin: Administrator, browser: ConsoleBrowser) -> None:
    browser.get("/groups/new")
    made = browser.post("/groups/new", displayName="Sales", description="Who sells", securityEnabled="yes")
    assert "Sales was created." in text_of(browser.follow(made).text)
    at = f"/groups/{id_of(admin, 'sales')}"
    assert "Who sells" in browser.get(at).text
    saved = browser.post(f"{at}/edit", displayName="Sales 2", description="", securityEnabled="yes")
    assert "Sales 2 was saved." in text_of(browser.follow(saved).text)
    with admin.instep.directory.reading() as reading:
        assert find_group(reading, "sales 2").attributes == {"mailEnabled": False, "securityEnabled": True}
    again = browser.post(f"{at}/edit", displayName="Sales 2", description="", securityEnabled="yes")
    assert "nothing was different" in text_of(browser.follow(again).text)


@pytest.mark.parametrize(
    ("name", "problem"),
    [("", "A group needs a name"), (" sales ", "Another group has this name"), ("x" * 257, "1 to 256")],
)
def test_a_name_that_will_not_do_is_told_at_its_field(
    admin: Administrator, browser: ConsoleBrowser, name: str, problem: str
) -> None:
    admin.makes_group("Sales")
    browser.get("/groups/new")
    answer = browser.post("/groups/new", displayName=name, description="kept")
    assert answer.status_code == 422
    assert f'id="displayName-problem">{problem}' in answer.text or problem in text_of(answer.text)
    assert 'value="kept"' in answer.text
    assert "1 group" in text_of(browser.get("/groups").text)


def test_members_and_groups_come_and_go(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada")
    admin.makes_group("Sales")
    admin.makes_group("EMEA")
    at = f"/groups/{id_of(admin, 'Sales')}"
    browser.get(at)

    def said(path: str, **fields: str) -> str:
        return text_of(browser.follow(browser.post(at + path, **fields)).text)

    assert "ada@corp.example is a member now." in said("/members", who=upn("ada"))
    assert "was a member already" in said("/members", who="ada")
    assert "Nothing was changed. There is no user 'nobody'" in said("/members", who="nobody")
    assert "EMEA is in it now." in said("/nested", nested="emea")
    assert "1 user and 1 group" in text_of(browser.get(at).text)
    assert "Sales cannot be a member of itself." in said("/nested", nested="Sales")
    assert "EMEA is not in it any more." in said("/nested/remove", nested="EMEA")
    assert "ada@corp.example is not a member any more." in said("/members/remove", who="ada")
    assert "The group Sales was deleted." in said("/delete")


def test_the_built_in_group_has_everyone_and_cannot_be_changed(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "bo")
    page = browser.get("/groups/all-users/members").text
    assert "2 direct members" in text_of(page)
    main = page[page.index("<main") :]
    assert 'method="post"' not in main
    assert "is built in" in text_of(browser.post("/groups/all-users/delete").text)
    assert browser.get("/groups/all-users/edit").status_code == 409
    assert browser.post("/groups/all-users/edit", displayName="x").status_code == 409


def test_a_page_has_the_same_structure_whatever_a_group_is_called(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    def structures(text: str, number: int) -> list[list[str]]:
        name = f"{text[:200]}{number}"
        browser.get("/groups/new")
        made = browser.post("/groups/new", displayName=name, description=text, mail=text, mailNickname=text)
        at = made.headers["location"].removesuffix("/members")
        return [structure_of(browser.get(at + page).text) for page in ("/members", "", "/edit")]

    wanted = structures("plain", 1_000)
    for number, text in enumerate(NAUGHTY[::4]):
        assert structures(text, number) == wanted, text
    assert browser.get("/groups").status_code == 200
