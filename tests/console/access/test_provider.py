"""How does one sign in by an OpenID Connect provider? Against oidc-provider-mock, a server that others wrote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx2
import pytest
from oidc_provider_mock import run_server_in_thread
from starlette.testclient import TestClient

from console.console_site import URL
from fakes.administrators import administrator_with
from fakes.console_browser import ConsoleBrowser, browser_of, cookie_name
from instep.access.administrators import Administrator, Subject
from instep.access.passwords import hashed
from instep.access.roles import Role
from instep.access.sessions import CONFIRMED_FOR
from instep.admin.access.administrators import disable_administrator
from instep.admin.access.ports import Access
from instep.admin.access.sessions import end_sessions
from instep.clock import system_clock
from instep.console.access.errands import KEPT_FOR
from instep.console.app import create_app
from instep.runtime.pulse import Pulse
from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.wiring import open_instep

BO = "bo@corp.example"
pytestmark = pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")  # the provider's own


@dataclass
class Place:
    """A console whose administrators may come from a provider; `ahead` is by how much its clock is."""

    access: Access
    app: object
    issuer: str
    ahead: timedelta = timedelta()

    def browser(self) -> ConsoleBrowser:
        return ConsoleBrowser(TestClient(self.app, base_url=URL))  # type: ignore[arg-type]

    def is_known(self, sub: str, **claims: object) -> None:
        """Somebody is known at the provider."""
        answer = httpx2.put(f"{self.issuer}/users/{sub}", json=claims, trust_env=False)
        assert answer.status_code == 204

    def come_back(self, there: httpx2.Response, sub: str) -> str:
        """The address on this site that a browser is sent back to, once somebody has signed in there."""
        assert there.status_code == 303
        address = there.headers["location"]
        assert address.startswith(f"{self.issuer}/oauth2/authorize?")
        back = httpx2.post(address, data={"sub": sub}, trust_env=False, follow_redirects=False)
        return back.headers["location"].removeprefix(URL)

    def signs_in(self, browser: ConsoleBrowser, sub: str, path: str = "/sign-in/provider") -> httpx2.Response:
        return browser.get(self.come_back(browser.get(path), sub))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with run_server_in_thread() as server, pytest.MonkeyPatch.context() as environment:
        issuer = f"http://localhost:{server.server_port}"
        for name, value in {"ISSUER": issuer, "CLIENT_ID": "instep", "CLIENT_SECRET": "s", "NAME": "Corp ID"}.items():
            environment.setenv(f"INSTEP_OIDC_{name}", value)
        place: list[Place] = []

        def clock() -> datetime:
            return system_clock() + (place[0].ahead if place else timedelta())

        with open_instep(tmp_path_factory.mktemp("provider"), clock) as instep:
            app = create_app(instep, lambda: WorkerHealth(WorkerState.WORKING, 1, 0.1, 0, Pulse()))
            place.append(Place(instep.access, app, issuer))
            yield place[0]


@pytest.fixture
def place(served: Place) -> Place:
    served.ahead = timedelta()
    for each in served.access.administrators.all():
        if each.user_name == BO:
            served.access.administrators.delete(each, system_clock(), "me")
    administrator_with(served.access, Role.GLOBAL_ADMINISTRATOR)
    return served


@pytest.fixture
def bo(place: Place) -> Administrator:
    return administrator_with(place.access, Role.REPORTS_READER, user_name=BO)


def test_the_sign_in_page_offers_it_and_keeps_where_one_wanted_to_go(place: Place) -> None:
    page = place.browser().get("/sign-in?next=/account").text
    assert re.search(r'href="/sign-in/provider\?next=(/|%2F)account"[^>]*>Sign in with Corp ID', page)


def test_an_administrator_comes_in_by_a_verified_address_first_and_by_the_subject_ever_after(
    place: Place, bo: Administrator
) -> None:
    place.is_known("bo-1", email="BO@corp.example", email_verified=True)
    browser = place.browser()
    answer = place.signs_in(browser, "bo-1", "/sign-in/provider?next=/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert BO in browser.get("/account").text
    bound = place.access.administrators.named(BO)
    assert bound is not None
    assert bound.subject == Subject(place.issuer, "bo-1")
    place.is_known("bo-1", email="bo@elsewhere.example", email_verified=False)
    assert place.signs_in(place.browser(), "bo-1").headers["location"] == "/"
    place.is_known("bo-2", email=BO, email_verified=True)
    assert place.signs_in(place.browser(), "bo-2").status_code == 403


@pytest.mark.parametrize(
    "claims", [{}, {"email": BO}, {"email": BO, "email_verified": False}, {"email": "x@y.example"}]
)
def test_nobody_becomes_an_administrator_at_the_provider(
    place: Place, bo: Administrator, claims: dict[str, object]
) -> None:
    place.is_known("eve", **claims)
    browser = place.browser()
    answer = place.signs_in(browser, "eve")
    assert (answer.status_code, "you are no administrator here" in answer.text) == (403, True)
    assert browser.get("/").status_code == 303


def test_an_address_does_not_let_into_an_account_that_has_a_password(place: Place, bo: Administrator) -> None:
    place.access.administrators.set_password(bo, hashed("four words are good"), b"", system_clock(), "me")
    place.is_known("bo-3", email=BO, email_verified=True)
    assert place.signs_in(place.browser(), "bo-3").status_code == 403


def test_whoever_is_disabled_is_not_let_in(place: Place, bo: Administrator) -> None:
    place.is_known("bo-4", email=BO, email_verified=True)
    place.signs_in(place.browser(), "bo-4")
    disable_administrator(place.access, bo, "me")
    assert place.signs_in(place.browser(), "bo-4").status_code == 403


def test_the_way_back_is_for_the_browser_that_was_sent_once(place: Place, bo: Administrator) -> None:
    place.is_known("bo-5", email=BO, email_verified=True)
    browser, other = place.browser(), place.browser()
    back = place.come_back(browser.get("/sign-in/provider"), "bo-5")
    other.get("/sign-in")
    assert other.get(back).status_code == 409
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 409


def test_who_comes_back_late_begins_anew(place: Place, bo: Administrator) -> None:
    browser = place.browser()
    back = place.come_back(browser.get("/sign-in/provider"), "bo-6")
    place.ahead = KEPT_FOR
    assert browser.get(back).status_code == 409


@pytest.mark.parametrize("changed", ["&error=access_denied", "&iss=https://evil.example", "&error=<script>"])
def test_an_answer_that_is_none_is_told_and_nothing_else_of_it(place: Place, bo: Administrator, changed: str) -> None:
    browser = place.browser()
    back = place.come_back(browser.get("/sign-in/provider"), "bo-7")
    answer = browser.get(back + changed)
    assert answer.status_code == 403
    assert "<script>" not in answer.text
    assert "evil.example" not in answer.text


def test_the_session_is_another_one_than_before(place: Place, bo: Administrator) -> None:
    place.is_known("bo-8", email=BO, email_verified=True)
    browser, name = place.browser(), cookie_name(URL)
    back = place.come_back(browser.get("/sign-in/provider"), "bo-8")
    before = browser.http.cookies[name]
    browser.get(back)
    assert browser.http.cookies[name] != before


def test_somebody_connects_the_provider_and_is_asked_there_before_what_is_dangerous(place: Place) -> None:
    browser, me = browser_of(place.access, place.browser().http)
    way = browser.post("/account/provider").text
    (address,) = re.findall(rf'href="({place.issuer}/oauth2/authorize[^"]*)"', way)
    there = httpx2.Response(303, headers={"location": address.replace("&amp;", "&")})
    done = browser.get(place.come_back(there, "root"))
    assert "You can sign in by Corp ID from now on" in browser.follow(done).text

    place.ahead = CONFIRMED_FOR + timedelta(seconds=1)
    waits = browser.post("/administrators/new", user_name=BO, display_name="Bo", roles=["Reports Reader"])
    asked = browser.follow(waits).text
    (again,) = re.findall(r'href="(/sign-in/provider\?confirm=[^"]*)"', asked)
    assert "prompt=login" in browser.get(again).headers["location"]

    place.is_known("somebody else")
    wrong = place.signs_in(browser, "somebody else", again)
    assert (wrong.status_code, "as somebody else" in wrong.text) == (403, True)

    at_last_week = int((system_clock() - timedelta(days=7)).timestamp())
    place.is_known("root", auth_time=at_last_week)
    stale = place.signs_in(browser, "root", again)
    assert (stale.status_code, "did not ask you anew" in stale.text) == (403, True)

    place.is_known("root", auth_time=int((system_clock() + place.ahead).timestamp()))
    confirmed = place.signs_in(browser, "root", again)
    page = browser.follow(confirmed).text
    (form,) = re.findall(r'name="form" value="([^"]*)"', page)
    assert "Bo is an administrator now" in browser.follow(browser.post("/confirm", form=form)).text
    assert place.access.administrators.named(me.user_name).subject == Subject(place.issuer, "root")  # type: ignore[union-attr]


def test_nobody_connects_the_provider_for_somebody_else(place: Place, bo: Administrator) -> None:
    """The classic attack: to make a victim's browser connect the attacker's account needs the form of the session."""
    victim, _ = browser_of(place.access, place.browser().http, Role.USER_ADMINISTRATOR)
    assert victim.http.post("/account/provider", data={}, follow_redirects=False).status_code == 403
    assert victim.get("/account/provider").status_code == 405


def test_a_session_that_ended_meanwhile_connects_nothing(place: Place) -> None:
    browser, _ = browser_of(place.access, place.browser().http, Role.USER_ADMINISTRATOR)
    way = browser.post("/account/provider").text
    (address,) = re.findall(rf'href="({place.issuer}/oauth2/authorize[^"]*)"', way)
    back = place.come_back(httpx2.Response(303, headers={"location": address.replace("&amp;", "&")}), "x")
    end_sessions(place.access, administrator_with(place.access, Role.USER_ADMINISTRATOR), "me")
    answer = browser.get(back)
    assert (answer.status_code, "session has ended" in answer.text) == (403, True)


def test_settings_say_whether_the_provider_answers(place: Place) -> None:
    browser, _ = browser_of(place.access, place.browser().http)
    page = browser.get("/settings").text
    assert f"{URL}/sign-in/callback" in page
    assert (
        "Corp ID answers as an OpenID Connect provider" in browser.follow(browser.post("/settings/test-provider")).text
    )
