"""How does a message travel: in an address (HTTP-Redirect) or in a form (HTTP-POST) (bindings, 3.4, 3.5)?"""

import binascii
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote, unquote_plus

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree

from instep.saml.certificates import is_valid_at
from instep.saml.names import Binding
from instep.saml.reading import LARGEST_BYTES, read_message
from instep.saml.refusals import NotBelieved, Reason
from instep.saml.signatures import SigningKey, signed, what_was_signed
from instep.saml.writing import rendered

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
LONGEST_RELAY_STATE = 1024  # SAML allows 80 bytes; Microsoft Entra and others send addresses in it


class Parameter(StrEnum):
    """In which parameter a message stands: what somebody asks, or what they answer."""

    REQUEST = "SAMLRequest"
    RESPONSE = "SAMLResponse"


@dataclass(frozen=True, slots=True)
class QuerySignature:
    """The signature beside a message in an address: over these octets, exactly as they came."""

    algorithm: str
    octets: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came, not believed yet."""

    binding: Binding
    parameter: Parameter
    document: bytes
    relay_state: str
    query_signature: QuerySignature | None = None

    def read(self) -> etree._Element:
        """The message, whoever has written it. Raises NotBelieved when it cannot be read."""
        return read_message(self.document)

    def verified(self, certificates: Sequence[x509.Certificate], now: datetime) -> etree._Element:
        """The message as somebody with one of the certificates has signed it. Raises NotBelieved."""
        root = self.read()
        if self.binding is Binding.HTTP_POST:
            return what_was_signed(root, certificates, now)
        _check_query_signature(self.query_signature, certificates, now)
        return root


@dataclass(frozen=True, slots=True)
class PostForm:
    """The form that brings a message to an address by itself; the names are those of its hidden fields."""

    action: str
    fields: Mapping[str, str]


def redirect_address(
    endpoint: str, parameter: Parameter, message: etree._Element, relay_state: str = "", key: SigningKey | None = None
) -> str:
    """The address to send the browser to; signed where there is a key."""
    pieces = [f"{parameter}={_escaped(_deflated(rendered(message)))}"]
    if relay_state:
        pieces.append(f"RelayState={_escaped(relay_state)}")
    if key is not None:
        pieces.append(f"SigAlg={_escaped(RSA_SHA256)}")
        signature = key.private_key.sign("&".join(pieces).encode(), PKCS1v15(), SHA256())
        pieces.append(f"Signature={_escaped(b64encode(signature).decode())}")
    return endpoint + ("&" if "?" in endpoint else "?") + "&".join(pieces)


def post_form(
    endpoint: str, parameter: Parameter, message: etree._Element, relay_state: str = "", key: SigningKey | None = None
) -> PostForm:
    """The form to show; the message gets a signature where there is a key. A Response comes with its own already."""
    document = rendered(message if key is None else signed(message, key))
    fields = {parameter.value: b64encode(document).decode()}
    return PostForm(endpoint, fields | ({"RelayState": relay_state} if relay_state else {}))


def received_by_redirect(query_string: str) -> Received:
    """The message of an address, from its query as it came, before anything has unescaped it. Raises NotBelieved."""
    raw = _each_once(piece.partition("=")[::2] for piece in query_string.split("&"))
    parameter = _parameter(raw)
    document = _inflated(unquote_plus(raw[parameter]))
    relay_state = _relay_state(unquote_plus(raw.get("RelayState", "")))
    return Received(Binding.HTTP_REDIRECT, parameter, document, relay_state, _query_signature(parameter, raw))


def received_by_post(fields: Iterable[tuple[str, str]]) -> Received:
    """The message of a form, whose fields are given with their values. Raises NotBelieved."""
    given = _each_once(fields)
    parameter = _parameter(given)
    document = _decoded(given[parameter], 2 * LARGEST_BYTES)
    return Received(Binding.HTTP_POST, parameter, document, _relay_state(given.get("RelayState", "")))


def _each_once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Raises NotBelieved for a parameter that stands twice: two readers might take different ones of them."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found and name in _PARAMETERS:
            raise NotBelieved(Reason.NOT_READABLE, f"{name} is there more than once.")
        found[name] = value
    return found


_PARAMETERS = {*Parameter, "RelayState", "SigAlg", "Signature", "SAMLEncoding"}
_DEFLATE = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"


def _parameter(given: Mapping[str, str]) -> Parameter:
    there = [parameter for parameter in Parameter if parameter in given]
    if len(there) != 1:
        raise NotBelieved(Reason.NOT_READABLE, "There is not one message: either SAMLRequest or SAMLResponse.")
    if unquote_plus(given.get("SAMLEncoding", _DEFLATE)) != _DEFLATE:
        raise NotBelieved(Reason.NOT_READABLE, "Its SAMLEncoding is another than DEFLATE.")
    return there[0]


def _relay_state(text: str) -> str:
    if len(text) > LONGEST_RELAY_STATE:
        raise NotBelieved(Reason.TOO_LARGE, f"Its RelayState has more than {LONGEST_RELAY_STATE} characters.")
    return text


def _query_signature(parameter: Parameter, raw: Mapping[str, str]) -> QuerySignature | None:
    if "Signature" not in raw:
        return None
    names = [name for name in (parameter.value, "RelayState", "SigAlg") if name in raw]
    octets = "&".join(f"{name}={raw[name]}" for name in names).encode()
    value = _decoded(unquote_plus(raw["Signature"]).replace(" ", "+"), 8192)
    return QuerySignature(unquote_plus(raw.get("SigAlg", "")), octets, value)


def _check_query_signature(
    signature: QuerySignature | None, certificates: Sequence[x509.Certificate], now: datetime
) -> None:
    if signature is None:
        raise NotBelieved(Reason.NOT_SIGNED, "The message is not signed: its address has no Signature.")
    if signature.algorithm != RSA_SHA256:
        raise NotBelieved(
            Reason.WEAK_ALGORITHM, f"It is signed with {signature.algorithm[:100]}, not RSA with SHA-256."
        )
    trusted = [certificate for certificate in certificates if is_valid_at(certificate, now)]
    if not trusted:
        raise NotBelieved(Reason.CERTIFICATE_NOT_VALID_NOW, "No certificate to check its signature with is valid now.")
    if not any(_has_signed(certificate, signature) for certificate in trusted):
        raise NotBelieved(
            Reason.WRONG_SIGNATURE,
            "Its signature does not go with the certificate that was set up: it was changed, or another key signed.",
        )


def _has_signed(certificate: x509.Certificate, signature: QuerySignature) -> bool:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        return False
    try:
        key.verify(signature.value, signature.octets, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def _escaped(text: str) -> str:
    return quote(text, safe="")


def _deflated(document: bytes) -> str:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return b64encode(compressor.compress(document) + compressor.flush()).decode()


def _inflated(text: str) -> bytes:
    """Stops at the largest message, whatever a small one would grow to."""
    decompressor = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        document = decompressor.decompress(_decoded(text.replace(" ", "+"), LARGEST_BYTES), LARGEST_BYTES + 1)
    except zlib.error:
        raise NotBelieved(Reason.NOT_READABLE, "The message is not compressed by DEFLATE.") from None
    if len(document) > LARGEST_BYTES:
        raise NotBelieved(Reason.TOO_LARGE, f"It unpacks to more than {LARGEST_BYTES} bytes.")
    if not decompressor.eof:
        raise NotBelieved(Reason.NOT_READABLE, "The message ends in the middle.")
    return document


def _decoded(text: str, longest: int) -> bytes:
    if len(text) > longest:
        raise NotBelieved(Reason.TOO_LARGE, f"It has more than {longest} characters.")
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotBelieved(Reason.NOT_READABLE, "It is not base64.") from None
