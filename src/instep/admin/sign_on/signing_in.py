"""How is somebody signed in to an application: what assertion is made, and how does it travel?"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from instep.access.sessions import ABSOLUTE
from instep.admin.access.people import SignedInPerson
from instep.admin.sign_on.entitlement import NotEntitled, entitlement
from instep.admin.sign_on.ports import SignOn
from instep.admin.sign_on.requests import Asked
from instep.admin.sign_on.setting_up import configured
from instep.admin.sign_on.subjects import NameNotGiven, given_to, shown_to
from instep.directory.applications import App
from instep.rules.claims import ClaimFails, Given
from instep.saml.assertion import Assertion, Attribute, NameId, written_assertion
from instep.saml.bindings import Parameter, PostForm, post_form
from instep.saml.names import Status
from instep.saml.response import Response, Signed, signed_response
from instep.saml.signatures import SigningKey
from instep.sign_on.configuration import SamlConfiguration, SignOnAddresses, SignOnRefused
from instep.sign_on.participation import Participation

VALID_FOR = timedelta(minutes=5)
_SKEW = timedelta(minutes=1)  # clocks of applications that are behind


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Nobody was signed in; `why` is for the person to read."""

    why: str


def sign_in_to(
    sign_on: SignOn, app: App, addresses: SignOnAddresses, who: SignedInPerson, asked: Asked | None
) -> PostForm | NotSignedIn:
    """Return the form that brings the assertion to the application, or why there is none; the audit log has both.

    `asked` is None where it begins at Instep. Raises SignOnRefused where nothing is set up.
    """
    configuration, now = configured(sign_on, app), sign_on.clock()
    entitled = entitlement(sign_on, app, who.person.id)
    if isinstance(entitled, NotEntitled):
        return _refused(sign_on, app, who, entitled.why)
    told = given_to(sign_on, app, configuration, asked.name_id_format if asked else "", entitled)
    if isinstance(told, ClaimFails):
        why = f"The claim {told.name} cannot be made for you: {told.problem} Ask an administrator."
        return _refused(sign_on, app, who, why)
    if isinstance(told, NameNotGiven):
        refused = _refused(sign_on, app, who, f"{app.name} asks for a name that you do not have: {told.asked_format}")
        if asked is None:
            return refused
        return refusal_form(sign_on, app, addresses, asked, Status.REQUESTER, Status.INVALID_NAME_ID_POLICY)
    subject, given = told
    participation = Participation(
        new_message_id(), app.id, who.session.digest, subject.value, subject.format, now.replace(microsecond=0)
    )
    session = (participation.session_index, who.session.created_at)
    assertion = _assertion(configuration, addresses, given, subject, asked, now, session)
    response = _response(sign_on, app, addresses, asked, assertion)
    relay_state = asked.relay_state if asked else configuration.relay_state
    details = {"user": who.person.user_name, "name id": subject.value, "from": who.session.address}
    details["began at"] = "the application" if asked else "Instep"
    sign_on.kept.participate(participation, details, who.person.user_name)
    return post_form(assertion.recipient, Parameter.RESPONSE, response, relay_state)


def shown_assertion(sign_on: SignOn, app: App, addresses: SignOnAddresses, user_id: str) -> str | NotSignedIn:
    """Return the assertion that a user would get now, as XML to read.

    It is not signed: whoever reads it could bring it to the application, and be that user there.
    """
    configuration, now = configured(sign_on, app), sign_on.clock()
    entitled = entitlement(sign_on, app, user_id)
    if isinstance(entitled, NotEntitled):
        return NotSignedIn(entitled.why)
    told = shown_to(configuration, entitled)
    if isinstance(told, ClaimFails):
        return NotSignedIn(f"The claim {told.name} cannot be made: {told.problem}")
    subject, given = told
    session = (new_message_id(), now)
    shown = written_assertion(_assertion(configuration, addresses, given, subject, None, now, session))
    etree.indent(shown)
    return etree.tostring(shown, encoding="unicode")


def preview_claims(sign_on: SignOn, app: App, user_id: str) -> Given | ClaimFails | NotEntitled:
    """Return what the application would learn of a user."""
    entitled = entitlement(sign_on, app, user_id)
    if isinstance(entitled, NotEntitled):
        return entitled
    told = shown_to(configured(sign_on, app), entitled)
    return told if isinstance(told, ClaimFails) else told[1]


def refusal_form(
    sign_on: SignOn, app: App, addresses: SignOnAddresses, asked: Asked, status: Status, second: Status
) -> PostForm:
    """Return the form that tells the application why nobody was signed in."""
    response = Response(
        new_message_id(),
        addresses.identifier,
        sign_on.clock(),
        asked.reply_url,
        asked.request_id,
        status=status,
        second_status=second,
    )
    signed = signed_response(response, signing_key(sign_on, app))
    return post_form(asked.reply_url, Parameter.RESPONSE, signed, asked.relay_state)


def signing_key(sign_on: SignOn, app: App) -> SigningKey:
    """Return what signs for an application. Raises SignOnRefused where there is no good certificate."""
    active = next((each for each in sign_on.kept.certificates(app.id) if each.is_active), None)
    if active is None or active.is_expired(sign_on.clock()):
        raise SignOnRefused(
            f"The SAML certificate of {app.name} has expired, so nobody can be signed in to it. An administrator makes "
            "a new one active under Single sign-on."
        )
    return sign_on.kept.signing_key(active)


def new_message_id() -> str:
    """An id that nobody guesses; it begins with a mark, as XML wants it."""
    return f"_{uuid.uuid4().hex}"


def _assertion(
    configuration: SamlConfiguration,
    addresses: SignOnAddresses,
    given: Given,
    subject: NameId,
    asked: Asked | None,
    now: datetime,
    session: tuple[str, datetime],
) -> Assertion:
    index, began_at = session
    return Assertion(
        id=new_message_id(),
        issuer=addresses.identifier,
        issued_at=now,
        subject=subject,
        audience=configuration.identifier,
        recipient=asked.reply_url if asked else configuration.reply_url,
        not_before=now - _SKEW,
        not_on_or_after=now + VALID_FOR,
        authenticated_at=began_at,
        session_index=index,
        in_response_to=asked.request_id if asked else None,
        session_not_on_or_after=began_at + ABSOLUTE,
        attributes=tuple(Attribute(each.name, each.values) for each in given.claims),
    )


def _response(
    sign_on: SignOn, app: App, addresses: SignOnAddresses, asked: Asked | None, assertion: Assertion
) -> etree._Element:
    response = Response(
        new_message_id(),
        addresses.identifier,
        assertion.issued_at,
        assertion.recipient,
        asked.request_id if asked else None,
        assertion,
    )
    parts = Signed(configured(sign_on, app).signing_option.value)
    return signed_response(response, signing_key(sign_on, app), parts)


def _refused(sign_on: SignOn, app: App, who: SignedInPerson, why: str) -> NotSignedIn:
    details = {"user": who.person.user_name, "why": why, "from": who.session.address}
    sign_on.kept.note(app.id, "Refuse sign-in to application", details, sign_on.clock(), who.person.user_name)
    return NotSignedIn(why)
