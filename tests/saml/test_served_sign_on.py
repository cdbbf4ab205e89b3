"""Do people sign in and out between `instep serve` and a served application of python3-saml, over HTTP?"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from fakes.command_line import CommandLine
from fakes.served_application import ServedApplication, served_application
from fakes.served_instep import ServedInstep, served_instep
from fakes.served_sign_on import PASSWORD, choose_a_password, next_of, upload_metadata
from fakes.wandering_browser import WanderingBrowser, new_client

ADA = "ada@x.example"


@pytest.fixture(scope="module")
def instep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedInstep]:
    """A service whose directory has Ada and Bob; an application is assigned to Ada alone."""
    folder = tmp_path_factory.mktemp("instep")
    commands = CommandLine(folder)
    commands.hires("ada", "bob")
    commands.done("apps", "add", "custom-scim", "--name", "Wiki")
    commands.done("apps", "assign", "Wiki", "--user", ADA, "--role", "User")
    with served_instep(folder / "data") as served:
        yield served


@pytest.fixture(scope="module")
def application(instep: ServedInstep) -> Iterator[ServedApplication]:
    """The application, whose metadata were uploaded to Instep, and which has read Instep's from their address."""
    with served_application() as found, new_client() as http:
        found.reads(http.get(upload_metadata(instep, "Wiki", http.get(f"{found.site}/metadata").content)).content)
        yield found
        assert found.refused == []


@pytest.fixture
def browser() -> WanderingBrowser:
    return WanderingBrowser()


def test_who_comes_from_the_application_signs_in_by_password_and_out_there(
    instep: ServedInstep, application: ServedApplication, browser: WanderingBrowser
) -> None:
    choose_a_password(instep, browser, "ada")
    browser.opens(f"{instep.url}/my/apps")
    browser.sends("/my/sign-out")
    asked = browser.opens(f"{application.site}/sign-in")
    assert "Sign in to My apps" in asked.text
    there = browser.sends("/my/sign-in", user_name=ADA, password=PASSWORD, next=next_of(asked.text))
    assert (str(there.url), there.json()["name_id"]) == (f"{application.site}/there", ADA)
    assert there.json()["claims"] == {"name": ["Ada E"]}
    assert browser.opens(f"{application.site}/sign-out").text == "signed out"
    assert browser.opens(f"{application.site}/there").status_code == 403
    assert "Sign in to My apps" in browser.opens(f"{instep.url}/my/apps").text


def test_who_begins_at_my_apps_is_brought_there_and_signs_out_of_both_at_instep(
    instep: ServedInstep, application: ServedApplication, browser: WanderingBrowser
) -> None:
    choose_a_password(instep, browser, "ada")
    tile = re.search(r'href="(/my/apps/[^"]+)"', browser.opens(f"{instep.url}/my/apps").text)
    assert tile is not None
    assert browser.opens(instep.url + tile[1]).json()["name_id"] == ADA
    browser.opens(f"{instep.url}/my/apps")
    assert "You are signed out" in browser.sends("/my/sign-out").text
    assert f"{application.site}/signed-out" in browser.went
    assert browser.opens(f"{application.site}/there").status_code == 403


def test_who_is_not_assigned_is_told_so_and_the_application_gets_nothing(
    instep: ServedInstep, application: ServedApplication, browser: WanderingBrowser
) -> None:
    choose_a_password(instep, browser, "bob")
    page = browser.opens(f"{application.site}/sign-in")
    assert (page.status_code, "is not assigned to you" in page.text) == (403, True)
    assert f"{application.site}/consume" not in browser.went


def test_a_request_whose_signature_was_taken_off_or_changed_is_refused(
    instep: ServedInstep, application: ServedApplication, browser: WanderingBrowser
) -> None:
    choose_a_password(instep, browser, "ada")
    address = browser.http.get(f"{application.site}/sign-in", follow_redirects=False).headers["location"]
    pieces = urlsplit(address).query.split("&")
    login = address.partition("?")[0]
    bare = browser.opens(f"{login}?" + "&".join(each for each in pieces if not each.startswith("Sig")))
    assert (bare.status_code, "not signed" in bare.text) == (400, True)
    changed = browser.opens(address.replace("RelayState=", "RelayState=https%3A%2F%2Felsewhere.example%2F"))
    assert (changed.status_code, "does not go with the certificate" in changed.text) == (400, True)
    assert f"{application.site}/consume" not in browser.went
