"""How is single sign-on of a location set, and what does the location say of itself to its identity provider?"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography import x509

from instep.saml.certificates import BadCertificate, read_pem, read_pems
from instep.saml.metadata import Endpoint, ServiceProvider
from instep.saml.names import Binding, NameIdFormat

MOST_CERTIFICATES = 4
LONGEST_CERTIFICATES = 20_000
_LONGEST = 1_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class RequestMethod(StrEnum):
    """How a request reaches the identity provider; the words are those of the page."""

    HTTP_REDIRECT = "HTTP Redirect"
    HTTP_POST = "HTTP POST"


@dataclass(frozen=True, slots=True)
class SignOnForm:
    """What the page is filled with, as it was typed."""

    method: str
    issuer: str
    endpoint: str
    certificate: str
    logout: str = ""


@dataclass(frozen=True, slots=True)
class SignOnSettings:
    """How people of a location sign in with its identity provider.

    `private_key` and `own_certificate` are the location's, in PEM: its requests are signed with them.
    """

    location: int
    method: RequestMethod
    issuer: str
    endpoint: str
    certificates: str
    logout: str
    own_certificate: str
    private_key: str = field(repr=False)

    def trusted(self) -> tuple[x509.Certificate, ...]:
        """The certificates with which the identity provider signs."""
        return read_pems(self.certificates)

    def has_provider_of(self, other: "SignOnSettings") -> bool:
        """Whether both trust the same identity provider, and the same keys."""
        return self.issuer == other.issuer and set(self.trusted()) == set(other.trusted())


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a location is spoken to, in the pattern of Proxyclick: init/COMPANY_ID and consume/COMPANY_ID."""

    site: str
    company_id: str

    @property
    def init(self) -> str:
        """The SAML SSO Redirect URL: where sign-in begins, and by what the location is identified."""
        return f"{self.site}/saml/init/{self.company_id}"

    @property
    def consume(self) -> str:
        """The SAML Consumer URL, to which responses are brought."""
        return f"{self.site}/saml/consume/{self.company_id}"

    @property
    def logout(self) -> str:
        """Where requests to sign out, and answers to them, are brought."""
        return f"{self.site}/saml/logout/{self.company_id}"

    @property
    def metadata(self) -> str:
        """Where all of this stands for programs."""
        return f"{self.site}/saml/metadata/{self.company_id}"


def problems(form: SignOnForm) -> dict[str, str]:
    """What is wrong, by field, in words that stand beside it."""
    found = {
        "method": "" if form.method in set(RequestMethod) else "Choose HTTP Redirect or HTTP POST.",
        "issuer": _issuer_problem(form.issuer),
        "endpoint": _address_problem(form.endpoint),
        "certificate": _certificate_problem(form.certificate),
        "logout": _address_problem(form.logout) if form.logout else "",
    }
    return {name: problem for name, problem in found.items() if problem}


def service_provider(addresses: Addresses, settings: SignOnSettings | None) -> ServiceProvider:
    """The location as its metadata describe it; before anything is set, without a certificate."""
    bindings = (Binding.HTTP_REDIRECT, Binding.HTTP_POST)
    return ServiceProvider(
        entity_id=addresses.init,
        consumers=(Endpoint(Binding.HTTP_POST, addresses.consume),),
        logouts=tuple(Endpoint(binding, addresses.logout) for binding in bindings),
        certificates=() if settings is None else (read_pem(settings.own_certificate),),
        name_id_formats=(NameIdFormat.EMAIL_ADDRESS.value,),
        signs_requests=settings is not None,
    )


def _issuer_problem(issuer: str) -> str:
    if not issuer:
        return "Enter the Issuer: what the identity provider calls itself (Microsoft Entra Identifier)."
    if len(issuer) > _LONGEST or not issuer.isprintable():
        return f"This is longer than {_LONGEST} characters, or has some that cannot be shown."
    return ""


def _address_problem(address: str) -> str:
    if not address:
        return "Enter the address at which the identity provider takes requests (Login URL)."
    if len(address) > _LONGEST or re.search(r"[^!-~]|[\\\"<>]", address):
        return "This is no address: it has characters that none has, or is too long."
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "This is no address: write it like https://login.company.example/saml2."
    if not host or parts.username is not None or parts.fragment:
        return "This is no address: write it like https://login.company.example/saml2."
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        return "The address must begin with https://: what people sign in by passes through it."
    return ""


def _certificate_problem(text: str) -> str:
    if len(text) > LONGEST_CERTIFICATES:
        return f"This has {len(text)} characters: paste the certificate alone."
    try:
        found = read_pems(text)
    except BadCertificate as error:
        return str(error)
    return "" if len(found) <= MOST_CERTIFICATES else f"Paste {MOST_CERTIFICATES} certificates at most."
