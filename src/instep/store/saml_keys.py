"""How does a text that was kept become a key that signs?"""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from instep.saml.signatures import SigningKey


def signing_key(private_key: str, certificate: str) -> SigningKey:
    """Return the key of a private key and its certificate, both PEM."""
    key = load_pem_private_key(private_key.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("a kept key is not for RSA")
    return SigningKey(key, load_pem_x509_certificate(certificate.encode()))
