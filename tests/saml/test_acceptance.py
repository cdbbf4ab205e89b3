"""Who is let in by a response, and which responses let nobody in?"""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree

from fakes.saml_forgeries import wrapped
from fakes.saml_parties import (
    ANA,
    AUDIENCE,
    ISSUER,
    NOW,
    RECIPIENT,
    REQUEST,
    assertion,
    certified,
    document,
    expectation,
    key_of,
    response,
    tree,
)
from instep.saml.acceptance import Accepted, Expectation, Unasked, accept_response
from instep.saml.assertion import NameId, written_assertion
from instep.saml.names import Status, ds, saml, samlp
from instep.saml.refusals import Reason, Refused
from instep.saml.response import Signed, signed_response
from instep.saml.signatures import signed
from instep.saml.writing import add, element, rendered


def judged(raw: bytes, expected: Expectation | None = None) -> Accepted | Refused:
    return accept_response(raw, expected or expectation())


def reason(raw: bytes, expected: Expectation | None = None) -> Reason:
    found = judged(raw, expected)
    assert isinstance(found, Refused), found
    assert found.message.endswith((".", ")", "in."))
    return found.reason


@pytest.mark.parametrize("parts", [Signed.ASSERTION, Signed.BOTH])
def test_an_honest_answer_says_who_has_signed_in(parts: Signed):
    found = judged(document(parts=parts))
    assert isinstance(found, Accepted)
    assert (found.subject.value, found.assertion_id, found.in_response_to) == (ANA, "_assertion-1", REQUEST)
    assert (found.session_index, found.not_on_or_after) == ("_session-1", NOW + timedelta(minutes=5))
    assert found.remembered_until > found.not_on_or_after
    assert [attribute.values for attribute in found.attributes] == [(ANA,), ("Reception", "Security & more")]


def test_sign_in_that_began_at_the_identity_provider_is_taken_where_that_is_allowed():
    unasked = document(response(assertion(in_response_to=None)))
    assert isinstance(judged(unasked, expectation(requests=())), Accepted)
    assert reason(unasked, expectation(unasked=Unasked.REFUSED)) is Reason.NOT_ASKED_FOR


def test_what_is_not_signed_lets_nobody_in():
    unsigned = tree()
    found = unsigned.find(saml("Assertion"))
    found.remove(found.find(ds("Signature")))
    assert reason(rendered(unsigned)) is Reason.NOT_SIGNED


def test_a_signature_on_the_response_alone_is_not_enough():
    assert reason(document(parts=Signed.RESPONSE)) is Reason.NOT_SIGNED


def test_another_key_lets_nobody_in_although_the_message_brings_its_certificate():
    assert reason(document(key=key_of("somebody else"))) is Reason.WRONG_SIGNATURE


def test_a_wrong_signature_of_the_response_refuses_a_well_signed_assertion():
    both = tree(document(parts=Signed.BOTH))
    both.set("ID", "_response-2")
    both.find(f"{ds('Signature')}/{ds('SignedInfo')}/{ds('Reference')}").set("URI", "#_response-2")
    assert reason(rendered(both)) is Reason.WRONG_SIGNATURE


def test_a_changed_name_lets_nobody_in():
    assert reason(document().replace(ANA.encode(), b"eve@fabrikam.example")) is Reason.WRONG_SIGNATURE


@pytest.mark.parametrize("form", range(1, 9))
def test_no_form_of_signature_wrapping_lets_anybody_in(form: int):
    parts = Signed.BOTH if form < 3 else Signed.ASSERTION
    assert reason(wrapped(form, document(parts=parts))) in (Reason.ASSERTION_COUNT, Reason.MISPLACED_SIGNATURE)


def test_a_response_whose_own_signature_is_wrapped_and_whose_assertion_is_not_signed_lets_nobody_in():
    for form in (1, 2):
        assert reason(wrapped(form, document(parts=Signed.RESPONSE))) is Reason.ASSERTION_COUNT


def test_two_signed_assertions_let_nobody_in():
    twice = tree()
    twice.append(tree(document(response(assertion(id="_assertion-2")))).find(saml("Assertion")))
    assert reason(rendered(twice)) is Reason.ASSERTION_COUNT


@pytest.mark.parametrize("inserted", ["<!-- -->", "<?cut here?>"])
def test_a_comment_in_a_name_cuts_nothing_off(inserted: str):
    honest = document(response(assertion(subject=NameId(f"{ANA}.evil.example"))))
    cut = honest.replace(f"{ANA}.evil".encode(), f"{ANA}{inserted}.evil".encode())
    assert cut != honest
    assert reason(cut) is Reason.COMMENT


def test_entities_are_not_expanded_and_nothing_is_fetched():
    internal = b'<!DOCTYPE r [<!ENTITY a "ana@fabrikam.example"><!ENTITY b "&a;&a;&a;">]>' + document()
    external = b'<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">' + document()
    fetched = document().replace(ANA.encode(), b"&x;")
    file = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + fetched
    assert [reason(each) for each in (internal, external, file)] == [Reason.DOCUMENT_TYPE] * 3
    assert reason(fetched) is Reason.NOT_READABLE


def test_a_document_type_in_another_encoding_is_not_overlooked():
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "b">]>' + document().decode()
    assert reason(text.encode("utf-16")) is Reason.NOT_READABLE
    hidden = text.replace("utf-16", "utf-7").replace("<!", "+ADwAIQ-")
    assert reason(hidden.encode()) is Reason.NOT_READABLE


def test_what_is_too_large_or_too_deep_is_not_read():
    assert reason(b"<a>" + b" " * 300_000 + b"</a>") is Reason.TOO_LARGE
    assert reason(b"<a>" * 60 + b"</a>" * 60) is Reason.TOO_LARGE


def test_a_response_is_good_for_a_short_while_with_some_skew():
    minutes = timedelta(minutes=1)
    assert reason(document(), expectation(now=NOW + 9 * minutes)) is Reason.EXPIRED
    assert isinstance(judged(document(), expectation(now=NOW + 7 * minutes)), Accepted)
    assert isinstance(judged(document(), expectation(now=NOW - 3 * minutes)), Accepted)
    assert reason(document(), expectation(now=NOW - 5 * minutes)) is Reason.NOT_YET_VALID


def test_a_session_that_is_over_lets_nobody_in():
    assert reason(document(response(assertion(session_not_on_or_after=NOW - timedelta(hours=1))))) is Reason.EXPIRED


def test_an_assertion_for_others_lets_nobody_in():
    elsewhere = "https://elsewhere.example/"
    assert reason(document(response(assertion(audience=elsewhere)))) is Reason.WRONG_AUDIENCE
    assert reason(document(response(assertion(recipient=elsewhere)))) is Reason.WRONG_RECIPIENT
    assert reason(document(response(destination=elsewhere))) is Reason.WRONG_DESTINATION
    assert reason(document(response(issuer=elsewhere))) is Reason.WRONG_ISSUER
    assert reason(document(response(assertion(issuer=elsewhere)))) is Reason.WRONG_ISSUER


def test_an_answer_to_a_request_of_another_browser_lets_nobody_in():
    assert reason(document(), expectation(requests=frozenset({"_request-2"}))) is Reason.UNKNOWN_REQUEST
    assert reason(document(response(in_response_to=None)), expectation(requests=())) is Reason.UNKNOWN_REQUEST


def test_a_certificate_that_was_rolled_away_lets_nobody_in_and_two_are_good_meanwhile():
    old, new = key_of("idp"), key_of("idp, new")
    meanwhile = (old.certificate, new.certificate)
    for key in (old, new):
        assert isinstance(judged(document(key=key), expectation(certificates=meanwhile)), Accepted)
    assert reason(document(key=old), expectation(certificates=(new.certificate,))) is Reason.WRONG_SIGNATURE


def test_a_certificate_that_has_expired_or_is_missing_lets_nobody_in():
    past = certified(
        key_of("idp").private_key, "idp", datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    )
    for certificates in ((past.certificate,), ()):
        assert reason(document(), expectation(certificates=certificates)) is Reason.CERTIFICATE_NOT_VALID_NOW


@pytest.mark.parametrize(
    ("strong", "weak"),
    [
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1"),
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
        ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1"),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/1999/REC-xslt-19991116"),
        ("http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"),
    ],
)
def test_weak_algorithms_and_strange_transforms_are_refused_by_name(strong: str, weak: str):
    assert reason(document().replace(strong.encode(), weak.encode())) is Reason.WEAK_ALGORITHM


def test_an_encrypted_assertion_is_refused_clearly():
    encrypted = rendered(tree()).replace(b"saml:Assertion", b"saml:EncryptedAssertion")
    found = judged(encrypted)
    assert isinstance(found, Refused)
    assert found.reason is Reason.ENCRYPTED
    assert "switch token encryption off" in found.message


def test_what_the_identity_provider_refuses_is_told():
    denied = response(
        assertion=None, status=Status.RESPONDER, second_status=Status.REQUEST_DENIED, status_message="No."
    )
    found = judged(rendered(signed_response(denied, key_of("idp"))))
    assert found == Refused(Reason.STATUS, "The identity provider has refused (Responder, RequestDenied). No.")


def test_a_condition_that_nobody_knows_is_not_passed_over():
    strange = written_assertion(assertion())
    add(strange.find(saml("Conditions")), saml("Condition"))
    answer = tree()
    answer.replace(answer.find(saml("Assertion")), signed(strange, key_of("idp")))
    assert reason(rendered(answer)) is Reason.NOT_EXPECTED


def test_nonsense_is_refused_in_words():
    for raw in (b"", b"hello", b"<a", "<a>ä</a>".encode("latin-1"), b"\x00<a/>"):
        assert reason(raw) is Reason.NOT_READABLE
    assert reason(b"<a/>") is Reason.NOT_EXPECTED
    assert reason(rendered(element(samlp("LogoutResponse"), Version="2.0"))) is Reason.NOT_EXPECTED
    assert reason(etree.tostring(element(samlp("Response"), Version="1.1"))) is Reason.NOT_READABLE


def test_the_addresses_of_both_sides_are_compared_whole():
    assert ISSUER.startswith("https://")
    assert reason(document(), expectation(recipient=RECIPIENT + "?x=1")) is Reason.WRONG_DESTINATION
    assert reason(document(), expectation(audience=AUDIENCE + "/")) is Reason.WRONG_AUDIENCE
