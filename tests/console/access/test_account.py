"""What does an administrator do on My account?"""

import re

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.administrators import acts, administrator_with
from fakes.console_browser import ConsoleBrowser
from instep.access.roles import Permission, Role
from instep.admin.access.second_step import OF_ADMINISTRATORS, sign_in
from instep.admin.access.sessions import sessions_of
from instep.admin.access.tokens import bearer_of

PASSWORD = "four words are good"


@pytest.fixture
def reader(site: Site) -> ConsoleBrowser:
    return site.signed_in(Role.REPORTS_READER)


def test_another_password_is_typed_twice_and_lets_in_from_then_on(admin: Administrator, reader: ConsoleBrowser) -> None:
    access = admin.instep.access
    elsewhere = acts(access, administrator_with(access, Role.REPORTS_READER))
    wrong = reader.post("/account/password", password=PASSWORD, again="another one, mistyped")
    assert (wrong.status_code, "two different passwords" in wrong.text) == (422, True)
    short = reader.post("/account/password", password="short", again="short")
    assert (short.status_code, "12 characters" in short.text) == (422, True)
    done = reader.post("/account/password", password=PASSWORD, again=PASSWORD)
    assert "signed out everywhere else" in reader.follow(done).text
    assert elsewhere.session.digest not in {session.digest for session, _ in sessions_of(access)}
    assert sign_in(access, OF_ADMINISTRATORS, "reports-reader@corp.example", PASSWORD, elsewhere_browser())


def elsewhere_browser():
    from fakes.administrators import BROWSER

    return BROWSER


def test_a_session_elsewhere_is_listed_and_ended(admin: Administrator, reader: ConsoleBrowser) -> None:
    access = admin.instep.access
    me = administrator_with(access, Role.REPORTS_READER)
    elsewhere = acts(access, me)
    page = reader.get("/account").text
    assert page.count("End<span") == 1
    assert "this one" in page
    answer = reader.post("/sessions/end", session=elsewhere.session.digest.hex())
    assert "The session was ended." in reader.follow(answer).text
    assert len(sessions_of(access, me.id)) == 1


def test_nobody_ends_the_session_of_somebody_else_but_who_manages_administrators(
    admin: Administrator, site: Site, reader: ConsoleBrowser
) -> None:
    access = admin.instep.access
    of_root = acts(access, administrator_with(access, Role.GLOBAL_ADMINISTRATOR))
    assert reader.post("/sessions/end", session=of_root.session.digest.hex()).status_code == 409
    assert access.sessions.find(of_root.session.digest) is not None
    reader_id = administrator_with(access, Role.REPORTS_READER).id
    of_reader = sessions_of(access, reader_id)[0][0]
    answer = site.signed_in().post("/sessions/end", session=of_reader.digest.hex(), of=reader_id)
    assert answer.headers["location"] == f"/administrators/{reader_id}"
    assert access.sessions.find(of_reader.digest) is None


@pytest.mark.parametrize("given", ["", "zz", "00", "../..", "//evil.example"])
def test_a_session_that_is_none_ends_nothing_and_leads_nowhere_else(reader: ConsoleBrowser, given: str) -> None:
    answer = reader.post("/sessions/end", session=given, of=given)
    assert answer.headers["location"] in ("/account", "/administrators/zz", "/administrators/00")


def test_an_api_token_is_shown_once_and_works(admin: Administrator, reader: ConsoleBrowser) -> None:
    answer = reader.post("/account/tokens", name="nightly", permissions=["read_reports"], days="30")
    shown = reader.follow(answer).text
    (secret,) = re.findall(r"instep_[\w-]{43}", shown)
    assert secret not in reader.get("/account").text
    bearer = bearer_of(admin.instep.access, secret)
    assert bearer is not None
    assert bearer.permissions == {Permission.READ_REPORTS}
    ((token, _),) = admin.instep.access.tokens.all()
    answer = reader.post(f"/account/tokens/{token.id}/delete")
    assert "is refused now" in reader.follow(answer).text
    assert bearer_of(admin.instep.access, secret) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "permissions": ["read_reports"], "days": "30"}, "Give the token a name"),
        ({"name": "x", "permissions": [], "days": "30"}, "Choose what the token may do"),
        ({"name": "x", "permissions": ["read_reports"], "days": "9999999999999999999"}, "366 days at most"),
        ({"name": "x", "permissions": ["read_reports"], "days": "-1"}, "366 days at most"),
        ({"name": "x", "permissions": ["read_reports"], "days": "many"}, "366 days at most"),
        ({"name": "x", "permissions": ["manage_users"], "days": "1"}, "may not: change and import users"),
        ({"name": "x", "permissions": ["everything"], "days": "1"}, "There is no permission"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_and_what_was_typed_is_kept(
    admin: Administrator, reader: ConsoleBrowser, typed: dict[str, str | list[str]], said: str
) -> None:
    answer = reader.post("/account/tokens", **typed)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert f'value="{typed["days"]}"' in answer.text
    assert admin.instep.access.tokens.all() == []


def test_a_page_offers_only_the_permissions_that_one_has(reader: ConsoleBrowser) -> None:
    offered = set(re.findall(r'name="permissions" type="checkbox" value="(\w+)"', reader.get("/account").text))
    assert offered == {"read_reports", "read_directory", "read_audit"}
