"""Does Instep, as identity provider, do anything for a request that was forged, bent or blown up?"""

import zlib
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
import pytest
from lxml import etree

from console.sign_on.conftest import CONFIGURATION, SignOnTest, form_of
from fakes.people import person_in
from fakes.saml_application import BASE, IDENTIFIER, LOGOUT_URL, REPLY_URL
from fakes.saml_parties import certified, key_of
from instep.admin.ports import AuditQuery
from instep.admin.sign_on.setting_up import save_configuration
from instep.saml.assertion import NameId
from instep.saml.authn_request import AuthnRequest, written_request
from instep.saml.bindings import Parameter, received_by_redirect, redirect_address
from instep.saml.certificates import pem
from instep.saml.logout import LogoutRequest, written_logout_request
from instep.saml.names import ds, saml, samlp
from instep.saml.signatures import SigningKey, signed
from instep.saml.writing import rendered
from instep.sign_on.configuration import SamlConfiguration

KEY = key_of("application")
SECOND = f"{BASE}/second"
SET_UP = replace(CONFIGURATION, reply_urls=(REPLY_URL, SECOND), request_certificates=(pem(KEY.certificate),))


def sets_up(test: SignOnTest, wanted: SamlConfiguration = SET_UP) -> None:
    save_configuration(test.admin.instep.sign_on, test.admin.app, wanted, "root")


@pytest.fixture(autouse=True)
def verified(test: SignOnTest) -> None:
    """The application has a certificate, so all its requests must be signed; Ada is signed in there."""
    sets_up(test)
    assert "SAMLResponse" in test.ada.get(f"/my/apps/{test.admin.app.id}").text


def wish(test: SignOnTest, **changes: object) -> etree._Element:
    """A request to sign in."""
    asked = AuthnRequest("_wish", IDENTIFIER, test.admin.clock(), test.addresses.login_url, REPLY_URL)
    return written_request(replace(asked, **changes))  # type: ignore[arg-type]


def goodbye(test: SignOnTest, **changes: object) -> etree._Element:
    """A request to sign Ada out."""
    ada = NameId("ada@corp.example")
    asked = LogoutRequest("_goodbye", IDENTIFIER, test.admin.clock(), test.addresses.logout_url, ada)
    return written_logout_request(replace(asked, **changes))  # type: ignore[arg-type]


MESSAGES = [pytest.param(wish, "login", id="AuthnRequest"), pytest.param(goodbye, "logout", id="LogoutRequest")]
Message = Callable[[SignOnTest], etree._Element]


def posts(test: SignOnTest, place: str, document: bytes) -> httpx2.Response:
    """What is answered to a form of another site; a browser follows it with its cookie."""
    at = f"/saml/{test.admin.app.id}/{place}"
    headers = {"Origin": BASE, "Sec-Fetch-Site": "cross-site"}
    fields = {"SAMLRequest": b64encode(document).decode()}
    answer = test.site.new_client().post(at, data=fields, headers=headers, follow_redirects=False)
    return test.follow(answer.headers["location"]) if answer.status_code == 303 else answer


def is_refused(test: SignOnTest, answer: httpx2.Response) -> bool:
    """Whether nothing was done: no assertion, Ada still signed in, and a row of the audit log that says why."""
    rows = [row.activity for row in test.admin.instep.history.audit(AuditQuery(limit=1))]
    untouched = test.ada.get("/my/apps").status_code == 200
    return answer.status_code == 400 and "SAMLResponse" not in answer.text and untouched and (
        rows == ["Refuse SAML request"]
    )  # fmt: skip


def test_what_the_application_has_signed_is_answered(test: SignOnTest) -> None:
    assert "SAMLResponse" in posts(test, "login", rendered(signed(wish(test), KEY))).text
    assert posts(test, "logout", rendered(signed(goodbye(test), KEY))).headers["location"].startswith(LOGOUT_URL)
    assert test.ada.get("/my/apps").status_code == 303


@pytest.mark.parametrize(("message", "place"), MESSAGES)
def test_what_is_not_signed_or_by_another_key_or_changed_is_refused(
    test: SignOnTest, message: Message, place: str
) -> None:
    honest = rendered(signed(message(test), KEY))
    forged = rendered(signed(message(test), key_of("a stranger")))
    for document in (rendered(message(test)), forged, honest.replace(b"\n", b"").replace(b"_", b"__", 1)):
        assert is_refused(test, posts(test, place, document))


def _bare(root: etree._Element) -> etree._Element:
    copy = deepcopy(root)
    copy.remove(copy.find(ds("Signature")))
    return copy


def _evil(root: etree._Element, identifier: str) -> etree._Element:
    """What the attacker wants: an answer at another address, or somebody else signed out."""
    copy = _bare(root)
    copy.set("ID", identifier)
    if "AssertionConsumerServiceURL" in copy.attrib:
        copy.set("AssertionConsumerServiceURL", SECOND)
    for name in copy.iter(saml("NameID")):
        name.text = "bo@corp.example"
    return copy


def _in_the_signature(root: etree._Element) -> etree._Element:
    evil, signature = _evil(root, "_evil"), deepcopy(root.find(ds("Signature")))
    signature.append(_bare(root))
    evil.insert(1, signature)
    return evil


def _in_an_object(root: etree._Element) -> etree._Element:
    evil, signature = _evil(root, "_evil"), deepcopy(root.find(ds("Signature")))
    etree.SubElement(signature, ds("Object")).append(_bare(root))
    evil.insert(1, signature)
    return evil


def _beside(root: etree._Element) -> etree._Element:
    evil = _evil(root, "_evil")
    evil.insert(1, deepcopy(root.find(ds("Signature"))))
    evil.append(_bare(root))
    return evil


def _whole_in_extensions(root: etree._Element) -> etree._Element:
    evil = _evil(root, "_evil")
    etree.SubElement(evil, samlp("Extensions")).append(deepcopy(root))
    return evil


def _with_the_same_id(root: etree._Element) -> etree._Element:
    evil = _evil(root, root.get("ID", ""))
    evil.insert(1, deepcopy(root.find(ds("Signature"))))
    etree.SubElement(evil, samlp("Extensions")).append(_bare(root))
    return evil


WRAPPINGS = (_in_the_signature, _in_an_object, _beside, _whole_in_extensions, _with_the_same_id)


@pytest.mark.parametrize(("message", "place"), MESSAGES)
def test_a_signed_request_that_is_wrapped_is_refused_in_every_form(
    test: SignOnTest, message: Message, place: str
) -> None:
    honest = rendered(signed(message(test), KEY))
    for wrapped in WRAPPINGS:
        bent = rendered(wrapped(etree.fromstring(honest)))
        assert is_refused(test, posts(test, place, bent)), wrapped.__name__


@pytest.mark.parametrize("verifies", [True, False])
@pytest.mark.parametrize(("message", "place"), MESSAGES)
def test_entities_are_neither_expanded_nor_fetched_by_either_binding(
    test: SignOnTest, message: Message, place: str, verifies: bool
) -> None:
    if not verifies:
        sets_up(test, CONFIGURATION)
    plain = rendered(message(test))
    laughs = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + plain
    file = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + plain.replace(IDENTIFIER.encode(), b"&x;", 1)
    outside = b'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">' + plain
    for document in (laughs, file, outside):
        assert is_refused(test, posts(test, place, document))
        assert is_refused(test, brings(test, place, document))


def brings(test: SignOnTest, place: str, document: bytes) -> httpx2.Response:
    """What is answered to a message in an address."""
    compressor = zlib.compressobj(9, wbits=-15)
    packed = compressor.compress(document) + compressor.flush()
    return test.follow(f"/saml/{test.admin.app.id}/{place}?SAMLRequest={quote(b64encode(packed).decode(), safe='')}")


@pytest.mark.parametrize("place", ["login", "logout"])
def test_what_unpacks_to_too_much_or_has_a_comment_is_refused(test: SignOnTest, place: str) -> None:
    sets_up(test, CONFIGURATION)
    assert is_refused(test, brings(test, place, b"<a>" + b" " * 10_000_000))
    message = wish(test) if place == "login" else goodbye(test)
    cut = rendered(message).replace(IDENTIFIER.encode(), IDENTIFIER.encode() + b"<!-- -->", 1)
    assert is_refused(test, posts(test, place, cut))


def test_an_answer_goes_to_no_address_that_was_not_set_up_also_when_it_is_signed(test: SignOnTest) -> None:
    for url in (
        "https://elsewhere.example/",
        REPLY_URL + "/",
        REPLY_URL.replace("127.0.0.1", "localhost"),
        "javascript:0",
    ):
        bent = rendered(signed(wish(test, consumer_url=url), KEY))
        assert is_refused(test, posts(test, "login", bent))
    assert is_refused(test, posts(test, "login", rendered(signed(wish(test, consumer_url="", consumer_index=2), KEY))))


def test_a_relay_state_leads_nobody_anywhere_but_to_the_reply_url(test: SignOnTest) -> None:
    elsewhere = "https://elsewhere.example/"
    page = test.follow(redirect_address(test.addresses.login_url, Parameter.REQUEST, wish(test), elsewhere, KEY))
    action, fields = form_of(page.text)
    assert (action, fields["RelayState"]) == (REPLY_URL, elsewhere)
    assert f"form-action {REPLY_URL};" in page.headers["content-security-policy"]
    assert page.text.count(elsewhere) == 1
    leaves = test.follow(redirect_address(test.addresses.logout_url, Parameter.REQUEST, goodbye(test), elsewhere, KEY))
    assert leaves.headers["location"].startswith(f"{LOGOUT_URL}?")


@pytest.mark.parametrize(("message", "place"), MESSAGES)
def test_what_was_meant_for_another_or_sent_to_another_is_refused(
    test: SignOnTest, message: Callable[..., etree._Element], place: str
) -> None:
    for changes in ({"issuer": "https://elsewhere.example"}, {"destination": "https://elsewhere.example/saml"}):
        assert is_refused(test, posts(test, place, rendered(signed(message(test, **changes), KEY))))


@pytest.mark.parametrize(("message", "place"), MESSAGES)
def test_a_certificate_that_was_rolled_away_or_has_expired_is_believed_no_more(
    test: SignOnTest, message: Message, place: str
) -> None:
    document = rendered(signed(message(test), KEY))
    sets_up(test, replace(SET_UP, request_certificates=(pem(key_of("application, new").certificate),)))
    assert is_refused(test, posts(test, place, document))
    now = test.admin.clock()
    past: SigningKey = certified(KEY.private_key, "application", now - timedelta(days=9), now - timedelta(days=1))
    sets_up(test, replace(SET_UP, request_certificates=(pem(past.certificate),)))
    assert is_refused(test, posts(test, place, document))


def test_a_request_to_sign_out_that_comes_too_late_ends_nothing(test: SignOnTest) -> None:
    now = test.admin.clock()
    for changes in ({"not_on_or_after": now - timedelta(seconds=1)}, {"issued_at": now - timedelta(minutes=31)}):
        assert is_refused(test, posts(test, "logout", rendered(signed(goodbye(test, **changes), KEY))))


def test_a_request_that_is_brought_again_signs_out_no_later_session(test: SignOnTest) -> None:
    page = test.ada.get(f"/my/apps/{test.admin.app.id}").text
    auth = test.application().auth(post_data=form_of(page)[1])
    auth.process_response()
    request = goodbye(test, session_indexes=(auth.get_session_index(),))
    address = redirect_address(test.addresses.logout_url, Parameter.REQUEST, request, "", KEY)
    test.follow(address)
    assert test.ada.get("/my/apps").status_code == 303
    test.ada = person_in(test.admin.instep.access, test.site.new_client(), "ada")
    test.ada.get(f"/my/apps/{test.admin.app.id}")
    again = test.follow(address)
    assert "UnknownPrincipal" in _unpacked(again.headers["location"])
    assert test.ada.get("/my/apps").status_code == 200


def _unpacked(address: str) -> str:
    query = urlsplit(address).query
    assert "SAMLResponse" in parse_qs(query)
    return received_by_redirect(query).document.decode()
