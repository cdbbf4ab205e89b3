"""How does one get in: by a one-time link, by a password; and what does the browser keep of it?"""

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.administrators import administrator_with, session_of
from fakes.console_browser import ConsoleBrowser, cookie_name
from instep.access.links import PATH, Purpose
from instep.access.roles import Role
from instep.admin.access.signing_in import signed_in
from instep.admin.access.welcoming import first_link, issue_link

PASSWORD = "four words are good"
ADA = {"user_name": "ada@corp.example", "display_name": "Ada Lovelace", "password": PASSWORD}
COOKIE = cookie_name("http://127.0.0.1:8480")


@pytest.fixture
def browser(site: Site) -> ConsoleBrowser:
    return ConsoleBrowser(site.new_client())


@pytest.fixture
def ada(admin: Administrator, browser: ConsoleBrowser) -> ConsoleBrowser:
    """The browser in which Ada has become the first administrator, and signed out."""
    path = f"{PATH}/{first_link(admin.instep.access)}"
    browser.get(path)
    assert browser.post(path, **ADA).headers["location"] == "/"
    browser.get("/")
    browser.post("/sign-out")
    return browser


def test_nobody_is_told_to_use_the_link_of_the_first_start(browser: ConsoleBrowser) -> None:
    said = browser.get("/sign-in").text
    assert "Nobody can sign in yet" in said
    assert 'name="password"' not in said


def test_the_link_of_the_first_start_makes_an_administrator_who_is_signed_in(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    path = f"{PATH}/{first_link(admin.instep.access)}"
    assert "first Global Administrator" in browser.get(path).text
    assert browser.get(path).status_code == 200  # to look at it uses nothing up
    answer = browser.post(path, **ADA)
    assert answer.headers["location"] == "/"
    assert "Ada Lovelace" in browser.follow(answer).text
    assert browser.get(path).status_code == 404
    (made,) = admin.instep.access.administrators.all()
    assert made.roles == {Role.GLOBAL_ADMINISTRATOR}


def test_a_link_tells_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    path = f"{PATH}/{first_link(admin.instep.access)}"
    browser.get(path)
    answer = browser.post(path, **{**ADA, "password": "short"})
    assert answer.status_code == 422
    assert 'value="Ada Lovelace"' in answer.text
    assert "password-problem" in answer.text
    assert "short" not in answer.text


def test_a_link_to_sign_in_asks_nothing(admin: Administrator, browser: ConsoleBrowser) -> None:
    access = admin.instep.access
    bo = administrator_with(access, Role.REPORTS_READER)
    path = f"{PATH}/{issue_link(access, bo, Purpose.SIGN_IN, 'me')}"
    assert 'type="password"' not in browser.get(path).text
    assert browser.follow(browser.post(path)).status_code == 200


def test_the_password_lets_in_and_leads_back_to_what_was_wanted(ada: ConsoleBrowser) -> None:
    wanted = ada.follow(ada.get("/confirm?form=ada&more=1"))
    assert 'name="next" value="/confirm?form=ada&amp;more=1"' in wanted.text
    answer = ada.post("/sign-in", user_name="ADA@corp.example", password=PASSWORD, next="/confirm?form=ada&more=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/confirm?form=ada&more=1")


@pytest.mark.parametrize(
    "typed",
    [
        {"user_name": "ada@corp.example", "password": "wrong"},
        {"user_name": "nobody@corp.example", "password": PASSWORD},
        {"user_name": "", "password": ""},
        {},
    ],
)
def test_every_failure_is_told_by_the_same_words(ada: ConsoleBrowser, typed: dict[str, str]) -> None:
    ada.get("/sign-in")
    answer = ada.post("/sign-in", **typed)
    assert answer.status_code == 403
    assert "That did not work. Check the user name and the password" in answer.text
    assert PASSWORD not in answer.text
    assert ada.get("/").status_code == 303


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aSet-Cookie:x",
        "javascript:alert(1)",
        "/\r\nLocation: https://evil.example",
        "evil.example",
        "http:evil.example",
        " /users",
    ],
)
def test_nobody_is_led_to_another_site(ada: ConsoleBrowser, elsewhere: str) -> None:
    ada.get("/sign-in")
    answer = ada.post("/sign-in", user_name="ada@corp.example", password=PASSWORD, next=elsewhere)
    assert answer.status_code == 303
    assert answer.headers["location"] in ("/", "/%0d%0aSet-Cookie:x")
    assert "evil" not in answer.headers["location"]
    assert "x" not in ada.http.cookies


def test_whoever_is_signed_in_is_led_on_from_the_sign_in_page(site: Site) -> None:
    assert site.signed_in().get("/sign-in?next=//evil.example").headers["location"] == "/"


def test_the_cookie_changes_at_each_sign_in_and_scripts_do_not_see_it(ada: ConsoleBrowser) -> None:
    ada.get("/sign-in")
    before = ada.http.cookies[COOKIE]
    answer = ada.post("/sign-in", user_name="ada@corp.example", password=PASSWORD)
    kept = answer.headers["set-cookie"]
    assert ada.http.cookies[COOKIE] != before
    for said in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert said in kept
    assert "Secure" not in kept  # plain HTTP on loopback


def test_a_session_that_somebody_else_chose_is_nobodys(admin: Administrator, ada: ConsoleBrowser) -> None:
    chosen = "x" * 43
    ada.http.cookies.set(COOKIE, chosen, domain="127.0.0.1")
    ada.get("/sign-in")
    ada.post("/sign-in", user_name="ada@corp.example", password=PASSWORD)
    assert signed_in(admin.instep.access, chosen) is None


def test_whoever_signs_out_is_out_and_the_browser_forgets(admin: Administrator, site: Site) -> None:
    browser = site.signed_in()
    secret = browser.http.cookies[COOKIE]
    assert browser.post("/sign-out").headers["location"] == "/sign-in"
    assert signed_in(admin.instep.access, secret) is None
    assert browser.get("/").status_code == 303


def test_behind_a_proxy_with_https_the_cookie_is_for_that_address_alone(admin: Administrator) -> None:
    from dataclasses import replace

    settings = admin.instep.settings.model_copy(update={"console_url": "https://instep.corp.example"})
    site = Site(replace(admin, instep=replace(admin.instep, settings=settings)))
    public = {"Host": "instep.corp.example"}
    http = site.new_client()
    kept = http.get("/sign-in", headers=public).headers["set-cookie"]
    assert kept.startswith("__Host-instep=")
    for said in ("Secure", "HttpOnly", "Path=/"):
        assert said in kept
    assert "Domain" not in kept
    secret = session_of(admin.instep.access, administrator_with(admin.instep.access, Role.REPORTS_READER))
    cookie = {"Cookie": f"__Host-instep={secret}"}
    assert http.get("/", headers={**public, **cookie}).status_code == 200
    assert http.get("/", headers={"Host": "evil.example", **cookie}).status_code == 403


def test_an_empty_name_leads_nowhere(browser: ConsoleBrowser) -> None:
    assert browser.get(f"{PATH}/nothing").status_code == 404
