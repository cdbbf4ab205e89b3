"""Is somebody signed in to an application of another implementation, by each flow, and nobody else?"""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from console.sign_on.conftest import CONFIGURATION, SignOnTest, form_of
from fakes.administrator import Administrator
from fakes.people import person_in
from fakes.saml_application import REPLY_URL
from fakes.saml_parties import key_of
from instep.access.people import LINK_PATH
from instep.admin.access.authenticators import activate, begin_enrolment
from instep.admin.access.people import issue_person_link
from instep.admin.ports import AuditQuery
from instep.admin.sign_on.setting_up import save_configuration
from instep.saml.certificates import pem

PASSWORD = "four words are good"


def accepted(test: SignOnTest, page: str, request_id: str | None = None, **options: object) -> object:
    """What the application makes of a page that brings it an assertion."""
    action, fields = form_of(page)
    assert action == REPLY_URL
    auth = test.application(**options).auth(post_data=fields)
    auth.process_response(request_id=request_id)
    assert auth.get_errors() == [], auth.get_last_error_reason()
    return auth


def test_what_begins_at_my_apps_signs_in(test: SignOnTest) -> None:
    assert f'href="/my/apps/{test.admin.app.id}"' in test.ada.get("/my/apps").text
    page = test.ada.get(f"/my/apps/{test.admin.app.id}")
    auth = accepted(test, page.text)
    assert auth.get_nameid() == "ada@corp.example"  # type: ignore[attr-defined]
    assert form_of(page.text)[1]["RelayState"] == "/start"
    name = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
    assert auth.get_attribute(name) == ["ada@corp.example"]  # type: ignore[attr-defined]


def test_its_form_may_go_to_the_reply_url_alone(test: SignOnTest) -> None:
    policy = test.ada.get(f"/my/apps/{test.admin.app.id}").headers["content-security-policy"]
    assert f"form-action {REPLY_URL};" in policy


def test_what_begins_at_the_application_signs_in_and_says_which_request_it_answers(test: SignOnTest) -> None:
    auth = test.application().auth()
    page = test.follow(auth.login(return_to="http://127.0.0.1:9/there"))
    _, fields = form_of(page.text)
    assert fields["RelayState"] == "http://127.0.0.1:9/there"
    assert accepted(test, page.text, auth.get_last_request_id()).get_last_request_id() is None  # type: ignore[attr-defined]


def test_a_request_by_post_signs_in_and_leaves_the_session_as_it_is(test: SignOnTest) -> None:
    auth = test.application().auth()
    address = auth.login()
    from base64 import b64encode

    from instep.saml.bindings import received_by_redirect

    document = received_by_redirect(urlsplit(address).query).document
    foreign = test.site.new_client()
    at = f"/saml/{test.admin.app.id}/login"
    headers = {"Origin": "http://127.0.0.1:9", "Sec-Fetch-Site": "cross-site"}
    answer = foreign.post(
        at, data={"SAMLRequest": b64encode(document).decode()}, headers=headers, follow_redirects=False
    )
    assert (answer.status_code, "set-cookie" in answer.headers) == (303, False)
    accepted(test, test.follow(answer.headers["location"]).text, auth.get_last_request_id())


def test_whoever_is_not_signed_in_signs_in_first_and_goes_on(test: SignOnTest) -> None:
    auth = test.application().auth()
    address = auth.login()
    saved = dict(test.ada.http.cookies)
    test.ada.http.cookies.clear()
    page = test.follow(address)
    assert "Sign in to My apps" in page.text
    back = parse_qs(urlsplit(str(page.url)).query)["next"][0]
    for name, value in saved.items():
        test.ada.http.cookies.set(name, value, domain="127.0.0.1")
    accepted(test, test.follow(back).text, auth.get_last_request_id())


def test_whoever_has_an_authenticator_gets_no_assertion_before_the_code(test: SignOnTest) -> None:
    access, clock = test.admin.instep.access, test.admin.clock
    link = f"{LINK_PATH}/{issue_person_link(access, 'ada', 'root')}"
    test.ada.get(link)
    test.ada.post(link, password=PASSWORD)
    ada = access.people.find("ada")
    assert ada is not None
    begin_enrolment(access, ada)
    phone = pyotp.TOTP(access.people_authenticators.key("ada"))
    activate(access, ada, phone.at(clock() - timedelta(seconds=30)), "ada")
    auth = test.application().auth()
    address = auth.login()
    test.ada.http.cookies.clear()
    back = parse_qs(urlsplit(str(test.follow(address).url)).query)["next"][0]
    answer = test.ada.post("/my/sign-in", user_name=ada.user_name, password=PASSWORD, next=back)
    assert answer.headers["location"].startswith("/my/sign-in/code?next=")
    assert "Sign in to My apps" in test.follow(back).text  # the password alone is not enough
    test.ada.get(answer.headers["location"])
    done = test.ada.post("/my/sign-in/code", code=phone.at(clock()), next=back)
    assert done.headers["location"] == back
    accepted(test, test.follow(back).text, auth.get_last_request_id())


def test_a_passive_request_is_answered_where_nobody_is_signed_in(test: SignOnTest) -> None:
    auth = test.application().auth()
    address = auth.login(is_passive=True)
    test.ada.http.cookies.clear()
    _, fields = form_of(test.follow(address).text)
    judged = test.application().auth(post_data=fields)
    judged.process_response(request_id=auth.get_last_request_id())
    assert "NoPassive" in str(judged.get_last_error_reason())


def test_a_request_to_sign_in_anew_asks_for_the_password_although_somebody_is_signed_in(test: SignOnTest) -> None:
    test.admin.clock.now += timedelta(seconds=2)
    page = test.follow(test.application().auth().login(force_authn=True))
    assert "Password" in page.text


@pytest.mark.parametrize("leaves", [Administrator.unassigns, Administrator.disables, Administrator.deletes])
def test_nobody_is_signed_in_who_is_not_assigned_or_has_left(test: SignOnTest, leaves: object) -> None:
    leaves(test.admin, "ada")  # type: ignore[operator]
    page = test.ada.get(f"/my/apps/{test.admin.app.id}")
    assert "SAMLResponse" not in page.text
    if page.status_code == 403:
        assert "is not assigned to you" in page.text
        assert "No application yet" in test.ada.get("/my/apps").text
    else:
        assert page.headers["location"].startswith("/my/sign-in")


def test_whoever_is_assigned_by_a_group_or_with_default_access_is_signed_in(test: SignOnTest) -> None:
    test.admin.hires("bo", "cy", mail="somebody@corp.example")
    test.admin.makes_group("Sales", "bo")
    test.admin.assigns_group("Sales")
    test.admin.assigns("cy", "Default Access")
    for name in ("bo", "cy"):
        browser = person_in(test.admin.instep.access, test.site.new_client(), name)
        accepted(test, browser.get(f"/my/apps/{test.admin.app.id}").text)


def test_somebody_without_the_value_of_the_name_id_is_told_so(test: SignOnTest) -> None:
    test.admin.hires("bo")
    test.admin.assigns("bo")
    browser = person_in(test.admin.instep.access, test.site.new_client(), "bo")
    assert "user.mail gives no value" in browser.get(f"/my/apps/{test.admin.app.id}").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"identifier": "https://other.example"}, "compare the Identifier"),
        ({"reply_urls": ("https://other.example/consume",)}, "none of the Reply URLs"),
    ],
)
def test_an_application_that_is_not_the_one_that_was_set_up_gets_nothing(
    test: SignOnTest, changes: dict[str, object], said: str
) -> None:
    save_configuration(test.admin.instep.sign_on, test.admin.app, replace(CONFIGURATION, **changes), "root")  # type: ignore[arg-type]
    page = test.follow(test.application().auth().login())
    assert page.status_code == 400
    assert said in page.text


def test_with_a_certificate_of_the_application_only_signed_requests_are_answered(test: SignOnTest) -> None:
    key = key_of("application")
    wanted = replace(CONFIGURATION, request_certificates=(pem(key.certificate),))
    save_configuration(test.admin.instep.sign_on, test.admin.app, wanted, "root")
    unsigned = test.follow(test.application().auth().login())
    assert (unsigned.status_code, "not signed" in unsigned.text) == (400, True)
    signed = signing_application(test, key)
    accepted(test, test.follow(signed.login()).text, signed.get_last_request_id())
    stranger = signing_application(test, key_of("a stranger"))
    assert test.follow(stranger.login()).status_code == 400


def signing_application(test: SignOnTest, key: object) -> object:
    """An application that signs its requests."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    private = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()  # type: ignore[attr-defined]
    pair = {"privateKey": private, "x509cert": pem(key.certificate)}  # type: ignore[attr-defined]
    return test.application(sp=pair, security={"authnRequestsSigned": True}).auth()


def test_the_assertion_is_good_for_five_minutes(test: SignOnTest) -> None:
    test.admin.clock.now -= timedelta(minutes=10)
    fresh = person_in(test.admin.instep.access, test.site.new_client(), "ada")
    _, fields = form_of(fresh.get(f"/my/apps/{test.admin.app.id}").text)
    auth = test.application().auth(post_data=fields)
    auth.process_response()
    assert "expired" in str(auth.get_last_error_reason()).lower()


def test_the_audit_log_says_who_was_signed_in_and_who_was_not(test: SignOnTest) -> None:
    test.ada.get(f"/my/apps/{test.admin.app.id}")
    test.admin.unassigns("ada")
    test.ada.get(f"/my/apps/{test.admin.app.id}")
    rows = [row.activity for row in test.admin.instep.history.audit(AuditQuery(limit=50))]
    assert "Refuse sign-in to application" in rows
    assert "Sign in to application" in rows


def test_signing_out_at_instep_tells_the_application_which_answers(test: SignOnTest) -> None:
    accepted(test, test.ada.get(f"/my/apps/{test.admin.app.id}").text)
    test.ada.get("/my/apps")
    page = test.ada.post("/my/sign-out").text
    address = page.split('http-equiv="refresh" content="0;url=')[1].split('"')[0].replace("&amp;", "&")
    query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    auth = test.application().auth("/logout", get_data=query)
    answer = auth.process_slo(keep_local_session=True)
    assert auth.get_errors() == [], auth.get_last_error_reason()
    assert "You are signed out" in test.follow(answer).text
    assert test.ada.get("/my/apps").status_code == 303


def test_signing_out_at_the_application_ends_the_session_at_instep(test: SignOnTest) -> None:
    signed_in = accepted(test, test.ada.get(f"/my/apps/{test.admin.app.id}").text)
    name, index = signed_in.get_nameid(), signed_in.get_session_index()  # type: ignore[attr-defined]
    auth = test.application().auth("/logout")
    answer = test.follow(auth.logout(name_id=name, session_index=index))
    back = answer.headers["location"]
    query = {each: values[0] for each, values in parse_qs(urlsplit(back).query).items()}
    judged = test.application().auth("/logout", get_data=query)
    judged.process_slo(keep_local_session=True, request_id=auth.get_last_request_id())
    assert judged.get_errors() == [], judged.get_last_error_reason()
    assert test.ada.get("/my/apps").status_code == 303


def test_a_request_to_sign_somebody_else_out_ends_nothing(test: SignOnTest) -> None:
    accepted(test, test.ada.get(f"/my/apps/{test.admin.app.id}").text)
    test.follow(test.application().auth("/logout").logout(name_id="bo@corp.example"))
    assert test.ada.get("/my/apps").status_code == 200
