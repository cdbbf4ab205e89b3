"""With which key does a location sign its requests? One of its own, made when single sign-on is set up."""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from instep.saml.certificates import pem, read_pem
from instep.saml.signatures import SigningKey
from proxyclick.integrations.single_sign_on import SignOnSettings

_KEY_BITS = 2048
_EXPONENT = 65537
_GOOD_FOR = timedelta(days=3650)  # identity providers know it by itself: nobody renews it on a date
_CLOCKS_DIFFER_BY = timedelta(hours=1)


def make_key(company_id: str, now: datetime) -> tuple[str, str]:
    """A new certificate of a location, and its private key, both in PEM. Takes a tenth of a second."""
    key = generate_private_key(_EXPONENT, _KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Proxyclick {company_id}")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER_BY)
        .not_valid_after(now + _GOOD_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    return pem(made), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def signing_key(settings: SignOnSettings) -> SigningKey:
    """The key of a location, to sign with."""
    key = load_pem_private_key(settings.private_key.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError(f"the key of location {settings.location} is not for RSA")
    return SigningKey(key, read_pem(settings.own_certificate))
