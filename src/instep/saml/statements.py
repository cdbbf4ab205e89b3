"""What does a signed assertion say? Read without judging it; `acceptance.py` judges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from instep.saml.assertion import Attribute, NameId
from instep.saml.instants import moment_of
from instep.saml.names import BEARER, saml
from instep.saml.reading import attribute, required, text_of
from instep.saml.refusals import NotBelieved, Reason


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Where, until when and in answer to which request the bearer of an assertion may hand it over."""

    recipient: str
    not_on_or_after: datetime | None
    not_before: datetime | None
    in_response_to: str | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """When and for whom an assertion is meant; of each restriction the audience must be one."""

    not_before: datetime | None
    not_on_or_after: datetime | None
    restrictions: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """When somebody signed in at the identity provider, in which session, and until when that is."""

    authenticated_at: datetime
    index: str
    not_on_or_after: datetime | None
    context: str


def read_name_id(parent: etree._Element) -> NameId:
    """The one name of a subject. Raises NotBelieved when there is none, or it is encrypted."""
    if parent.find(saml("EncryptedID")) is not None:
        raise NotBelieved(Reason.ENCRYPTED, "The name in it is encrypted: switch the encryption off.")
    found = parent.findall(saml("NameID"))
    if len(found) != 1 or not text_of(found[0]):
        raise NotBelieved(Reason.NO_SUBJECT, "It does not say in one NameID whom it is about.")
    name = found[0]
    qualifiers = name.get("NameQualifier", ""), name.get("SPNameQualifier", "")
    return NameId(text_of(name), name.get("Format", ""), *qualifiers)


def read_confirmations(assertion: etree._Element) -> tuple[Confirmation, ...]:
    """The confirmations for bearers, which is what a browser is."""
    subject = required(assertion.find(saml("Subject")), "Subject")
    bearers = (each for each in subject.iterfind(saml("SubjectConfirmation")) if each.get("Method") == BEARER)
    data = (each.find(saml("SubjectConfirmationData")) for each in bearers)
    return tuple(
        Confirmation(
            recipient=each.get("Recipient", ""),
            not_on_or_after=_moment(each, "NotOnOrAfter"),
            not_before=_moment(each, "NotBefore"),
            in_response_to=each.get("InResponseTo"),
        )
        for each in data
        if each is not None
    )


def read_conditions(assertion: etree._Element) -> Conditions:
    """The conditions. Raises NotBelieved where there is one that nobody here understands (core, 2.5.1)."""
    found = required(assertion.find(saml("Conditions")), "Conditions")
    strange = next((each for each in found if each.tag not in _UNDERSTOOD), None)
    if strange is not None:
        raise NotBelieved(Reason.NOT_EXPECTED, f"It has a condition that is not known: {str(strange.tag)[-60:]}.")
    restrictions = (
        frozenset(text_of(audience) for audience in each.iterfind(saml("Audience")))
        for each in found.iterfind(saml("AudienceRestriction"))
    )
    return Conditions(_moment(found, "NotBefore"), _moment(found, "NotOnOrAfter"), tuple(restrictions))


_UNDERSTOOD = {saml("AudienceRestriction"), saml("OneTimeUse"), saml("ProxyRestriction")}


def read_session(assertion: etree._Element) -> Session:
    """What the first statement about signing in says. Raises NotBelieved when there is none."""
    statement = required(assertion.find(saml("AuthnStatement")), "AuthnStatement")
    return Session(
        authenticated_at=moment_of(attribute(statement, "AuthnInstant")),
        index=statement.get("SessionIndex", ""),
        not_on_or_after=_moment(statement, "SessionNotOnOrAfter"),
        context=text_of(statement.find(f"{saml('AuthnContext')}/{saml('AuthnContextClassRef')}")),
    )


def read_attributes(assertion: etree._Element) -> Iterator[Attribute]:
    """The claims, with those values that are text."""
    for found in assertion.iterfind(f"{saml('AttributeStatement')}/{saml('Attribute')}"):
        values = tuple((value.text or "") for value in found.iterfind(saml("AttributeValue")) if not len(value))
        yield Attribute(attribute(found, "Name"), values, found.get("NameFormat", ""), found.get("FriendlyName", ""))


def _moment(found: etree._Element, name: str) -> datetime | None:
    text = found.get(name)
    return None if text is None else moment_of(text)
