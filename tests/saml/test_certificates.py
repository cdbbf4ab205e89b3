"""Which texts are certificates to check signatures with, and which mistakes are told apart?"""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from fakes.saml_parties import NOW, key_of
from instep.saml.certificates import BadCertificate, base64_alone, is_valid_at, pem, read_base64, read_pem, thumbprint

CERTIFICATE = key_of("idp").certificate


def test_a_certificate_is_read_as_it_was_written():
    assert read_pem(f"\n {pem(CERTIFICATE)}\n") == CERTIFICATE
    assert read_base64(base64_alone(CERTIFICATE)) == CERTIFICATE
    assert is_valid_at(CERTIFICATE, NOW)
    assert len(thumbprint(CERTIFICATE)) == 40


def test_windows_line_ends_do_no_harm():
    assert read_pem(pem(CERTIFICATE).replace("\n", "\r\n")) == CERTIFICATE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste the whole certificate"),
        (base64_alone(CERTIFICATE), "BEGIN CERTIFICATE"),
        (pem(CERTIFICATE).replace("-----END CERTIFICATE-----", ""), "Paste the whole certificate"),
        (pem(CERTIFICATE) * 2, "more than one"),
        (pem(CERTIFICATE).replace("MII", "AAA", 1), "no certificate"),
        ("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----", "no certificate"),
        (pem(key_of("short", bits=1024).certificate), "1024 bits"),
        (
            key_of("idp").private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
            "private key",
        ),
    ],
)
def test_what_is_no_usable_certificate_is_refused_in_words(text: str, words: str):
    with pytest.raises(BadCertificate, match=words):
        read_pem(text)
