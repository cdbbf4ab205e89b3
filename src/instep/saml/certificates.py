"""Which certificate is this, is it one to check signatures with, and how is it written for others?"""

import re
from base64 import b64decode
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

SMALLEST_KEY_BITS = 2048
_PEM = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----\s*(?P<base64>[A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----\s*", re.ASCII
)


class BadCertificate(ValueError):
    """A text is no certificate with which signatures are checked; its words say why and what to paste."""


def read_pem(text: str) -> x509.Certificate:
    """The one certificate of a text with BEGIN and END lines. Raises BadCertificate."""
    found = read_pems(text)
    if len(found) > 1:
        raise BadCertificate("There is more than one certificate in it: paste the one that signs.")
    return found[0]


def read_pems(text: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a text, of which there are several during a roll-over, one below the other.

    Raises BadCertificate when anything else is in it.
    """
    if "PRIVATE KEY" in text:
        raise BadCertificate("This is a private key: keep it to yourself, and paste the certificate.")
    found = list(_PEM.finditer(text))
    if not found or _PEM.sub("", text).strip():
        raise BadCertificate(
            "Paste the whole certificate, with the lines -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----."
        )
    return tuple(read_base64(each["base64"]) for each in found)


def read_base64(text: str) -> x509.Certificate:
    """The certificate of base64 alone, as metadata has it. Raises BadCertificate."""
    try:
        found = x509.load_der_x509_certificate(b64decode("".join(text.split()), validate=True))
        key = found.public_key()
    except Exception:  # whatever the library raises for bytes that are no certificate: several unrelated classes
        raise BadCertificate("What stands there is no certificate: copy it again, whole.") from None
    if not isinstance(key, RSAPublicKey):
        raise BadCertificate("Its key is not for RSA: signatures are checked with RSA and SHA-256.")
    if key.key_size < SMALLEST_KEY_BITS:
        raise BadCertificate(f"Its key has {key.key_size} bits: {SMALLEST_KEY_BITS} are the least that is safe.")
    return found


def pem(certificate: x509.Certificate) -> str:
    """A certificate with BEGIN and END lines ("Certificate (Base64)")."""
    return certificate.public_bytes(Encoding.PEM).decode()


def base64_alone(certificate: x509.Certificate) -> str:
    """A certificate in one line of base64, as metadata and signatures have it."""
    return "".join(pem(certificate).splitlines()[1:-1])


def der(certificate: x509.Certificate) -> bytes:
    """A certificate as bytes ("Certificate (Raw)")."""
    return certificate.public_bytes(Encoding.DER)


def thumbprint(certificate: x509.Certificate) -> str:
    """The SHA-1 of a certificate in hex, by which Microsoft's pages name it; nothing is trusted by it."""
    return certificate.fingerprint(SHA1()).hex().upper()  # noqa: S303 - a name, not a signature


def fingerprint(certificate: x509.Certificate) -> str:
    """The SHA-256 of a certificate in hex, in pairs, to compare by eye."""
    return certificate.fingerprint(SHA256()).hex(":").upper()


def is_valid_at(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether a moment is between the two that the certificate names."""
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
