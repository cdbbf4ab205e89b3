"""How is it to sign in, in a browser; to be asked again; and to be out when a session ends?"""

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from browser.browsing import NARROW, WIDE, Console, Visit, enter, visit
from browser.conftest import served
from fakes.administrators import administrator_with
from fakes.console_browser import state_of
from instep.access.links import PATH
from instep.access.passwords import hashed
from instep.access.people import LINK_PATH
from instep.access.roles import Role
from instep.access.sessions import CONFIRMED_FOR
from instep.admin.access.people import issue_person_link
from instep.admin.access.sessions import end_sessions
from instep.admin.access.welcoming import first_link
from instep.admin.applications import add_app
from instep.admin.imports import Importing, import_users
from instep.clock import system_clock
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.imports import ImportMode, ImportOptions
from instep.wiring import Instep, open_instep

PASSWORD = "four words are good"


@pytest.fixture(scope="module")
def ahead() -> list[timedelta]:
    """By how much the console's clock is."""
    return [timedelta()]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, ahead: list[timedelta]) -> Iterator[Instep]:
    with open_instep(tmp_path_factory.mktemp("signing-in"), lambda: system_clock() + ahead[0]) as instep:
        yield instep


@pytest.fixture(scope="module")
def console(installed: Instep) -> Iterator[Console]:
    with served(installed) as found:
        yield found


def test_from_the_link_of_the_first_start_to_another_administrator(
    browser: Browser, console: Console, ahead: list[timedelta]
) -> None:
    """The first administrator signs in, out and in again, is asked who they are, and hands a link over."""
    link = f"{console.url}{PATH}/{first_link(console.access)}"
    with visit(browser, link, "light", WIDE) as visited:
        page = visited.page
        fill(page, {"User name": "ada@corp.example", "Display name": "Ada Lovelace", "Password": PASSWORD})
        page.get_by_role("button", name="Choose and sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Home")
        page.get_by_text("Ada Lovelace").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        page.goto(f"{console.url}/administrators/new")
        fill(page, {"User name": "ada@corp.example", "Password": PASSWORD})
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("New administrator")

        fill(page, {"User name": "bo@corp.example", "Display name": "Bo Larsen"})
        page.get_by_role("checkbox", name="User Administrator").check()
        ahead[0] += CONFIRMED_FOR
        page.get_by_role("button", name="Make an administrator").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
        assert visited.violations() == []
        fill(page, {"Your password": PASSWORD})
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Bo Larsen")
        expect(page.get_by_text(f"{console.url}{PATH}/")).to_be_visible()
        page.reload()
        expect(page.get_by_text(f"{console.url}{PATH}/")).to_have_count(0)


def scan(visited: Visit, installed: Instep, picture_name: str = "") -> pyotp.TOTP:
    """Take the key of the page into an authenticator, type its first code, and look at the recovery codes."""
    page = visited.page
    picture = page.get_by_role("img", name="QR code with the key")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    shows = pyotp.TOTP(page.get_by_text(re.compile("^[A-Z2-7]{32}$")).inner_text())
    assert visited.violations() == []
    if picture_name:
        visited.keep_picture(picture_name)
    fill(page, {"Code": shows.at(installed.clock())})
    page.get_by_role("button", name="Use this authenticator").click()
    expect(page.get_by_role("listitem").filter(has_text=re.compile("^([a-z2-7]{4}-){3}"))).to_have_count(10)
    assert visited.violations() == []
    return shows


def type_the_code(visited: Visit, code: str) -> None:
    """Be asked for the code, and come to one's account by it."""
    expect(visited.page.get_by_role("heading", level=1)).to_have_text("Type the code")
    assert visited.violations() == []
    fill(visited.page, {"Code": code})
    visited.page.keyboard.press("Enter")
    expect(visited.page.get_by_role("heading", level=1)).to_have_text("My account")


def test_an_authenticator_is_set_up_and_asked_for(
    browser: Browser, console: Console, installed: Instep, ahead: list[timedelta]
) -> None:
    """Somebody scans the picture, keeps the recovery codes, and signs in by the code elsewhere."""
    reader = administrator_with(console.access, Role.REPORTS_READER, user_name="cy@corp.example")
    console.access.administrators.set_password(reader, hashed(PASSWORD), b"", installed.clock(), "me")
    with visit(browser, f"{console.url}/sign-in?next=/account", "light", WIDE) as visited:
        page = visited.page
        fill(page, {"User name": "cy@corp.example", "Password": PASSWORD})
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Set up an authenticator").click()
        page.get_by_role("button", name="Set up an authenticator").click()
        shows = scan(visited, installed, "authenticator.png")
    ahead[0] += timedelta(seconds=30)
    with visit(browser, f"{console.url}/sign-in?next=/account", "dark", NARROW) as visited:
        page = visited.page
        fill(page, {"User name": "cy@corp.example", "Password": PASSWORD})
        page.keyboard.press("Enter")
        type_the_code(visited, shows.at(installed.clock()))


def test_a_person_sets_an_authenticator_up_and_is_asked_for_it(
    browser: Browser, console: Console, installed: Instep, ahead: list[timedelta], tmp_path: Path
) -> None:
    """By a link to My apps: the picture is scanned, and the code is asked for in another browser."""
    file = tmp_path / "users.csv"
    file.write_text("id,userPrincipalName,displayName,accountEnabled\ndot,dot@corp.example,Dot Example,True\n")
    importing = Importing(installed.directory, installed.clock, installed.new_id)
    assert import_users(importing, CsvUsersFile(file), ImportOptions(ImportMode.MERGE), "me").report.added == 1
    link = f"{LINK_PATH}/{issue_person_link(console.access, 'dot', 'me')}"
    with visit(browser, console.url + link, "light", NARROW) as visited:
        page = visited.page
        fill(page, {"Password": PASSWORD})
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("My apps")
        page.goto(f"{console.url}/my/account")
        page.get_by_role("link", name="Set up an authenticator").click()
        fill(page, {"Your password": PASSWORD})
        page.get_by_role("button", name="Set up an authenticator").click()
        shows = scan(visited, installed)
    ahead[0] += timedelta(seconds=30)
    with visit(browser, f"{console.url}/my/sign-in?next=/my/account", "dark", WIDE) as visited:
        page = visited.page
        fill(page, {"User name": "dot@corp.example", "Password": PASSWORD})
        page.keyboard.press("Enter")
        type_the_code(visited, shows.at(installed.clock()))


def test_whoever_is_signed_out_elsewhere_does_not_go_on_looking(
    browser: Browser, console: Console, installed: Instep
) -> None:
    reader = administrator_with(console.access, Role.REPORTS_READER)
    with enter(browser, console, "light", WIDE, role=Role.REPORTS_READER) as visited:
        expect(visited.page.get_by_role("heading", level=1)).to_have_text("Home")
        end_sessions(console.access, reader, "me")
        add_app(installed.applications, "proxyclick", None, installed.clock, installed.new_id, "me")  # an event is sent
        expect(visited.page.get_by_role("heading", level=1)).to_have_text("Sign in", timeout=20_000)
        visited.complaints.clear()  # that the stream ended


def test_no_page_is_shown_within_another_site(browser: Browser, console: Console) -> None:
    """Clickjacking: a page elsewhere frames ours, in a browser in which somebody is signed in."""
    with foreign_site(f'<iframe src="{console.url}/account"></iframe>') as elsewhere:
        context = browser.new_context(storage_state=state_of(console.access, console.url))
        page = context.new_page()
        page.goto(elsewhere)
        page.wait_for_load_state("networkidle")
        framed = page.frames[1]
        assert "My account" not in framed.content()
        context.close()


@contextmanager
def foreign_site(body: str) -> Iterator[str]:
    """A page of another site, at another name of this machine."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html>{body}".encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fill(page: Page, texts: dict[str, str]) -> None:
    for label, text in texts.items():
        page.get_by_label(label, exact=False).last.fill(text)
