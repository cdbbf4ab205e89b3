"""Do documents of metadata say what they should, and is of those that are uploaded the right part read?"""

import pytest

from fakes.saml_parties import key_of
from instep.saml.metadata import (
    Endpoint,
    IdentityProvider,
    ServiceProvider,
    location_of,
    read_identity_provider,
    read_service_provider,
    written_identity_provider,
    written_service_provider,
)
from instep.saml.names import Binding, NameIdFormat
from instep.saml.refusals import NotBelieved
from instep.saml.writing import rendered

POST, REDIRECT = Binding.HTTP_POST.value, Binding.HTTP_REDIRECT.value
SP = ServiceProvider(
    entity_id="https://sp.example",
    consumers=(Endpoint(POST, "https://sp.example/acs"), Endpoint(POST, "https://sp.example/other")),
    logouts=(Endpoint(REDIRECT, "https://sp.example/logout", "https://sp.example/logged-out"),),
    certificates=(key_of("sp").certificate,),
    name_id_formats=(NameIdFormat.EMAIL_ADDRESS.value,),
    signs_requests=True,
)
IDP = IdentityProvider(
    entity_id="https://idp.example",
    sign_ons=(Endpoint(REDIRECT, "https://idp.example/sso"), Endpoint(POST, "https://idp.example/sso")),
    certificates=(key_of("idp").certificate, key_of("idp, new").certificate),
)


def test_what_a_service_provider_writes_is_read_again():
    assert read_service_provider(rendered(written_service_provider(SP))) == SP


def test_what_an_identity_provider_writes_is_read_again():
    found = read_identity_provider(rendered(written_identity_provider(IDP)))
    assert found == IDP
    assert location_of(found.sign_ons, Binding.HTTP_POST) == "https://idp.example/sso"


def test_the_default_consumer_comes_first_whatever_its_place():
    turned = (
        rendered(written_service_provider(SP))
        .replace(b' isDefault="true"', b"")
        .replace(b'index="1"', b'index="1" isDefault="1"')
    )
    assert read_service_provider(turned).consumers[0].location == "https://sp.example/other"


def test_comments_of_metadata_cut_nothing_off():
    commented = rendered(written_service_provider(SP)).replace(b"emailAddress", b"email<!-- x -->Address")
    assert read_service_provider(b"<!-- licence -->" + commented) == SP


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "no well-formed XML"),
        (b"<html/>", "no metadata of SAML"),
        (rendered(written_identity_provider(IDP)), "describes 0 service providers"),
        (b"<!DOCTYPE a []>" + rendered(written_service_provider(SP)), "document type"),
        (
            rendered(written_service_provider(SP)).replace(b"<ds:X509Certificate>MII", b"<ds:X509Certificate>AAA"),
            "no certif",
        ),
        (rendered(written_service_provider(SP)).replace(b' entityID="https://sp.example"', b""), "no entityID"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words(document: bytes, words: str):
    with pytest.raises(NotBelieved, match=words):
        read_service_provider(document)
