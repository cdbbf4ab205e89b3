"""What does an identity provider say about somebody who has signed in, and how is that written (core, 2.3)?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from instep.saml.instants import written
from instep.saml.names import BEARER, AuthnContext, NameIdFormat, saml
from instep.saml.writing import add, element


@dataclass(frozen=True, slots=True)
class NameId:
    """What somebody is called; empty where nothing was said."""

    value: str
    format: str = NameIdFormat.EMAIL_ADDRESS.value
    name_qualifier: str = ""
    sp_name_qualifier: str = ""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A claim: its name, usually an address, and its values."""

    name: str
    values: tuple[str, ...]
    name_format: str = ""
    friendly_name: str = ""


@dataclass(frozen=True, slots=True)
class Assertion:
    """Somebody signed in at a moment, told to one audience for a short while; `in_response_to` is None when unasked."""

    id: str
    issuer: str
    issued_at: datetime
    subject: NameId
    audience: str
    recipient: str
    not_before: datetime
    not_on_or_after: datetime
    authenticated_at: datetime
    session_index: str
    in_response_to: str | None = None
    session_not_on_or_after: datetime | None = None
    authn_context: str = AuthnContext.PASSWORD_PROTECTED_TRANSPORT.value
    attributes: tuple[Attribute, ...] = ()


def written_assertion(assertion: Assertion) -> etree._Element:
    """The assertion as XML, without a signature."""
    root = element(saml("Assertion"), ID=assertion.id, Version="2.0", IssueInstant=written(assertion.issued_at))
    add(root, saml("Issuer"), assertion.issuer)
    _write_subject(root, assertion)
    _write_conditions(root, assertion)
    _write_statement(root, assertion)
    if assertion.attributes:
        _write_attributes(add(root, saml("AttributeStatement")), assertion.attributes)
    return root


def add_name_id(parent: etree._Element, name_id: NameId) -> None:
    """Adds the name of somebody, as it is written everywhere."""
    add(
        parent,
        saml("NameID"),
        name_id.value,
        Format=name_id.format or None,
        NameQualifier=name_id.name_qualifier or None,
        SPNameQualifier=name_id.sp_name_qualifier or None,
    )


def _write_subject(root: etree._Element, assertion: Assertion) -> None:
    subject = add(root, saml("Subject"))
    add_name_id(subject, assertion.subject)
    confirmation = add(subject, saml("SubjectConfirmation"), Method=BEARER)
    add(
        confirmation,
        saml("SubjectConfirmationData"),
        InResponseTo=assertion.in_response_to,
        NotOnOrAfter=written(assertion.not_on_or_after),
        Recipient=assertion.recipient,
    )


def _write_conditions(root: etree._Element, assertion: Assertion) -> None:
    conditions = add(
        root,
        saml("Conditions"),
        NotBefore=written(assertion.not_before),
        NotOnOrAfter=written(assertion.not_on_or_after),
    )
    add(add(conditions, saml("AudienceRestriction")), saml("Audience"), assertion.audience)


def _write_statement(root: etree._Element, assertion: Assertion) -> None:
    ends_at = assertion.session_not_on_or_after
    statement = add(
        root,
        saml("AuthnStatement"),
        AuthnInstant=written(assertion.authenticated_at),
        SessionIndex=assertion.session_index,
        SessionNotOnOrAfter=None if ends_at is None else written(ends_at),
    )
    add(add(statement, saml("AuthnContext")), saml("AuthnContextClassRef"), assertion.authn_context)


def _write_attributes(statement: etree._Element, attributes: Iterable[Attribute]) -> None:
    for each in attributes:
        written_one = add(
            statement,
            saml("Attribute"),
            Name=each.name,
            NameFormat=each.name_format or None,
            FriendlyName=each.friendly_name or None,
        )
        for value in each.values:
            add(written_one, saml("AttributeValue"), value)
