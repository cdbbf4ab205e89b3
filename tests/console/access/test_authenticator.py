"""How is an authenticator set up, asked for, and taken away, in a browser without scripts?"""

import html
from datetime import timedelta

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.administrators import administrator_with
from fakes.console_browser import ConsoleBrowser, cookie_name
from fakes.phone import Phone, recovery_codes_of
from instep.access.authenticators import PENDING_FOR
from instep.access.links import PATH, Purpose
from instep.access.passwords import hashed
from instep.access.roles import Role
from instep.access.sessions import CONFIRMED_FOR
from instep.access.throttle import PER_NAME
from instep.admin.access.administrators import disable_administrator
from instep.admin.access.authenticators import remove_authenticator
from instep.admin.access.signing_in import signed_in
from instep.admin.access.welcoming import issue_link

PASSWORD = "four words are good"
READER = "reports-reader@corp.example"
PAGE = "/account/authenticator"
STEP = timedelta(seconds=30)
_HASH = hashed(PASSWORD)


@pytest.fixture
def reader(admin: Administrator, site: Site) -> ConsoleBrowser:
    """A browser in which somebody with a password is signed in."""
    access = admin.instep.access
    me = administrator_with(access, Role.REPORTS_READER)
    access.administrators.set_password(me, _HASH, b"", admin.clock(), "me")
    return site.signed_in(Role.REPORTS_READER)


@pytest.fixture
def phone(admin: Administrator, reader: ConsoleBrowser) -> Phone:
    """The authenticator that the reader has set up, through the pages; a step later."""
    found = Phone(admin.clock, reader.follow(reader.post(PAGE)).text)
    shown = reader.follow(reader.post(f"{PAGE}/activate", code=found.code())).text
    found.codes = recovery_codes_of(shown)
    admin.clock.now += STEP
    return found


@pytest.fixture
def waiting(site: Site, phone: Phone) -> ConsoleBrowser:
    """Another browser, in which the password was right."""
    return with_password(site)


def with_password(site: Site) -> ConsoleBrowser:
    browser = ConsoleBrowser(site.new_client())
    browser.get("/sign-in")
    answer = browser.post("/sign-in", user_name=READER, password=PASSWORD, next="/account")
    assert answer.headers["location"] == "/sign-in/code?next=%2Faccount"
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "Type the code" in browser.follow(answer).text
    return browser


def give(browser: ConsoleBrowser, code: str):
    return browser.post("/sign-in/code", code=code, next="/account")


def test_nothing_is_asked_before_a_first_code_was_right(
    admin: Administrator, site: Site, reader: ConsoleBrowser
) -> None:
    page = reader.follow(reader.post(PAGE)).text
    assert "data:image/svg+xml" in page
    wrong = reader.post(f"{PAGE}/activate", code="000000")
    assert (wrong.status_code, "That is not the code" in wrong.text) == (422, True)
    assert Phone(admin.clock, wrong.text).key == Phone(admin.clock, page).key
    elsewhere = ConsoleBrowser(site.new_client())
    elsewhere.get("/sign-in")
    assert elsewhere.post("/sign-in", user_name=READER, password=PASSWORD).headers["location"] == "/"


def test_ten_recovery_codes_are_shown_once_and_the_key_no_more(reader: ConsoleBrowser, phone: Phone) -> None:
    assert len(set(phone.codes)) == 10
    page = html.unescape(reader.get(PAGE).text)
    assert not any(each in page for each in [phone.key, *phone.codes])


def test_a_key_is_shown_only_to_whoever_has_confirmed_lately(admin: Administrator, reader: ConsoleBrowser) -> None:
    key = Phone(admin.clock, reader.follow(reader.post(PAGE)).text).key
    admin.clock.now += CONFIRMED_FOR
    assert key not in reader.get(PAGE).text
    assert reader.post(PAGE).headers["location"].startswith("/confirm")


def test_whoever_has_no_password_has_no_use_for_one(admin: Administrator, site: Site) -> None:
    browser = site.signed_in()
    assert "no password of Instep" in browser.get(PAGE).text
    assert browser.post(PAGE).status_code == 409


def test_the_code_lets_in_after_the_password_and_leads_to_what_was_wanted(
    admin: Administrator, waiting: ConsoleBrowser, phone: Phone
) -> None:
    between = waiting.http.cookies[cookie_name("http://127.0.0.1:8480")]
    assert waiting.get("/account").headers["location"].startswith("/sign-in")
    assert signed_in(admin.instep.access, between) is None
    answer = give(waiting, phone.code())
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert waiting.follow(answer).status_code == 200
    assert waiting.http.cookies[cookie_name("http://127.0.0.1:8480")] != between
    assert waiting.get("/sign-in/code?next=//evil.example").headers["location"] == "/"


def test_a_code_that_was_used_is_refused_everywhere(
    admin: Administrator, site: Site, waiting: ConsoleBrowser, phone: Phone
) -> None:
    another, code = with_password(site), phone.code()
    assert give(waiting, code).status_code == 303
    answer = give(another, code)
    assert (answer.status_code, "That did not work" in answer.text) == (403, True)
    admin.clock.now += STEP
    assert give(another, phone.code()).status_code == 303


def test_the_code_that_set_it_up_is_used_as_well(admin: Administrator, site: Site, phone: Phone) -> None:
    admin.clock.now -= STEP
    assert give(with_password(site), phone.code()).status_code == 403


def test_a_recovery_code_lets_in_once(admin: Administrator, site: Site, waiting: ConsoleBrowser, phone: Phone) -> None:
    assert give(waiting, phone.codes[0].upper()).status_code == 303
    access = admin.instep.access
    found = access.authenticators.find(administrator_with(access, Role.REPORTS_READER).id)
    assert found is not None
    assert found.recovery_codes == len(phone.codes) - 1
    another = with_password(site)
    assert give(another, phone.codes[0]).status_code == 403
    assert give(another, phone.codes[1]).status_code == 303


def test_other_recovery_codes_end_those_there_were(site: Site, reader: ConsoleBrowser, phone: Phone) -> None:
    reader.get(PAGE)
    shown = reader.follow(reader.post(f"{PAGE}/recovery-codes")).text
    browser = with_password(site)
    assert give(browser, phone.codes[0]).status_code == 403
    assert give(browser, recovery_codes_of(shown)[0]).status_code == 303


def test_a_code_without_the_password_in_the_same_browser_lets_nobody_in(
    site: Site, waiting: ConsoleBrowser, phone: Phone
) -> None:
    other = ConsoleBrowser(site.new_client())
    other.get("/sign-in")
    assert give(other, phone.code()).headers["location"].startswith("/sign-in?")
    assert other.get("/account").status_code == 303


def test_a_form_without_the_token_of_this_browser_is_refused(waiting: ConsoleBrowser, phone: Phone) -> None:
    waiting.csrf_token = "x" * 43
    assert give(waiting, phone.code()).status_code == 403
    assert waiting.get("/account").status_code == 303


def test_five_minutes_after_the_password_it_is_asked_again(
    admin: Administrator, waiting: ConsoleBrowser, phone: Phone
) -> None:
    admin.clock.now += PENDING_FOR
    assert give(waiting, phone.code()).headers["location"] == "/sign-in?next=%2Faccount"


def test_wrong_codes_count_as_failures_which_the_password_does_not_forget(
    admin: Administrator, site: Site, phone: Phone
) -> None:
    browser = with_password(site)
    for _ in range(PER_NAME.failures - 2):
        assert give(browser, "000000").status_code == 403
    browser = with_password(site)  # the last try of the name
    assert give(browser, phone.code()).status_code == 403


@pytest.mark.parametrize("what", [disable_administrator, remove_authenticator])
def test_whoever_waits_begins_again_when_something_was_changed_meanwhile(
    admin: Administrator, waiting: ConsoleBrowser, phone: Phone, what
) -> None:
    access = admin.instep.access
    what(access, administrator_with(access, Role.REPORTS_READER), "root")
    assert give(waiting, phone.code()).headers["location"].startswith("/sign-in?")


def test_a_one_time_link_does_not_take_the_place_of_the_code(admin: Administrator, site: Site, phone: Phone) -> None:
    access = admin.instep.access
    link = issue_link(access, administrator_with(access, Role.REPORTS_READER), Purpose.SIGN_IN, "root")
    browser = ConsoleBrowser(site.new_client())
    browser.get(f"{PATH}/{link}")
    answer = browser.post(f"{PATH}/{link}")
    assert answer.headers["location"] == "/sign-in/code?next=%2F"
    browser.follow(answer)
    assert give(browser, phone.code()).status_code == 303


def test_who_has_lost_it_is_helped_by_a_global_administrator(admin: Administrator, site: Site, phone: Phone) -> None:
    reader_id = administrator_with(admin.instep.access, Role.REPORTS_READER).id
    root = site.signed_in()
    assert "Reset authenticator" in root.get(f"/administrators/{reader_id}").text
    done = root.post(f"/administrators/{reader_id}/authenticator/reset")
    assert "signs in without a code" in root.follow(done).text
    browser = ConsoleBrowser(site.new_client())
    browser.get("/sign-in")
    assert browser.post("/sign-in", user_name=READER, password=PASSWORD).headers["location"] == "/"


def test_one_removes_ones_own(reader: ConsoleBrowser, phone: Phone) -> None:
    reader.get(PAGE)
    assert "not asked for a code any more" in reader.follow(reader.post(f"{PAGE}/remove")).text
    assert "No authenticator" in reader.get(PAGE).text


def test_a_code_for_an_authenticator_that_does_not_wait_is_refused_aloud(reader: ConsoleBrowser) -> None:
    reader.get(PAGE)
    answer = reader.post(f"{PAGE}/activate", code="123456")
    assert (answer.status_code, "There is no authenticator (any more)" in answer.text) == (409, True)
