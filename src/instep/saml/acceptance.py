"""May whoever brings this response in be signed in, and as whom? Asked by the service provider (profiles, 4.1.4).

Whom the response is about is read only from the element that was signed (`signatures.what_was_signed`). What stands
around it may have been written by anybody: it can only lead to a refusal.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from cryptography import x509
from lxml import etree

from instep.saml.assertion import Attribute, NameId
from instep.saml.authn_request import check_version
from instep.saml.names import Status, ds, saml, samlp
from instep.saml.reading import attribute, read_message, required, text_of
from instep.saml.refusals import NotBelieved, Reason, Refused
from instep.saml.signatures import has_signature, what_was_signed
from instep.saml.statements import (
    Conditions,
    Confirmation,
    read_attributes,
    read_conditions,
    read_confirmations,
    read_name_id,
    read_session,
)

SKEW = timedelta(minutes=3)


class Unasked(Enum):
    """What becomes of a response that nobody has asked for, with which sign-in begins at the identity provider."""

    TAKEN = "taken"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a response must be: from `issuer`, for `audience`, brought to `recipient`, signed by one of `certificates`.

    `requests` are the ids of the requests that this browser was sent away with, and that were not answered yet.
    """

    issuer: str
    audience: str
    recipient: str
    certificates: tuple[x509.Certificate, ...]
    now: datetime
    requests: Container[str] = ()
    unasked: Unasked = Unasked.TAKEN
    skew: timedelta = SKEW


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who has signed in. The assertion is to be taken once: its id must be kept until `remembered_until`."""

    subject: NameId
    assertion_id: str
    in_response_to: str | None
    authenticated_at: datetime
    session_index: str
    session_not_on_or_after: datetime | None
    not_on_or_after: datetime
    remembered_until: datetime
    authn_context: str
    attributes: tuple[Attribute, ...]


def accept_response(document: bytes, expected: Expectation) -> Accepted | Refused:
    """Judges a response as it came, decoded by its binding; whether it was seen before is for the caller to ask."""
    try:
        assertion = _signed_assertion(read_message(document), expected)
        return _accepted(assertion, expected)
    except NotBelieved as error:
        return error.refused


def _signed_assertion(root: etree._Element, expected: Expectation) -> etree._Element:
    if root.tag != samlp("Response"):
        raise NotBelieved(Reason.NOT_EXPECTED, f"It is a {etree.QName(root).localname[:60]} and no Response.")
    _check_around(root, expected)
    _check_places(root)
    if has_signature(root):
        root = what_was_signed(root, expected.certificates, expected.now)
        _check_around(root, expected)
    return what_was_signed(required(root.find(saml("Assertion")), "Assertion"), expected.certificates, expected.now)


def _check_around(root: etree._Element, expected: Expectation) -> None:
    """Refuses by what the response says of itself; nothing of it is believed."""
    check_version(root)
    check_success(root)
    check_issuer(text_of(root.find(saml("Issuer"))) or expected.issuer, expected.issuer)
    check_destination(root.get("Destination") or expected.recipient, expected.recipient)
    answered = root.get("InResponseTo")
    if answered is not None and answered not in expected.requests:
        raise _unknown_request()


def _check_places(root: etree._Element) -> None:
    """One assertion, right below the response, and signatures only where the two have theirs."""
    if next(root.iter(saml("EncryptedAssertion")), None) is not None:
        raise NotBelieved(
            Reason.ENCRYPTED, "The assertion is encrypted: switch token encryption off at the identity provider."
        )
    assertions = list(root.iter(saml("Assertion")))
    if len(assertions) != 1 or assertions[0].getparent() is not root:
        raise NotBelieved(Reason.ASSERTION_COUNT, f"It has {len(assertions)} assertions, or one out of its place.")
    strange = [each for each in root.iter(ds("Signature")) if each.getparent() not in (root, assertions[0])]
    if strange:
        raise NotBelieved(Reason.MISPLACED_SIGNATURE, "It has a signature in a place where none belongs.")


def _accepted(assertion: etree._Element, expected: Expectation) -> Accepted:
    check_version(assertion)
    check_issuer(text_of(assertion.find(saml("Issuer"))), expected.issuer)
    conditions = read_conditions(assertion)
    _check_conditions(conditions, expected)
    confirmation = _confirmed(read_confirmations(assertion), expected)
    session = read_session(assertion)
    _check_times(None, session.not_on_or_after, expected)
    ends = [each for each in (confirmation.not_on_or_after, conditions.not_on_or_after) if each is not None]
    return Accepted(
        subject=read_name_id(required(assertion.find(saml("Subject")), "Subject")),
        assertion_id=attribute(assertion, "ID"),
        in_response_to=confirmation.in_response_to,
        authenticated_at=session.authenticated_at,
        session_index=session.index,
        session_not_on_or_after=session.not_on_or_after,
        not_on_or_after=min(ends),
        remembered_until=min(ends) + expected.skew,
        authn_context=session.context,
        attributes=tuple(read_attributes(assertion)),
    )


def _check_conditions(conditions: Conditions, expected: Expectation) -> None:
    _check_times(conditions.not_before, conditions.not_on_or_after, expected)
    if not conditions.restrictions or any(expected.audience not in each for each in conditions.restrictions):
        named = ", ".join(sorted(frozenset().union(*conditions.restrictions))) or "nobody by name"
        raise NotBelieved(
            Reason.WRONG_AUDIENCE,
            f"It is meant for {named[:200]}, not for {expected.audience}: compare the Identifier.",
        )


def _confirmed(confirmations: tuple[Confirmation, ...], expected: Expectation) -> Confirmation:
    """The first confirmation that holds; otherwise raises what the last one lacks."""
    refusal = NotBelieved(Reason.WRONG_RECIPIENT, "It does not say to which address a browser may bring it.")
    for each in confirmations:
        try:
            _check_confirmation(each, expected)
        except NotBelieved as error:
            refusal = error
        else:
            return each
    raise refusal


def _check_confirmation(found: Confirmation, expected: Expectation) -> None:
    if found.recipient != expected.recipient:
        raise NotBelieved(
            Reason.WRONG_RECIPIENT,
            f"It was made for {found.recipient[:200] or 'no address'}, not for {expected.recipient}:"
            " compare the Reply URL.",
        )
    if found.not_on_or_after is None:
        raise NotBelieved(Reason.EXPIRED, "It does not say until when it may be brought.")
    _check_times(found.not_before, found.not_on_or_after, expected)
    if found.in_response_to is None and expected.unasked is Unasked.REFUSED:
        raise NotBelieved(Reason.NOT_ASKED_FOR, "It answers no request, and sign-in must begin here.")
    if found.in_response_to is not None and found.in_response_to not in expected.requests:
        raise _unknown_request()


def _check_times(not_before: datetime | None, not_on_or_after: datetime | None, expected: Expectation) -> None:
    if not_before is not None and expected.now < not_before - expected.skew:
        raise NotBelieved(
            Reason.NOT_YET_VALID, f"It is valid from {not_before:%Y-%m-%d %H:%M:%S} UTC on: compare the clocks."
        )
    if not_on_or_after is not None and expected.now >= not_on_or_after + expected.skew:
        raise NotBelieved(Reason.EXPIRED, f"It was valid until {not_on_or_after:%Y-%m-%d %H:%M:%S} UTC: sign in again.")


def check_issuer(found: str, expected: str) -> None:
    """Raises NotBelieved when a message is from somebody else."""
    if found != expected:
        raise NotBelieved(
            Reason.WRONG_ISSUER,
            f"It is from {found[:200] or 'nobody by name'}, not from {expected}: compare the Issuer.",
        )


def check_destination(found: str, expected: str) -> None:
    """Raises NotBelieved when a message was sent to another address."""
    if found != expected:
        raise NotBelieved(Reason.WRONG_DESTINATION, f"It was sent to {found[:200]}, not to {expected}.")


def check_success(root: etree._Element) -> None:
    """Raises NotBelieved with what the sender says went wrong."""
    codes = [code.get("Value", "") for code in root.iterfind(f"{samlp('Status')}//{samlp('StatusCode')}")]
    if not codes or codes[0] != Status.SUCCESS:
        said = text_of(root.find(f"{samlp('Status')}/{samlp('StatusMessage')}"))
        short = ", ".join(code.rpartition(":")[2][:60] for code in codes[:2]) or "no status"
        raise NotBelieved(Reason.STATUS, f"The identity provider has refused ({short}). {said[:200]}".strip())


def _unknown_request() -> NotBelieved:
    return NotBelieved(
        Reason.UNKNOWN_REQUEST,
        "It answers a request that this browser has not made, or made too long ago: sign in again.",
    )
