"""What does a service provider ask when somebody is to sign in (core, 3.4.1)?"""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from instep.saml.instants import moment_of, written
from instep.saml.names import Binding, saml, samlp
from instep.saml.reading import attribute, text_of
from instep.saml.refusals import NotBelieved, Reason
from instep.saml.writing import add, element


@dataclass(frozen=True, slots=True)
class AuthnRequest:
    """A wish that somebody signs in; what is None or empty was not said."""

    id: str
    issuer: str
    issued_at: datetime
    destination: str = ""
    consumer_url: str = ""
    consumer_index: int | None = None
    protocol_binding: str = Binding.HTTP_POST.value
    name_id_format: str = ""
    requested_contexts: tuple[str, ...] = ()
    subject: str = ""
    force_authn: bool = False
    is_passive: bool = False


def written_request(request: AuthnRequest) -> etree._Element:
    """The request as XML, without a signature."""
    root = element(
        samlp("AuthnRequest"),
        ID=request.id,
        Version="2.0",
        IssueInstant=written(request.issued_at),
        Destination=request.destination or None,
        ForceAuthn="true" if request.force_authn else None,
        IsPassive="true" if request.is_passive else None,
        ProtocolBinding=request.protocol_binding or None,
        AssertionConsumerServiceURL=request.consumer_url or None,
        AssertionConsumerServiceIndex=None if request.consumer_index is None else str(request.consumer_index),
    )
    add(root, saml("Issuer"), request.issuer)
    if request.subject:
        add(add(root, saml("Subject")), saml("NameID"), request.subject)
    if request.name_id_format:
        add(root, samlp("NameIDPolicy"), Format=request.name_id_format, AllowCreate="true")
    if request.requested_contexts:
        asked = add(root, samlp("RequestedAuthnContext"), Comparison="exact")
        for each in request.requested_contexts:
            add(asked, saml("AuthnContextClassRef"), each)
    return root


def read_request(root: etree._Element) -> AuthnRequest:
    """The request that an element says. Raises NotBelieved for what is none.

    Whose it is, is only known of an element that was verified; `consumer_url` must be one that the issuer registered.
    """
    if root.tag != samlp("AuthnRequest"):
        name = etree.QName(root).localname
        raise NotBelieved(Reason.NOT_EXPECTED, f"It is a {name[:60]} and no AuthnRequest.")
    check_version(root)
    policy = root.find(samlp("NameIDPolicy"))
    contexts = root.iterfind(f"{samlp('RequestedAuthnContext')}/{saml('AuthnContextClassRef')}")
    return AuthnRequest(
        id=attribute(root, "ID"),
        issuer=text_of(root.find(saml("Issuer"))),
        issued_at=moment_of(attribute(root, "IssueInstant")),
        destination=root.get("Destination", ""),
        consumer_url=root.get("AssertionConsumerServiceURL", ""),
        consumer_index=_index(root.get("AssertionConsumerServiceIndex")),
        protocol_binding=root.get("ProtocolBinding", ""),
        name_id_format="" if policy is None else policy.get("Format", ""),
        requested_contexts=tuple(text_of(each) for each in contexts),
        subject=text_of(root.find(f"{saml('Subject')}/{saml('NameID')}")),
        force_authn=truth(root.get("ForceAuthn", "false")),
        is_passive=truth(root.get("IsPassive", "false")),
    )


def check_version(root: etree._Element) -> None:
    """Raises NotBelieved for a message that is not of SAML 2.0."""
    if root.get("Version") != "2.0":
        raise NotBelieved(Reason.NOT_READABLE, "Its version is not 2.0.")


def truth(text: str) -> bool:
    """What an xs:boolean says. Raises NotBelieved."""
    if text.strip() not in ("true", "false", "1", "0"):
        raise NotBelieved(Reason.NOT_READABLE, f"{text[:20]!r} is neither true nor false.")
    return text.strip() in ("true", "1")


def _index(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise NotBelieved(Reason.NOT_READABLE, f"{text[:20]!r} is no index.")
    return int(text)
