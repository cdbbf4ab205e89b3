"""How does a Global Administrator manage the others?"""

import re

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.administrators import acts, administrator_with
from fakes.console_browser import ConsoleBrowser
from fakes.page_structure import NAUGHTY, structure_of
from instep.access.administrators import problem_with_display_name
from instep.access.links import PATH
from instep.access.roles import Role
from instep.admin.access.administrators import add_administrator, change_administrator

BO = {"user_name": "bo@corp.example", "display_name": "Bo Diddley", "roles": ["Reports Reader", "User Administrator"]}


@pytest.fixture
def root(site: Site) -> ConsoleBrowser:
    return site.signed_in()


def made(admin: Administrator):
    found = admin.instep.access.administrators.named("bo@corp.example")
    assert found is not None
    return found


def test_a_new_administrator_gets_a_link_that_is_shown_once(
    admin: Administrator, site: Site, root: ConsoleBrowser
) -> None:
    answer = root.post("/administrators/new", **BO)
    page = root.follow(answer).text
    (link,) = re.findall(rf"http://127\.0\.0\.1:8480({PATH}/[\w-]+)", page)
    assert link not in root.follow(answer).text
    assert made(admin).roles == {Role.REPORTS_READER, Role.USER_ADMINISTRATOR}
    newcomer = ConsoleBrowser(site.new_client())
    assert "Bo Diddley" in newcomer.get(link).text
    assert newcomer.post(link, password="four words are good").headers["location"] == "/"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"user_name": "bo"}, "A user name is an e-mail address"),
        ({"user_name": "global-administrator@corp.example"}, "There is an administrator"),
        ({"display_name": " "}, "Give the name"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["Emperor"]}, "There is no role"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(root: ConsoleBrowser, changed: dict[str, str], said: str) -> None:
    answer = root.post("/administrators/new", **{**BO, **changed})
    assert (answer.status_code, said in answer.text) == (422, True)


def test_roles_are_taken_and_given_and_whoever_loses_one_is_out(admin: Administrator, root: ConsoleBrowser) -> None:
    root.post("/administrators/new", **BO)
    bo = made(admin)
    who = acts(admin.instep.access, bo)
    answer = root.post(f"/administrators/{bo.id}", display_name="Bo", roles=["User Administrator"])
    assert "signed out everywhere" in root.follow(answer).text
    assert made(admin).roles == {Role.USER_ADMINISTRATOR}
    assert admin.instep.access.sessions.find(who.session.digest) is None


def test_somebody_is_disabled_enabled_signed_out_and_deleted(admin: Administrator, root: ConsoleBrowser) -> None:
    root.post("/administrators/new", **BO)
    page = f"/administrators/{made(admin).id}"
    acts(admin.instep.access, made(admin))
    assert "1 session was ended" in root.follow(root.post(f"{page}/sign-out")).text
    assert "Bo Diddley is disabled" in root.follow(root.post(f"{page}/disable")).text
    assert not made(admin).is_enabled
    assert "Bo Diddley is enabled" in root.follow(root.post(f"{page}/enable")).text
    assert "Hand this link over now" in root.follow(root.post(f"{page}/link")).text
    assert "no administrator any more" in root.follow(root.post(f"{page}/delete")).text
    assert admin.instep.access.administrators.named("bo@corp.example") is None
    assert root.get(page).status_code == 409


def test_the_last_global_administrator_stays_one_and_it_is_said_why(admin: Administrator, root: ConsoleBrowser) -> None:
    me = administrator_with(admin.instep.access, Role.GLOBAL_ADMINISTRATOR)
    for act in ("disable", "delete"):
        answer = root.post(f"/administrators/{me.id}/{act}")
        assert (answer.status_code, "the only enabled Global Administrator" in answer.text) == (409, True)
    answer = root.post(f"/administrators/{me.id}", display_name="Me", roles=["Reports Reader"])
    assert (answer.status_code, "the only enabled Global Administrator" in answer.text) == (422, True)


def test_whoever_may_only_look_is_offered_nothing_else(admin: Administrator, site: Site, root: ConsoleBrowser) -> None:
    root.post("/administrators/new", **BO)
    looker = site.signed_in(Role.APPLICATION_ADMINISTRATOR)
    assert "/administrators/new" not in looker.get("/administrators").text
    page = looker.get(f"/administrators/{made(admin).id}").text
    assert set(re.findall(r'<form[^>]* action="([^"]*)"', page)) == {"/sign-out"}


NAMES = [name for name in NAUGHTY if problem_with_display_name(name) is None]


def test_a_name_is_never_markup_in_the_list(admin: Administrator, root: ConsoleBrowser) -> None:
    access = admin.instep.access
    everyone = [
        add_administrator(access, f"x{number}@corp.example", name, [Role.REPORTS_READER], "me")
        for number, name in enumerate(NAMES)
    ]
    hostile = structure_of(root.get("/administrators").text)
    for each in everyone:
        change_administrator(access, each, "Plain", [Role.REPORTS_READER], "me")
    assert hostile == structure_of(root.get("/administrators").text)
    assert len(NAMES) > 100


@pytest.mark.parametrize("page", ["/administrators/{id}", "/account", "/"])
def test_a_name_is_never_markup_on_a_page(admin: Administrator, root: ConsoleBrowser, page: str) -> None:
    access = admin.instep.access
    me = administrator_with(access, Role.GLOBAL_ADMINISTRATOR)
    address = page.format(id=me.id)
    plain = structure_of(root.get(address).text)
    for name in NAMES[:: len(NAMES) // 20]:
        me = change_administrator(access, me, name, me.roles, "me")
        assert structure_of(root.get(address).text) == plain, name


@pytest.mark.parametrize("path", ["/administrators/new", "/account/tokens", "/sign-in"])
def test_what_was_typed_comes_back_as_text(root: ConsoleBrowser, path: str) -> None:
    http = ConsoleBrowser(root.http)
    http.get("/account")
    names = ("user_name", "display_name", "name", "days", "roles", "permissions", "next", "password", "form", "of")
    shown = []
    for text in ["plain", *NAUGHTY[:: len(NAUGHTY) // 20]]:
        if path == "/sign-in":
            http.get("/account")
        answer = http.post(path, **dict.fromkeys(names, text))
        assert answer.status_code in (403, 422)
        shown.append(structure_of(answer.text))
    assert all(structure == shown[0] for structure in shown)
