"""Two parties of single sign-on, with keys of their own, who say what a test wants them to say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from lxml import etree

from instep.saml.acceptance import Expectation
from instep.saml.assertion import Assertion, Attribute, NameId
from instep.saml.response import Response, Signed, signed_response
from instep.saml.signatures import SigningKey
from instep.saml.writing import rendered

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISSUER = "https://instep.example/saml/metadata/42"
AUDIENCE = "https://saml.proxyclick.example/init/CO-C202"
RECIPIENT = "https://saml.proxyclick.example/consume/CO-C202"
REQUEST = "_request-1"
ANA = "ana@fabrikam.example"
MAIL_CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"


@cache
def key_of(name: str, *, bits: int = 2048) -> SigningKey:
    """The key that somebody of this name has in all tests of a run; certificates are good from 2020 to 2120."""
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return certified(private_key, name, datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC))


def certified(private_key: rsa.RSAPrivateKey, name: str, start: datetime, end: datetime) -> SigningKey:
    """A key with a certificate that it has signed itself."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .sign(private_key, SHA256())
    )
    return SigningKey(private_key, certificate)


def assertion(**changes: object) -> Assertion:
    """Ana has signed in, in answer to the request, unless a test says otherwise."""
    said = Assertion(
        id="_assertion-1",
        issuer=ISSUER,
        issued_at=NOW,
        subject=NameId(ANA),
        audience=AUDIENCE,
        recipient=RECIPIENT,
        not_before=NOW - timedelta(minutes=1),
        not_on_or_after=NOW + timedelta(minutes=5),
        authenticated_at=NOW - timedelta(minutes=10),
        session_index="_session-1",
        in_response_to=REQUEST,
        attributes=(Attribute(MAIL_CLAIM, (ANA,)), Attribute("groups", ("Reception", "Security & more"))),
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def response(said: Assertion | None = None, **changes: object) -> Response:
    """The answer with that assertion."""
    found = said or assertion()
    answer = Response("_response-1", ISSUER, NOW, RECIPIENT, found.in_response_to, found)
    return replace(answer, **changes)  # type: ignore[arg-type]


def document(
    answer: Response | None = None, *, key: SigningKey | None = None, parts: Signed = Signed.ASSERTION
) -> bytes:
    """The answer as it travels, signed by the identity provider or by whoever is named."""
    return rendered(signed_response(answer or response(), key or key_of("idp"), parts))


def tree(raw: bytes | None = None) -> etree._Element:
    """A document to forge something with."""
    return etree.fromstring(raw or document())


def expectation(**changes: object) -> Expectation:
    """What the service provider expects of an honest answer."""
    expected = Expectation(
        issuer=ISSUER,
        audience=AUDIENCE,
        recipient=RECIPIENT,
        certificates=(key_of("idp").certificate,),
        now=NOW,
        requests=frozenset({REQUEST}),
    )
    return replace(expected, **changes)  # type: ignore[arg-type]
