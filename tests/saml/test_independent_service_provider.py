"""python3-saml, which others have written, as a service provider that is told by our responses who has signed in."""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from fakes.saml_parties import ANA, AUDIENCE, ISSUER, MAIL_CLAIM, RECIPIENT, REQUEST, assertion, key_of, response
from instep.saml.authn_request import read_request
from instep.saml.bindings import received_by_redirect
from instep.saml.certificates import read_pem
from instep.saml.metadata import (
    Endpoint,
    IdentityProvider,
    read_service_provider,
    written_identity_provider,
)
from instep.saml.names import Binding
from instep.saml.response import Signed, signed_response
from instep.saml.writing import rendered

SSO = "https://instep.example/saml/42"
SERVED_AT = {"https": "on", "http_host": "saml.proxyclick.example", "script_name": "/consume/CO-C202"}


def settings(**security: object) -> OneLogin_Saml2_Settings:
    """Those of a strict service provider that has read our metadata."""
    provider = IdentityProvider(
        ISSUER,
        (Endpoint(Binding.HTTP_REDIRECT, SSO),),
        (Endpoint(Binding.HTTP_REDIRECT, SSO),),
        (key_of("idp").certificate,),
    )
    read = OneLogin_Saml2_IdPMetadataParser.parse(rendered(written_identity_provider(provider)))
    return OneLogin_Saml2_Settings(
        {
            "strict": True,
            "sp": {"entityId": AUDIENCE, "assertionConsumerService": {"url": RECIPIENT}},
            "idp": read["idp"],
            "security": {"wantAssertionsSigned": True, "rejectDeprecatedAlgorithm": True} | security,
        }
    )


def answered(parts: Signed, **changes: object) -> str:
    now = datetime.now(UTC)
    said = assertion(
        issued_at=now,
        not_before=now - timedelta(minutes=1),
        not_on_or_after=now + timedelta(minutes=5),
        authenticated_at=now,
        session_not_on_or_after=now + timedelta(hours=8),
    )
    answer = response(replace(said, **changes), issued_at=now)
    return b64encode(rendered(signed_response(answer, key_of("idp"), parts))).decode()


def test_our_metadata_are_understood():
    data = settings().get_idp_data()
    assert (data["entityId"], data["singleSignOnService"]["url"]) == (ISSUER, SSO)
    assert read_pem(data["x509cert"]) == key_of("idp").certificate


@pytest.mark.parametrize("parts", list(Signed))
def test_our_responses_sign_people_in(parts: Signed):
    wants = {"wantMessagesSigned": parts is not Signed.ASSERTION, "wantAssertionsSigned": parts is not Signed.RESPONSE}
    found = OneLogin_Saml2_Response(settings(**wants), answered(parts))
    assert found.is_valid(SERVED_AT, REQUEST), found.get_error()
    assert found.get_nameid() == ANA
    assert found.get_session_index() == "_session-1"
    assert found.get_attributes()[MAIL_CLAIM] == [ANA]
    assert found.get_attributes()["groups"] == ["Reception", "Security & more"]


def test_what_it_refuses_of_others_it_refuses_of_ours():
    elsewhere = OneLogin_Saml2_Response(settings(), answered(Signed.ASSERTION, audience="https://elsewhere.example"))
    assert not elsewhere.is_valid(SERVED_AT, REQUEST)
    unasked = OneLogin_Saml2_Response(settings(), answered(Signed.ASSERTION))
    assert not unasked.is_valid(SERVED_AT, "_another request")


def test_its_request_and_its_metadata_are_understood_by_us():
    theirs = settings()
    request = OneLogin_Saml2_Authn_Request(theirs)
    received = received_by_redirect("SAMLRequest=" + quote(request.get_request(), safe=""))
    read = read_request(received.read())
    assert (read.issuer, read.consumer_url, read.destination) == (AUDIENCE, RECIPIENT, SSO)
    metadata = read_service_provider(theirs.get_sp_metadata().encode())
    assert (metadata.entity_id, metadata.consumers[0].location) == (AUDIENCE, RECIPIENT)
