"""How is single sign-on set up in the admin center, and a certificate rolled over; who is told before it expires?"""

from pathlib import Path

import pytest
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

from console.sign_on.conftest import SignOnTest, form_of
from fakes.administrator import upn
from fakes.console_browser import ConsoleBrowser
from fakes.saml_application import IDENTIFIER, REPLY_URL
from instep.saml.metadata import read_identity_provider


@pytest.fixture
def root(test: SignOnTest) -> ConsoleBrowser:
    return test.site.signed_in()


@pytest.fixture
def at(test: SignOnTest) -> str:
    return f"/apps/{test.admin.app.id}/single-sign-on"


BASIC = {"identifier": IDENTIFIER, "reply_urls": REPLY_URL, "signing_option": "Sign SAML assertion"}


def test_the_page_has_what_the_application_needs_and_no_private_key(
    test: SignOnTest, root: ConsoleBrowser, at: str
) -> None:
    page = root.get(at).text
    for text in (IDENTIFIER, REPLY_URL, test.addresses.login_url, test.addresses.identifier, "Active"):
        assert text in page
    assert "https://saml.proxyclick.com" in root.get(f"{at}/basic").text
    assert "PRIVATE KEY" not in page


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("reply_urls", "http://app.example/consume", "not HTTPS"),
        ("reply_urls", "", "Give the Reply URL"),
        ("reply_urls", "javascript:alert(1)", "no address"),
        ("reply_urls", "https://app.example/;form-action", "no address"),
        ("identifier", "", "Give the Identifier"),
        ("request_certificates", "nonsense", "Paste the whole certificate"),
        ("logout_url", "ftp://app.example", "not HTTPS"),
    ],
)
def test_what_cannot_work_is_not_saved(root: ConsoleBrowser, at: str, field: str, text: str, said: str) -> None:
    root.get(f"{at}/basic")
    answer = root.post(f"{at}/basic", **{**BASIC, field: text})
    assert (answer.status_code, said in answer.text) == (422, True)


def test_metadata_of_the_application_fills_the_form_and_saves_nothing(
    test: SignOnTest, root: ConsoleBrowser, at: str
) -> None:
    document = test.application().settings().get_sp_metadata().replace("127.0.0.1:9", "localhost:9")
    root.get(f"{at}/basic")
    files = {"metadata": ("sp.xml", document.encode(), "application/xml")}
    answer = root.http.post(f"{at}/metadata", data={"csrf_token": root.csrf_token}, files=files)
    assert "http://localhost:9/consume" in answer.text
    assert "localhost:9" not in root.get(at).text


def test_claims_take_expressions_and_are_previewed(test: SignOnTest, root: ConsoleBrowser, at: str) -> None:
    root.get(f"{at}/claims")
    claims: dict[str, str | list[str]] = {
        "name_id_source": "user.userprincipalname",
        "name_id_format": "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
        "claim_name": ["department", "whole", ""],
        "claim_source": ['"Sales"', 'Join(" ", [givenName], [surname])', ""],
    }
    assert root.post(f"{at}/claims", **claims).status_code == 303
    page = root.get(f"{at}/claims?who={upn('ada')}").text
    assert "Ada Example" in page
    assert "Sales" in page
    refused = root.post(f"{at}/claims", **{**claims, "claim_source": ["Join(", "user.nothing", ""]})
    assert (refused.status_code, "cannot be used" in refused.text) == (422, True)


def test_the_test_shows_an_assertion_that_nobody_can_sign_in_with(
    test: SignOnTest, root: ConsoleBrowser, at: str
) -> None:
    page = root.get(f"{at}/test?who={upn('ada')}").text
    assert "ada@corp.example" in page
    assert "SignatureValue" not in page


def test_a_certificate_is_rolled_over_with_both_published_until_the_old_one_is_deleted(
    test: SignOnTest, root: ConsoleBrowser, at: str
) -> None:
    kept, app = test.admin.instep.sign_on.kept, test.admin.app
    root.get(at)
    assert root.post(f"{at}/certificates").status_code == 303
    old, new = kept.certificates(app.id)
    assert (old.is_active, new.is_active) == (True, False)
    published = read_identity_provider(root.get(f"/saml/{app.id}/metadata").content)
    assert len(published.certificates) == 2
    root.get(at)
    root.post(f"{at}/certificates/{new.id}/activate")
    assert [each.id for each in kept.certificates(app.id)] == [new.id, old.id]
    root.post(f"{at}/certificates/{old.id}/delete")
    assert [each.id for each in kept.certificates(app.id)] == [new.id]
    assert "signs" in root.post(f"{at}/certificates/{new.id}/delete").text
    assert root.get(f"{at}/download/base64?certificate={new.id}").text == new.pem
    raw = root.get(f"{at}/download/raw?certificate={new.id}").content
    assert load_der_x509_certificate(raw) == load_pem_x509_certificate(new.pem.encode())


def test_the_test_signs_in_for_real_as_the_person_that_one_is(test: SignOnTest, root: ConsoleBrowser, at: str) -> None:
    page = root.get(f"{at}/test").text
    assert page.count(f'href="/my/apps/{test.admin.app.id}"') == 1
    address, fields = form_of(test.ada.get(f"/my/apps/{test.admin.app.id}").text)
    assert (address, "SAMLResponse" in fields) == (REPLY_URL, True)


def test_private_keys_are_sealed_in_the_database(test: SignOnTest) -> None:
    stored = Path(test.admin.instep.settings.database_path).read_bytes()
    wal = Path(f"{test.admin.instep.settings.database_path}-wal")
    stored += wal.read_bytes() if wal.exists() else b""
    assert b"BEGIN CERTIFICATE" in stored
    assert b"PRIVATE KEY" not in stored
