"""By which names does SAML 2.0 call its namespaces, bindings, formats and answers?"""

from enum import StrEnum
from typing import Final

ASSERTION: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL: Final = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA: Final = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE: Final = "http://www.w3.org/2000/09/xmldsig#"

PREFIXES: Final = {"saml": ASSERTION, "samlp": PROTOCOL, "md": METADATA, "ds": SIGNATURE}

BEARER: Final = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
BASIC_ATTRIBUTE_NAME: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
URI_ATTRIBUTE_NAME: Final = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"


class Binding(StrEnum):
    """How a message travels through the browser."""

    HTTP_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
    HTTP_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


class NameIdFormat(StrEnum):
    """What kind of name the subject of an assertion has."""

    EMAIL_ADDRESS = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
    UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
    PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    WINDOWS_DOMAIN_NAME = "urn:oasis:names:tc:SAML:1.1:nameid-format:WindowsDomainQualifiedName"


class AuthnContext(StrEnum):
    """How somebody showed who they are."""

    PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"  # noqa: S105 - the name of a class
    PASSWORD_PROTECTED_TRANSPORT = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105
    TIME_SYNC_TOKEN = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken"  # noqa: S105
    MULTIPLE_FACTORS = "http://schemas.microsoft.com/claims/multipleauthn"
    UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"


class Status(StrEnum):
    """What came of a request; the second line of codes says why."""

    SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
    REQUESTER = "urn:oasis:names:tc:SAML:2.0:status:Requester"
    RESPONDER = "urn:oasis:names:tc:SAML:2.0:status:Responder"
    VERSION_MISMATCH = "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch"
    AUTHN_FAILED = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
    INVALID_NAME_ID_POLICY = "urn:oasis:names:tc:SAML:2.0:status:InvalidNameIDPolicy"
    NO_PASSIVE = "urn:oasis:names:tc:SAML:2.0:status:NoPassive"
    PARTIAL_LOGOUT = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout"
    REQUEST_DENIED = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied"
    UNKNOWN_PRINCIPAL = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal"
    UNSUPPORTED_BINDING = "urn:oasis:names:tc:SAML:2.0:status:UnsupportedBinding"


def saml(tag: str) -> str:
    """The name of an element of assertions as lxml writes it."""
    return f"{{{ASSERTION}}}{tag}"


def samlp(tag: str) -> str:
    """The name of an element of the protocol as lxml writes it."""
    return f"{{{PROTOCOL}}}{tag}"


def md(tag: str) -> str:
    """The name of an element of metadata as lxml writes it."""
    return f"{{{METADATA}}}{tag}"


def ds(tag: str) -> str:
    """The name of an element of XML signatures as lxml writes it."""
    return f"{{{SIGNATURE}}}{tag}"
