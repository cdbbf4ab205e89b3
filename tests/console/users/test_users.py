"""What can be done with users in the admin center?"""

import re
from html import unescape

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, upn
from fakes.console_browser import ConsoleBrowser
from instep.access.roles import Role
from instep.admin.users import show_user
from instep.directory.imports import ImportMode

MERGE = ImportMode.MERGE


@pytest.fixture
def browser(site: Site) -> ConsoleBrowser:
    return site.signed_in(Role.USER_ADMINISTRATOR)


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.replace("<wbr>", ""))).split())


def test_users_are_searched_and_filtered(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "adam", department="Sales")
    admin.hires("bo", department="IT")
    admin.disables("adam")
    assert "3 users" in text_of(browser.get("/users").text)
    assert "2 users are found" in text_of(browser.get("/users?q=AD").text)
    found = text_of(browser.get("/users?q=ad&status=disabled&department=sales").text)
    assert "1 user is found" in found
    assert upn("adam") in found
    assert upn("ada") not in found
    assert "Nobody is found." in text_of(browser.get("/users?q=zzz").text)


def test_a_long_list_is_walked_page_by_page_and_back(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires(*(f"p{number:03}" for number in range(120)))
    seen, address, page = [], "/users", ""
    while address:
        page = browser.get(address).text
        seen += re.findall(r'<th scope="row"><a href="/users/(p\d+)"', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = unescape(following[1]) if following else ""
    assert seen == [f"p{number:03}" for number in range(120)]
    before = re.search(r'rel="prev" href="([^"]*)"', page)
    assert before is not None
    middle = browser.get(unescape(before[1])).text
    assert re.findall(r'<th scope="row"><a href="/users/(p\d+)"', middle) == seen[50:100]


@pytest.mark.parametrize(
    "place", ["x", "[1]", '["a","b","c"]', "[9,1,1]", "[[],1,1]", "%5B0,%22%F4%8F%BF%BF%22,%22%22%5D"]
)
def test_a_place_that_no_list_has_is_no_failure(admin: Administrator, browser: ConsoleBrowser, place: str) -> None:
    admin.hires("ada")
    assert browser.get(f"/users?after={place}").status_code == 200
    assert browser.get(f"/users?before={place}").status_code == 200


def test_a_user_is_made_and_the_log_says_by_whom(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("bo")
    browser.get("/users/new")
    answer = browser.post(
        "/users/new",
        displayName="Ada Lovelace",
        userPrincipalName="ada.l@corp.example",
        surname="Lovelace",
        manager=upn("bo"),
        accountEnabled="yes",
        otherMails="a@x; b@x",
    )
    page = text_of(browser.follow(answer).text)
    assert "Ada Lovelace was created." in page
    assert "Manager Bo Example" in page
    user = show_user(admin.instep.directory, "ada.l@corp.example").user
    assert user.is_enabled
    assert user.attributes["otherMails"] == ("a@x", "b@x")
    (made,) = admin.instep.history.of_user(user.id)
    assert "@" in made.actor


def test_what_is_wrong_is_told_at_each_field_and_all_that_was_typed_stays(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    admin.hires("bo")
    browser.get("/users/new")
    answer = browser.post(
        "/users/new", userPrincipalName=upn("BO"), manager="nobody", jobTitle="Engineer", city="x" * 5000
    )
    assert answer.status_code == 422
    page = unescape(answer.text)
    assert "Nothing was changed: 4 fields need your attention." in page
    assert 'id="displayName-problem">Give the name that others see.' in page
    assert 'id="userPrincipalName-problem">Somebody else has this name already.' in page
    assert "There is no user 'nobody'" in page
    assert "The value has 5,000 characters" in page
    assert 'value="Engineer"' in page
    assert "1 user" in text_of(browser.get("/users").text)


def test_a_user_is_edited_and_a_blank_field_clears(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", jobTitle="Engineer")
    browser.get("/users/ada/edit")
    form = {"displayName": "Ada L", "userPrincipalName": upn("ada"), "accountEnabled": "yes", "jobTitle": ""}
    assert "Ada L was saved." in text_of(browser.follow(browser.post("/users/ada/edit", **form)).text)
    user = show_user(admin.instep.directory, "ada").user
    assert user.attributes["displayName"] == "Ada L"
    assert "jobTitle" not in user.attributes
    assert "nothing was different" in text_of(browser.follow(browser.post("/users/ada/edit", **form)).text)
    browser.post("/users/ada/edit", **{**form, "accountEnabled": ""})
    assert not show_user(admin.instep.directory, "ada").user.is_enabled


def test_a_user_goes_and_comes_back_and_goes_for_good(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada")
    browser.get("/users/ada")
    assert "is disabled" in text_of(browser.follow(browser.post("/users/ada/disable")).text)
    assert "is enabled again" in text_of(browser.follow(browser.post("/users/ada/enable")).text)
    assert "can be restored for 30 days" in text_of(browser.follow(browser.post("/users/ada/delete")).text)
    assert "1 deleted user" in text_of(browser.get("/users/deleted").text)
    assert "Deleted" in text_of(browser.get("/users/ada").text)
    assert "was restored" in text_of(browser.follow(browser.post("/users/ada/restore")).text)
    browser.post("/users/ada/delete")
    assert "was deleted for good" in text_of(browser.follow(browser.post("/users/ada/purge")).text)
    assert browser.get("/users/ada").status_code == 409
    assert "There is no such user any more." in text_of(browser.get("/users/ada").text)


def test_a_restore_is_refused_where_the_name_is_taken(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "bo")
    admin.deletes("ada")
    admin.changes("bo", userPrincipalName=upn("ada"))
    browser.get("/users/deleted")
    answer = browser.post("/users/ada/restore")
    assert answer.status_code == 409
    assert "cannot be restored" in text_of(answer.text)


def test_groups_are_joined_and_left_on_the_users_page(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada")
    admin.makes_group("Sales & Co")
    browser.get("/users/ada/groups")
    joined = text_of(browser.follow(browser.post("/users/ada/groups", group="sales & co")).text)
    assert "Ada Example is a member of Sales & Co." in joined
    refused = text_of(browser.follow(browser.post("/users/ada/groups", group="nothing")).text)
    assert "Nothing was changed. There is no group 'nothing'" in refused
    (group,) = show_user(admin.instep.directory, "ada").groups
    left = text_of(browser.follow(browser.post("/users/ada/groups/leave", group=group.id)).text)
    assert "is not a member of Sales & Co any more" in left
    assert "In no group" in left


def test_a_users_page_says_where_there_is_an_account_and_why(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada")
    assert "The application is not connected yet." in text_of(browser.get("/users/ada/applications").text)


def test_whoever_is_meant_is_suggested(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "bo")
    assert upn("ada") in browser.get("/users/suggestions?who=ad").text
    assert "option" not in browser.get("/users/suggestions?manager=zz").text
    assert "option" not in browser.get("/users/suggestions").text


@pytest.mark.parametrize("user_id", ["new", "deleted", "a/b", "..", "~x", "100%", "ä?#", "edit"])
def test_any_id_has_a_page(admin: Administrator, browser: ConsoleBrowser, user_id: str) -> None:
    admin.imports(f"id,userPrincipalName,displayName\n{user_id},x@x,Odd One\n".encode(), MERGE)
    (address,) = re.findall(r'<th scope="row"><a href="([^"]*)"', browser.get("/users").text)
    assert f"<bdi>{user_id.replace('&', '&amp;')}</bdi>" in browser.get(unescape(address)).text
    assert "Odd One" in browser.get(unescape(address) + "/edit").text


def test_a_reader_sees_no_command_that_changes(admin: Administrator, site: Site) -> None:
    admin.hires("ada")
    reader = site.signed_in(Role.REPORTS_READER)
    for path in ("/users", "/users/ada", "/users/ada/groups"):
        shown = reader.get(path).text
        main = shown[shown.index("<main") :]
        assert 'method="post"' not in main
