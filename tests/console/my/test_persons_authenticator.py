"""How does a person set an authenticator up for My apps, and who gets in without its code?"""

from datetime import timedelta

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, upn
from fakes.console_browser import ConsoleBrowser
from fakes.phone import Phone, recovery_codes_of
from instep.access.authenticators import PENDING_FOR
from instep.access.people import LINK_PATH
from instep.access.roles import Role
from instep.access.throttle import PER_NAME
from instep.admin.access.people import issue_person_link

PASSWORD = "four words are good"
PAGE = "/my/account/authenticator"
CODE = "/my/sign-in/code"
STEP = timedelta(seconds=30)


@pytest.fixture
def ada(admin: Administrator, site: Site) -> ConsoleBrowser:
    """The browser in which Ada has chosen a password by a link, and is signed in."""
    admin.hires("ada")
    browser = ConsoleBrowser(site.new_client())
    path = f"{LINK_PATH}/{issue_person_link(admin.instep.access, 'ada', 'root')}"
    browser.get(path)
    assert browser.post(path, password=PASSWORD).headers["location"] == "/my/apps"
    browser.get(PAGE)
    return browser


@pytest.fixture
def phone(admin: Administrator, ada: ConsoleBrowser) -> Phone:
    """The authenticator that Ada has set up, through the pages; a step later."""
    found = Phone(admin.clock, ada.follow(ada.post(PAGE, old=PASSWORD)).text)
    shown = ada.follow(ada.post(f"{PAGE}/activate", code=found.code())).text
    found.codes = recovery_codes_of(shown)
    admin.clock.now += STEP
    return found


def signs_in(site: Site) -> tuple[ConsoleBrowser, str]:
    """A new browser in which the password was given, and where that leads."""
    browser = ConsoleBrowser(site.new_client())
    browser.get("/my/sign-in")
    answer = browser.post("/my/sign-in", user_name=upn("ada"), password=PASSWORD, next="/my/account")
    browser.follow(answer)
    return browser, answer.headers["location"]


def give(browser: ConsoleBrowser, code: str):
    return browser.post(CODE, code=code, next="/my/account")


def test_nothing_is_asked_before_a_first_code_was_right_and_the_key_is_shown_once(
    admin: Administrator, site: Site, ada: ConsoleBrowser
) -> None:
    key = Phone(admin.clock, ada.follow(ada.post(PAGE, old=PASSWORD)).text).key
    wrong = ada.post(f"{PAGE}/activate", code="000000")
    assert (wrong.status_code, "That is not the code" in wrong.text, key in wrong.text) == (422, True, False)
    assert wrong.text.count("needs your attention") == 1
    assert key not in ada.get(PAGE).text
    assert signs_in(site)[1] == "/my/account"


@pytest.mark.parametrize("what", ["", "/recovery-codes", "/remove"])
def test_each_change_wants_the_password(ada: ConsoleBrowser, phone: Phone, what: str) -> None:
    ada.get(PAGE)
    answer = ada.post(PAGE + what, old="another password")
    assert (answer.status_code, "not your password" in answer.text) == (422, True)
    assert "Your authenticator" in ada.get(PAGE).text


def test_the_code_lets_in_once_and_leads_to_what_was_wanted(admin: Administrator, site: Site, phone: Phone) -> None:
    (browser, path), (another, _) = signs_in(site), signs_in(site)
    assert path == f"{CODE}?next=%2Fmy%2Faccount"
    assert browser.get("/my/apps").headers["location"].startswith("/my/sign-in")
    browser.get(CODE)
    code = phone.code()
    assert give(browser, code).headers["location"] == "/my/account"
    assert "Ada Example" in browser.get("/my/account").text
    assert give(another, code).status_code == 403
    admin.clock.now += STEP
    assert give(another, phone.code()).status_code == 303


def test_a_recovery_code_lets_in_once(site: Site, phone: Phone) -> None:
    assert len(set(phone.codes)) == 10
    assert give(signs_in(site)[0], phone.codes[0]).status_code == 303
    assert give(signs_in(site)[0], phone.codes[0]).status_code == 403


def test_wrong_codes_count_as_failures_which_the_password_does_not_forget(site: Site, phone: Phone) -> None:
    browser, _ = signs_in(site)
    for _ in range(PER_NAME.failures - 2):
        assert give(browser, "000000").status_code == 403
    browser, _ = signs_in(site)  # the last try of the name
    assert give(browser, phone.code()).status_code == 403


@pytest.mark.parametrize("what", ["too late", "disabled", "deleted", "another password"])
def test_whoever_waits_does_not_get_in_by_the_code(admin: Administrator, site: Site, phone: Phone, what: str) -> None:
    browser, _ = signs_in(site)
    if what == "too late":
        admin.clock.now += PENDING_FOR
    elif what == "disabled":
        admin.disables("ada")
    elif what == "deleted":
        admin.deletes("ada")
    else:
        other = ConsoleBrowser(site.new_client())
        path = f"{LINK_PATH}/{issue_person_link(admin.instep.access, 'ada', 'root')}"
        other.get(path)
        assert other.post(path, password="five other words are good").headers["location"].startswith(CODE)
    assert give(browser, phone.code()).headers["location"].startswith("/my/sign-in?")
    assert browser.get("/my/apps").status_code == 303


def test_the_code_of_a_person_opens_no_page_of_the_admin_center(site: Site, phone: Phone) -> None:
    browser, _ = signs_in(site)
    assert give(browser, phone.code()).status_code == 303
    assert browser.get("/users").headers["location"].startswith("/sign-in")


def test_who_has_lost_it_is_helped_by_a_user_administrator(site: Site, phone: Phone) -> None:
    root = site.signed_in(Role.USER_ADMINISTRATOR)
    assert "Reset authenticator" in root.get("/users/ada/sign-in").text
    done = root.post("/users/ada/sign-in/authenticator/reset")
    assert "The authenticator was reset" in root.follow(done).text
    assert signs_in(site)[1] == "/my/account"


def test_one_removes_ones_own(site: Site, ada: ConsoleBrowser, phone: Phone) -> None:
    ada.get(PAGE)
    assert "not asked for a code any more" in ada.follow(ada.post(f"{PAGE}/remove", old=PASSWORD)).text
    assert signs_in(site)[1] == "/my/account"


def test_a_code_for_an_authenticator_that_does_not_wait_is_refused_aloud(ada: ConsoleBrowser) -> None:
    ada.get(PAGE)
    answer = ada.post(f"{PAGE}/activate", code="123456")
    assert (answer.status_code, "There is no authenticator (any more)" in answer.text) == (409, True)
