"""How is a file of users uploaded, looked at and imported in the admin center?"""

import re
import time
from collections.abc import Callable
from html import unescape

import httpx2
import pytest

from console.console_site import Site
from fakes.administrator import Administrator, upn
from fakes.console_browser import ConsoleBrowser
from fakes.page_structure import NAUGHTY, structure_of
from instep.access.roles import Role
from instep.admin.users import show_user

HEADING = "id,userPrincipalName,displayName,jobTitle,department,accountEnabled,manager"


@pytest.fixture
def browser(site: Site) -> ConsoleBrowser:
    found = site.signed_in(Role.USER_ADMINISTRATOR)
    found.get("/imports")
    return found


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html.replace("<wbr>", ""))).split())


def row(name: str, title: str = "Engineer", manager: str = "", enabled: str = "true") -> str:
    return f"{name},{upn(name)},{name.title()} Example,{title},Research,{enabled},{manager}"


def upload(browser: ConsoleBrowser, *rows: str, mode: str = "merge", name: str = "users.csv", **fields: str) -> str:
    """Where an uploaded file is looked at, once that is done."""
    content = "\n".join((HEADING, *rows)) + "\n"
    answer = send(browser, content.encode(), mode=mode, name=name, **fields)
    assert answer.status_code == 303, answer.text
    return settled(browser, answer.headers["location"])


def send(browser: ConsoleBrowser, content: bytes, name: str = "users.csv", **fields: str) -> httpx2.Response:
    data = {"csrf_token": browser.csrf_token, **fields}
    files = {"file": (name, content, "text/csv")}
    return browser.http.post("/imports", data=data, files=files, follow_redirects=False)


def settled(browser: ConsoleBrowser, at: str) -> str:
    until(lambda: "<progress" not in browser.get(at).text)
    return at


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to that")


def apply(browser: ConsoleBrowser, at: str) -> str:
    (seen,) = re.findall(r'name="seen" value="(\d+)"', browser.get(at).text)
    browser.post(f"{at}/apply", seen=seen)
    return text_of(browser.get(settled(browser, at)).text)


def counts(browser: ConsoleBrowser, at: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([A-Z][a-z ]*)</dt><dd>([\d,]+)</dd>", browser.get(at).text))


def test_a_preview_says_what_would_change_and_changes_nothing(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "bo", "cleo", jobTitle="Engineer", department="Research")
    admin.deletes("cleo")
    head = admin.instep.jobs.head()
    at = upload(
        browser,
        row("ada", "Director", manager=upn("dan")),
        row("bo"),
        row("cleo"),
        row("dan"),
        row("eve", enabled="perhaps"),
    )
    assert counts(browser, at) == {
        "Added": "1",
        "Changed": "1",
        "Restored": "1",
        "Removed": "0",
        "As before": "1",
        "Bad rows": "1",
    }
    said = text_of(browser.get(at).text)
    assert "jobTitle: Engineer → becomes Director" in said
    assert "manager: (none) → becomes a user who is new" in said
    assert "6 accountEnabled 'perhaps' is neither true nor false" in said
    assert admin.instep.jobs.head() == head
    assert show_user(admin.instep.directory, "ada").user.attributes["jobTitle"] == "Engineer"


def test_what_was_shown_is_applied_by_whoever_said_so(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", jobTitle="Engineer", department="Research")
    at = upload(browser, row("ada", "Director"), row("bo"))
    said = apply(browser, at)
    assert "The file was imported 1 user added, 1 changed, 0 removed, 0 as before" in said
    assert show_user(admin.instep.directory, "ada").user.attributes["jobTitle"] == "Director"
    (_, change) = admin.instep.history.of_user("ada")
    assert change.actor.startswith("user_administrator") or "@" in change.actor
    assert "users.csv (merge)" in text_of(browser.get("/imports").text)
    assert not list((admin.instep.settings.data_directory / "uploads").iterdir())


def test_a_directory_that_has_moved_is_shown_again_before_anything_is_applied(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    admin.hires("ada", jobTitle="Engineer", department="Research")
    at = upload(browser, row("ada", "Director"))
    admin.changes("ada", jobTitle="Captain")
    said = apply(browser, at)
    assert "Users have changed since you looked, so this preview was made again." in said
    assert "jobTitle: Captain → becomes Director" in said
    assert show_user(admin.instep.directory, "ada").user.attributes["jobTitle"] == "Captain"
    assert "The file was imported" in apply(browser, at)


def test_an_assignment_meanwhile_is_no_reason_to_look_again(admin: Administrator, browser: ConsoleBrowser) -> None:
    at = upload(browser, row("ada"))
    admin.assigns_everyone()
    assert "The file was imported" in apply(browser, at)


def test_a_yes_to_another_preview_is_none(admin: Administrator, browser: ConsoleBrowser) -> None:
    at = upload(browser, row("ada"))
    browser.post(f"{at}/apply", seen="999999")
    assert "Apply these changes" in browser.get(at).text
    assert "0 users" in text_of(browser.get("/users").text)


def test_a_snapshot_within_its_budget_removes_who_is_missing(admin: Administrator, browser: ConsoleBrowser) -> None:
    names = [f"p{number:02}" for number in range(30)]
    admin.hires(*names)
    at = upload(browser, *map(row, names[2:]), mode="snapshot", rows="28")
    assert counts(browser, at)["Removed"] == "2"
    assert "P00 Example" in text_of(browser.get(at).text)
    assert "2 removed" in apply(browser, at)
    assert show_user(admin.instep.directory, "p00").user.deleted_at is not None


def test_removals_over_the_budget_stay_until_somebody_lets_exactly_them_go(
    admin: Administrator, browser: ConsoleBrowser
) -> None:
    names = [f"p{number:02}" for number in range(30)]
    admin.hires(*names)
    at = upload(browser, *map(row, names[20:]), mode="snapshot")
    said = text_of(browser.get(at).text)
    assert "20 users are missing from the file, and stay" in said
    assert "That is more than the budget." in said
    assert counts(browser, at)["Removed"] == "0"
    browser.post(f"{at}/let-go")
    assert counts(browser, settled(browser, at))["Removed"] == "20"
    assert "20 removed" in apply(browser, at)


def test_a_file_that_says_another_number_of_users_removes_nobody(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "bo")
    at = upload(browser, row("ada"), mode="snapshot", rows="2")
    assert "The file is not proven to be complete" in text_of(browser.get(at).text)


def test_another_companys_snapshot_is_not_applied(admin: Administrator, browser: ConsoleBrowser) -> None:
    admin.hires("ada", "bo")
    page = browser.get(upload(browser, row("zoe"), mode="snapshot")).text
    assert "It names nobody who is in the directory." in text_of(page)
    assert "Apply these changes" not in page


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty: it has not even a heading row"),
        (b"\xff\xfe\x00", ""),
        (b"hello,world\n1,2\n", ""),
        ("id,userPrincipalName,displayName\nä,\xff".encode("latin-1"), ""),
    ],
)
def test_what_is_no_file_of_users_is_refused_with_the_reason(
    browser: ConsoleBrowser, content: bytes, problem: str
) -> None:
    at = send(browser, content, mode="merge").headers["location"]
    said = text_of(browser.get(settled(browser, at)).text)
    assert "Nothing was changed" in said
    assert problem in said


def test_what_is_wrong_with_the_form_is_told_at_its_field(browser: ConsoleBrowser) -> None:
    answer = browser.post("/imports", mode="merge", rows="many")
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text
    assert "as a number" in answer.text


def test_a_file_is_let_go_and_its_address_says_so(admin: Administrator, browser: ConsoleBrowser) -> None:
    at = upload(browser, row("ada"))
    said = text_of(browser.follow(browser.post(f"{at}/drop")).text)
    assert "users.csv was let go, and nothing was changed." in said
    assert browser.get(at).status_code == 409
    assert not list((admin.instep.settings.data_directory / "uploads").iterdir())


def test_a_name_of_a_file_is_never_a_path(browser: ConsoleBrowser) -> None:
    at = upload(browser, row("ada"), name="..\\..\\/etc/<b>users</b>.csv")
    assert "b&gt;.csv" in browser.get(at).text


def test_a_preview_has_the_same_structure_whatever_is_in_the_file(browser: ConsoleBrowser) -> None:
    def structure(text: str) -> list[str]:
        cell = '"' + text.replace('"', '""') + '"'
        at = upload(browser, f"n1,n1@x,{cell},{cell},{cell},true,", f"n2,n2@x,{cell},,,{cell},", name="users.csv")
        return structure_of(browser.get(at).text)

    wanted = structure("plain")
    for text in NAUGHTY[::12]:
        assert structure(text) == wanted, text
