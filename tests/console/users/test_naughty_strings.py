"""Is a text that a user has ever anything but a text on a page?"""

from collections.abc import Iterator

import pytest

from console.console_site import Site
from fakes.administrator import Administrator, administrator
from fakes.console_browser import ConsoleBrowser
from fakes.page_structure import NAUGHTY, structure_of
from instep.admin.typed_users import Refused, add_user
from instep.console.paths import in_path
from instep.console.users.fields import field_groups

TEXTS = [field.name for group in field_groups(None) for field in group.fields if field.kind == "text"]
EVERY = 3
"""Of so many users one is looked at on the pages of its own; all are looked at in the lists."""


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Administrator]:
    with administrator(tmp_path_factory.mktemp("naughty")) as found:
        yield found


@pytest.fixture(scope="module")
def browser(admin: Administrator) -> ConsoleBrowser:
    return Site(admin).signed_in()


@pytest.fixture(scope="module")
def naughty(admin: Administrator) -> list[str]:
    """The ids of users of whom every text is one of the naughty strings."""
    return [hires(admin, text, number) for number, text in enumerate(NAUGHTY)]


@pytest.fixture(scope="module")
def plain(admin: Administrator) -> str:
    """The id of a user of whom every text is plain."""
    return hires(admin, "plain", 10_000)


def hires(admin: Administrator, text: str, number: int) -> str:
    texts = {**dict.fromkeys(TEXTS, text), "userPrincipalName": f"{text}{number}", "accountEnabled": "true"}
    made = add_user(admin.instep.directory, texts, admin.instep.new_id, "admin", admin.clock())
    assert not isinstance(made, Refused), (text, made)
    return made.user.id


def test_a_list_has_the_same_structure_whatever_the_names_are(
    browser: ConsoleBrowser, plain: str, naughty: list[str]
) -> None:
    def searched(text: str, department: str = "") -> list[str]:
        return structure_of(browser.http.get("/users", params={"q": text, "department": department}).text)

    found, nothing_found = searched(plain), searched("nobody", "nowhere")
    for user_id, text in list(zip(naughty, NAUGHTY, strict=True))[::EVERY]:
        assert searched(user_id) == found
        assert searched(text, text + "nowhere") == nothing_found


@pytest.mark.parametrize("page", ["", "/edit", "/groups", "/applications"])
def test_a_users_page_has_the_same_structure_whatever_the_values_are(
    browser: ConsoleBrowser, plain: str, naughty: list[str], page: str
) -> None:
    wanted = structure_of(browser.get(f"/users/{plain}{page}").text)
    for user_id in naughty[::EVERY]:
        assert structure_of(browser.get(f"/users/{in_path(user_id)}{page}").text) == wanted


def test_what_was_typed_wrongly_is_shown_as_a_text(browser: ConsoleBrowser) -> None:
    def refused(text: str) -> list[str]:
        fields = {**dict.fromkeys(TEXTS, text), "displayName": "", "manager": text}
        answer = browser.post("/users/new", **fields)
        assert answer.status_code == 422, text
        return structure_of(answer.text)

    browser.get("/users/new")
    wanted = refused("plain")
    for text in NAUGHTY[::EVERY]:
        assert refused(text) == wanted, text
