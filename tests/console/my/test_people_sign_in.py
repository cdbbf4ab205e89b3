"""How do users of the directory get in to My apps, and when are they out again?"""

from datetime import timedelta

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, upn
from fakes.console_browser import ConsoleBrowser
from fakes.people import person_in
from instep.access.people import LINK_PATH
from instep.access.roles import Role
from instep.admin.access.people import issue_person_link
from instep.admin.ports import AuditQuery

PASSWORD = "four words are good"


@pytest.fixture
def browser(site: Site) -> ConsoleBrowser:
    return ConsoleBrowser(site.new_client())


@pytest.fixture
def ada(admin: Administrator, browser: ConsoleBrowser) -> ConsoleBrowser:
    """The browser in which Ada has chosen a password by a link, and signed out."""
    admin.hires("ada")
    path = f"{LINK_PATH}/{issue_person_link(admin.instep.access, 'ada', 'root')}"
    browser.get(path)
    assert browser.post(path, password=PASSWORD).headers["location"] == "/my/apps"
    browser.get("/my/apps")
    browser.post("/my/sign-out")
    return browser


def signs_in(browser: ConsoleBrowser, password: str = PASSWORD, **fields: str) -> str:
    """Where a sign-in leads; "" where it is refused."""
    browser.get("/my/sign-in")
    answer = browser.post("/my/sign-in", user_name=upn("ada"), password=password, **fields)
    return answer.headers["location"] if answer.status_code == 303 else ""


def test_a_link_from_the_page_of_a_user_is_shown_once_and_is_good_once(
    admin: Administrator, site: Site, browser: ConsoleBrowser
) -> None:
    admin.hires("ada")
    root = site.signed_in(Role.USER_ADMINISTRATOR)
    page = root.follow(root.post("/users/ada/sign-in/link")).text
    (address,) = (part for part in page.replace("<", " ").replace(">", " ").split() if LINK_PATH in part)
    assert address not in root.get("/users/ada/sign-in").text
    path = address.removeprefix("http://127.0.0.1:8480")
    assert "This link is for" in browser.get(path).text
    assert "12 characters" in browser.post(path, password="short").text
    answer = browser.post(path, password=PASSWORD)
    assert "Ada Example" in browser.follow(answer).text
    assert browser.get(path).status_code == 404


def test_a_person_signs_in_by_the_password_and_comes_to_the_page_that_was_asked_for(ada: ConsoleBrowser) -> None:
    assert ada.get("/my/account").headers["location"] == "/my/sign-in?next=/my/account"
    assert signs_in(ada, next="/my/account") == "/my/account"
    assert "Ada Example" in ada.get("/my/account").text
    assert ada.get("/my/sign-in").headers["location"] == "/my/apps"


@pytest.mark.parametrize("next_path", ["//evil.example", "https://evil.example", "/\\evil.example", ""])
def test_a_sign_in_leads_to_this_site_alone(ada: ConsoleBrowser, next_path: str) -> None:
    assert signs_in(ada, next=next_path) == "/my/apps"


def test_whoever_does_not_know_the_password_is_not_told_whether_there_is_such_a_user(ada: ConsoleBrowser) -> None:
    ada.get("/my/sign-in")
    said = [
        ada.post("/my/sign-in", user_name=name, password="another password").text.replace(name, "")
        for name in (upn("ada"), upn("nobody"))
    ]
    assert "That did not work" in said[0]
    assert said[0].split("<form class")[1].split("csrf")[0] == said[1].split("<form class")[1].split("csrf")[0]


def test_after_ten_failures_the_password_does_not_help_for_a_quarter_of_an_hour(
    admin: Administrator, ada: ConsoleBrowser
) -> None:
    for _ in range(10):
        assert signs_in(ada, "another password") == ""
    assert signs_in(ada) == ""
    admin.clock.now += timedelta(minutes=15)
    assert signs_in(ada) == "/my/apps"


@pytest.mark.parametrize("leaves", [Administrator.disables, Administrator.deletes])
def test_whoever_leaves_is_out_at_once_and_stays_out_of_that_session_after_coming_back(
    admin: Administrator, ada: ConsoleBrowser, leaves: object
) -> None:
    comes_back = {Administrator.disables: Administrator.enables, Administrator.deletes: Administrator.restores}
    assert signs_in(ada) == "/my/apps"
    leaves(admin, "ada")  # type: ignore[operator]
    assert ada.get("/my/apps").headers["location"].startswith("/my/sign-in")
    assert signs_in(ada) == ""
    comes_back[leaves](admin, "ada")  # type: ignore[index]
    assert ada.get("/my/apps").headers["location"].startswith("/my/sign-in")
    assert signs_in(ada) == "/my/apps"


def test_a_link_for_somebody_who_was_disabled_since_is_good_no_more(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    admin.hires("ada")
    path = f"{LINK_PATH}/{issue_person_link(admin.instep.access, 'ada', 'root')}"
    admin.disables("ada")
    admin.enables("ada")
    assert browser.get(path).status_code == 404


def test_somebody_who_was_purged_leaves_no_password_to_whoever_gets_the_same_id(
    admin: Administrator, ada: ConsoleBrowser
) -> None:
    admin.deletes("ada")
    admin.purges("ada")
    admin.hires("ada")
    assert signs_in(ada) == ""


def test_a_persons_session_opens_no_page_of_the_admin_center_and_an_administrators_none_of_theirs(
    admin: Administrator, site: Site
) -> None:
    admin.hires("ada")
    person, root = person_in(admin.instep.access, site.new_client(), "ada"), site.signed_in()
    assert person.get("/users").headers["location"].startswith("/sign-in")
    assert person.get("/account").headers["location"].startswith("/sign-in")
    assert root.get("/my/apps").headers["location"].startswith("/my/sign-in")
    stolen = dict(person.http.cookies)
    root.http.cookies.clear()
    root.http.cookies.set("instep-8480", next(iter(stolen.values())), domain="127.0.0.1")
    assert root.get("/users").headers["location"].startswith("/sign-in")


def test_another_password_needs_the_one_before_and_ends_the_other_sessions(
    admin: Administrator, site: Site, ada: ConsoleBrowser
) -> None:
    elsewhere = person_in(admin.instep.access, site.new_client(), "ada")
    assert signs_in(ada) == "/my/apps"
    ada.get("/my/account")
    twice = {"password": "five words are even better", "again": "five words are even better"}
    assert "That is not your password" in ada.post("/my/account/password", old="no password", **twice).text
    assert ada.post("/my/account/password", old=PASSWORD, **twice).status_code == 303
    assert ada.get("/my/account").status_code == 200
    assert elsewhere.get("/my/apps").status_code == 303


def test_an_administrator_sees_the_sessions_of_a_user_and_ends_them(
    admin: Administrator, site: Site, ada: ConsoleBrowser
) -> None:
    assert signs_in(ada) == "/my/apps"
    root = site.signed_in(Role.USER_ADMINISTRATOR)
    assert "Sign out everywhere" in root.get("/users/ada/sign-in").text
    root.post("/users/ada/sign-in/end")
    assert ada.get("/my/apps").status_code == 303


def test_sessions_end_when_they_were_left_alone(admin: Administrator, ada: ConsoleBrowser) -> None:
    assert signs_in(ada) == "/my/apps"
    admin.clock.now += timedelta(minutes=31)
    assert ada.get("/my/apps").status_code == 303


def test_the_audit_log_has_links_and_sign_ins_and_no_secret(admin: Administrator, ada: ConsoleBrowser) -> None:
    assert signs_in(ada) == "/my/apps"
    rows = admin.instep.history.audit(AuditQuery(limit=50))
    assert [row.activity for row in rows][:2] == ["Sign in to My apps", "Sign out of My apps"]
    assert PASSWORD not in str(rows)
