"""What do the two sides tell each other about themselves, before anybody signs in (metadata, 2)?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from lxml import etree

from instep.saml.authn_request import truth
from instep.saml.certificates import BadCertificate, base64_alone, read_base64
from instep.saml.instants import moment_of
from instep.saml.names import PROTOCOL, Binding, ds, md
from instep.saml.reading import attribute, read_metadata, text_of
from instep.saml.refusals import NotBelieved, Reason
from instep.saml.writing import add, element


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address at which messages of a binding are taken; answers go to another one where `response_location` is."""

    binding: str
    location: str
    response_location: str = ""


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """An application: where assertions are brought to, and what it wants. `consumers` have the default first."""

    entity_id: str
    consumers: tuple[Endpoint, ...]
    logouts: tuple[Endpoint, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()
    name_id_formats: tuple[str, ...] = ()
    signs_requests: bool = False
    wants_signed_assertions: bool = True
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Where people sign in. During a roll-over there are several certificates, any of which may sign."""

    entity_id: str
    sign_ons: tuple[Endpoint, ...]
    logouts: tuple[Endpoint, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()
    name_id_formats: tuple[str, ...] = ()
    wants_signed_requests: bool = False
    valid_until: datetime | None = None


def written_service_provider(provider: ServiceProvider) -> etree._Element:
    """The metadata of an application as XML."""
    root = element(md("EntityDescriptor"), entityID=provider.entity_id)
    role = add(
        root,
        md("SPSSODescriptor"),
        AuthnRequestsSigned=_said(provider.signs_requests),
        WantAssertionsSigned=_said(provider.wants_signed_assertions),
        protocolSupportEnumeration=PROTOCOL,
    )
    _write_role(role, provider)
    for index, each in enumerate(provider.consumers):
        made = add(role, md("AssertionConsumerService"), Binding=each.binding, Location=each.location, index=str(index))
        if index == 0:
            made.set("isDefault", "true")
    return root


def written_identity_provider(provider: IdentityProvider) -> etree._Element:
    """The metadata of an identity provider as XML."""
    root = element(md("EntityDescriptor"), entityID=provider.entity_id)
    role = add(
        root,
        md("IDPSSODescriptor"),
        WantAuthnRequestsSigned=_said(provider.wants_signed_requests),
        protocolSupportEnumeration=PROTOCOL,
    )
    _write_role(role, provider)
    for each in provider.sign_ons:
        add(role, md("SingleSignOnService"), Binding=each.binding, Location=each.location)
    return root


def read_service_provider(document: bytes) -> ServiceProvider:
    """The one application that a document of metadata describes. Raises NotBelieved in words for whoever uploads it."""
    entity, role = _role(document, "SPSSODescriptor", "service provider")
    consumers = sorted(role.iterfind(md("AssertionConsumerService")), key=_consumer_order)
    if not consumers:
        raise NotBelieved(Reason.NOT_READABLE, "It names no address to which assertions are brought.")
    return ServiceProvider(
        entity_id=attribute(entity, "entityID"),
        consumers=tuple(_endpoints(consumers)),
        logouts=tuple(_endpoints(role.iterfind(md("SingleLogoutService")))),
        certificates=tuple(_certificates(role)),
        name_id_formats=_formats(role),
        signs_requests=truth(role.get("AuthnRequestsSigned", "false")),
        wants_signed_assertions=truth(role.get("WantAssertionsSigned", "false")),
        valid_until=_valid_until(entity, role),
    )


def read_identity_provider(document: bytes) -> IdentityProvider:
    """The one identity provider that a document of metadata describes. Raises NotBelieved."""
    entity, role = _role(document, "IDPSSODescriptor", "identity provider")
    return IdentityProvider(
        entity_id=attribute(entity, "entityID"),
        sign_ons=tuple(_endpoints(role.iterfind(md("SingleSignOnService")))),
        logouts=tuple(_endpoints(role.iterfind(md("SingleLogoutService")))),
        certificates=tuple(_certificates(role)),
        name_id_formats=_formats(role),
        wants_signed_requests=truth(role.get("WantAuthnRequestsSigned", "false")),
        valid_until=_valid_until(entity, role),
    )


def location_of(endpoints: Iterable[Endpoint], binding: Binding) -> str | None:
    """The first address of a binding."""
    return next((each.location for each in endpoints if each.binding == binding), None)


def _write_role(role: etree._Element, provider: ServiceProvider | IdentityProvider) -> None:
    for certificate in provider.certificates:
        data = add(add(add(role, md("KeyDescriptor"), use="signing"), ds("KeyInfo")), ds("X509Data"))
        add(data, ds("X509Certificate"), base64_alone(certificate))
    for each in provider.logouts:
        response = each.response_location or None
        add(role, md("SingleLogoutService"), Binding=each.binding, Location=each.location, ResponseLocation=response)
    for name_id_format in provider.name_id_formats:
        add(role, md("NameIDFormat"), name_id_format)


def _role(document: bytes, tag: str, kind: str) -> tuple[etree._Element, etree._Element]:
    root = read_metadata(document)
    if root.tag not in (md("EntityDescriptor"), md("EntitiesDescriptor")):
        raise NotBelieved(Reason.NOT_EXPECTED, f"It is a {etree.QName(root).localname[:60]} and no metadata of SAML.")
    found = [(entity, role) for entity in root.iter(md("EntityDescriptor")) for role in entity.iterfind(md(tag))]
    if len(found) != 1:
        raise NotBelieved(
            Reason.NOT_EXPECTED, f"It describes {len(found)} {kind}s: upload a document that describes one."
        )
    return found[0]


def _endpoints(found: Iterable[etree._Element]) -> Iterator[Endpoint]:
    for each in found:
        yield Endpoint(attribute(each, "Binding"), attribute(each, "Location"), each.get("ResponseLocation", ""))


def _consumer_order(consumer: etree._Element) -> tuple[bool, bool, int]:
    """The default first, then those by HTTP-POST, then in the order of their index."""
    index = consumer.get("index", "0")
    return (
        not truth(consumer.get("isDefault", "false")),
        consumer.get("Binding") != Binding.HTTP_POST,
        int(index) if index.isascii() and index.isdigit() and len(index) < 6 else 0,
    )


def _certificates(role: etree._Element) -> Iterator[x509.Certificate]:
    """The certificates that sign; those of keys for encryption are not asked for."""
    for descriptor in role.iterfind(md("KeyDescriptor")):
        if descriptor.get("use", "signing") == "signing":
            for found in descriptor.iterfind(f"{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}"):
                yield _certificate(text_of(found))


def _certificate(text: str) -> x509.Certificate:
    try:
        return read_base64(text)
    except BadCertificate as error:
        raise NotBelieved(Reason.NOT_READABLE, f"Of the certificates in it: {error}") from None


def _formats(role: etree._Element) -> tuple[str, ...]:
    return tuple(text_of(each) for each in role.iterfind(md("NameIDFormat")))


def _valid_until(entity: etree._Element, role: etree._Element) -> datetime | None:
    named = [moment_of(text) for each in (entity, role) if (text := each.get("validUntil"))]
    return min(named, default=None)


def _said(truth_value: bool) -> str:  # noqa: FBT001 - it is what is written
    return "true" if truth_value else "false"
