"""May each step of signing in and out come to another process, or to one that has begun anew?"""

from datetime import timedelta

import httpx2

from console.console_site import Site
from console.sign_on.conftest import SignOnTest, form_of
from fakes.console_browser import ConsoleBrowser
from fakes.saml_application import LOGOUT_URL
from instep.admin.sign_on.requests import Asked
from instep.admin.sign_on.signing_out import AskedToLeave, Departure
from instep.admin.sign_on.waiting import kept_departures, kept_goodbyes, kept_requests
from instep.saml.assertion import NameId
from instep.saml.logout import LogoutRequest
from instep.sign_on.participation import Participation


def walks(test: SignOnTest, browser: ConsoleBrowser, address: str) -> httpx2.Response:
    """Where a browser ends up whose every request comes to a process that has just begun."""
    answer = None
    while answer is None or answer.headers.get("location", "").startswith("/"):
        new = Site(test.admin).new_client()
        new.cookies.update(browser.http.cookies)
        answer = new.get(address.removeprefix("http://127.0.0.1:8480"), follow_redirects=False)
        address = answer.headers.get("location", "")
    return answer


def test_a_request_is_answered_by_another_process_than_took_it(test: SignOnTest) -> None:
    auth = test.application().auth()
    page = walks(test, test.ada, auth.login())
    judged = test.application().auth(post_data=form_of(page.text)[1])
    judged.process_response(request_id=auth.get_last_request_id())
    assert judged.get_errors() == [], judged.get_last_error_reason()


def test_it_is_answered_once_and_not_after_half_an_hour(test: SignOnTest) -> None:
    auth = test.application().auth()
    first = test.ada.get(auth.login().removeprefix("http://127.0.0.1:8480")).headers["location"]
    assert "SAMLResponse" in test.follow(first).text
    assert "too much time has passed" in test.follow(first).text
    second = test.ada.get(auth.login().removeprefix("http://127.0.0.1:8480")).headers["location"]
    test.admin.clock.now += timedelta(minutes=30)
    assert "too much time has passed" in test.follow(second).text


def test_a_request_to_sign_out_goes_on_in_another_process(test: SignOnTest) -> None:
    assert "SAMLResponse" in test.ada.get(f"/my/apps/{test.admin.app.id}").text
    answer = walks(test, test.ada, test.application().auth("/logout").logout(name_id="ada@corp.example"))
    assert answer.headers["location"].startswith(LOGOUT_URL)
    assert test.ada.get("/my/apps").status_code == 303


def test_what_waits_comes_back_as_it_was(test: SignOnTest) -> None:
    instep, now = test.admin.instep, test.admin.clock()
    keeping = (instep.sign_on.waiting, instep.clock)
    asked = Asked("app", "_1", "https://sp.example", "/there", now, "urn:format", is_passive=True, asks_anew=True)
    request = LogoutRequest("_2", "https://sp.example", now, "", NameId("ada"), ("_3", "_4"), now)
    goodbye = AskedToLeave("app", request, "/bye", is_signed=True)
    left = Participation("_5", "app", b"\x00\xff", "ada", "urn:format", now)
    for departure in (Departure((left, left), goodbye, "_6"), Departure(())):
        departures = kept_departures(*keeping)
        assert departures.take(departures.keep(departure)) == departure
    requests, goodbyes = kept_requests(*keeping), kept_goodbyes(*keeping)
    assert requests.find(requests.keep(asked)) == asked
    assert goodbyes.take(goodbyes.keep(goodbye)) == goodbye
    assert goodbyes.take(requests.keep(asked)) is None
