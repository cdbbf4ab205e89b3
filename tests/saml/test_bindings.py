"""Does a message arrive as it was sent, and does its signature hold over exactly what came?"""

import zlib
from base64 import b64encode
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree

from fakes.saml_parties import NOW, key_of
from instep.saml.authn_request import AuthnRequest, read_request, written_request
from instep.saml.bindings import Parameter, post_form, received_by_post, received_by_redirect, redirect_address
from instep.saml.names import Binding
from instep.saml.refusals import NotBelieved, Reason

ENDPOINT = "https://instep.example/saml/42"
WISH = AuthnRequest("_request-1", "https://sp.example", NOW, ENDPOINT, "https://sp.example/acs")
CERTIFICATES = (key_of("sp").certificate,)


def query_of(address: str) -> str:
    return urlsplit(address).query


def sent(relay_state: str = "", **more: object) -> str:
    return query_of(redirect_address(ENDPOINT, Parameter.REQUEST, written_request(WISH), relay_state, **more))


def refusal(query: str) -> Reason:
    with pytest.raises(NotBelieved) as refused:
        received_by_redirect(query).verified(CERTIFICATES, NOW)
    return refused.value.refused.reason


def test_a_request_travels_in_an_address():
    received = received_by_redirect(sent("to the Logbook & back", key=key_of("sp")))
    assert (received.binding, received.parameter) == (Binding.HTTP_REDIRECT, Parameter.REQUEST)
    assert received.relay_state == "to the Logbook & back"
    assert read_request(received.verified(CERTIFICATES, NOW)) == WISH


def test_a_request_travels_in_a_form():
    form = post_form(ENDPOINT, Parameter.REQUEST, written_request(WISH), "where from", key_of("sp"))
    received = received_by_post(form.fields.items())
    assert (received.binding, received.relay_state, form.action) == (Binding.HTTP_POST, "where from", ENDPOINT)
    assert read_request(received.verified(CERTIFICATES, NOW)) == WISH


def test_an_endpoint_keeps_the_query_that_it_has():
    address = redirect_address(ENDPOINT + "?tenant=1", Parameter.REQUEST, written_request(WISH))
    assert address.startswith(ENDPOINT + "?tenant=1&SAMLRequest=")


def test_the_signature_of_an_address_is_over_the_octets_that_came():
    upper = sent("ä", key=key_of("sp"))
    assert refusal(upper.replace("%C3%A4", "%c3%a4")) is Reason.WRONG_SIGNATURE
    assert refusal(upper.replace("RelayState=", "RelayState=x")) is Reason.WRONG_SIGNATURE
    assert refusal(sent("ä", key=key_of("somebody else"))) is Reason.WRONG_SIGNATURE


def test_the_parameters_of_an_address_may_come_in_any_order():
    pieces = sent("there", key=key_of("sp")).split("&")
    received = received_by_redirect("&".join(["sso=1", *reversed(pieces)]))
    assert read_request(received.verified(CERTIFICATES, NOW)) == WISH


def test_an_address_without_a_signature_or_with_a_weak_one_is_not_believed():
    signed = sent(key=key_of("sp"))
    assert refusal(sent()) is Reason.NOT_SIGNED
    weak = quote("http://www.w3.org/2000/09/xmldsig#rsa-sha1", safe="")
    strong = quote("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", safe="")
    assert refusal(signed.replace(strong, weak)) is Reason.WEAK_ALGORITHM


def test_a_form_whose_message_is_not_signed_is_not_believed():
    form = post_form(ENDPOINT, Parameter.REQUEST, written_request(WISH))
    with pytest.raises(NotBelieved, match="not signed"):
        received_by_post(form.fields.items()).verified(CERTIFICATES, NOW)


def test_a_parameter_that_stands_twice_is_refused():
    signed = sent("one", key=key_of("sp"))
    for name in ("SAMLRequest", "RelayState", "SigAlg", "Signature"):
        assert refusal(f"{signed}&{name}=x") is Reason.NOT_READABLE


def test_a_small_message_that_unpacks_to_a_huge_one_is_not_unpacked():
    compressor = zlib.compressobj(9, wbits=-15)
    bomb = compressor.compress(b"<a>" + b" " * 50_000_000) + compressor.flush()
    assert len(bomb) < 100_000
    assert refusal("SAMLRequest=" + quote(b64encode(bomb).decode(), safe="")) is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "query",
    [
        "",
        "RelayState=x",
        "SAMLRequest=x&SAMLResponse=x",
        "SAMLRequest=%25%25",
        "SAMLRequest=QUJD",
        "SAMLRequest=" + quote(b64encode(zlib.compress(b"<a/>")[2:-8]).decode(), safe=""),
        "SAMLRequest=x&SAMLEncoding=none",
    ],
)
def test_what_is_no_message_is_refused(query: str):
    assert refusal(query) is Reason.NOT_READABLE


def test_a_request_says_what_a_service_provider_may_ask():
    asked = AuthnRequest(
        id="_2",
        issuer="https://sp.example",
        issued_at=NOW,
        consumer_index=3,
        name_id_format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        requested_contexts=("urn:oasis:names:tc:SAML:2.0:ac:classes:Password",),
        subject="ana@fabrikam.example",
        force_authn=True,
        is_passive=True,
    )
    assert read_request(etree.fromstring(etree.tostring(written_request(asked)))) == asked
