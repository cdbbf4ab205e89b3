"""How does somebody sign out of Instep, and of the applications that they were signed in to through it?

Their session at Instep ends first, whatever becomes of the rest: an application that never answers holds up nothing
but the browser, which waits there.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from lxml import etree

from instep.access.people import PersonSession
from instep.admin.access.people import SignedInPerson, sign_person_out
from instep.admin.access.ports import Access
from instep.admin.sign_on.ports import SignOn
from instep.admin.sign_on.requests import KEPT_FOR, message_of
from instep.admin.sign_on.signing_in import new_message_id, signing_key
from instep.directory.applications import App
from instep.saml.assertion import NameId
from instep.saml.bindings import Parameter, PostForm, Received, post_form, redirect_address
from instep.saml.logout import (
    LogoutRequest,
    LogoutResponse,
    read_logout_request,
    read_logout_response,
    written_logout_request,
    written_logout_response,
)
from instep.saml.names import Status
from instep.saml.refusals import NotBelieved, Reason
from instep.saml.signatures import SigningKey
from instep.sign_on.configuration import LogoutMethod, SamlConfiguration, SignOnAddresses, SignOnRefused
from instep.sign_on.participation import Participation

Way = str | PostForm
"""How a browser brings a message: to an address, or by a form that sends itself."""


@dataclass(frozen=True, slots=True)
class AskedToLeave:
    """An application's request to sign somebody out, which was judged; `is_signed` where a certificate has shown it."""

    app_id: str
    request: LogoutRequest
    relay_state: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody on the way out: whom to tell still, whose answer is awaited, and who has asked for it, if one did."""

    remaining: tuple[Participation, ...]
    asked: AskedToLeave | None = None
    awaited_request: str = ""


def judge_logout(
    app: App, configuration: SamlConfiguration, addresses: SignOnAddresses, received: Received, sign_on: SignOn
) -> AskedToLeave:
    """Return what an application asks. Raises NotBelieved."""
    request = read_logout_request(message_of(configuration, received, sign_on.clock()))
    if request.issuer != configuration.identifier:
        raise NotBelieved(Reason.WRONG_ISSUER, f"It is from {request.issuer[:200] or 'nobody'}, not from {app.name}.")
    if request.destination not in ("", addresses.logout_url):
        raise NotBelieved(Reason.WRONG_DESTINATION, f"It was sent to {request.destination[:200]}.")
    ends_at = min(request.not_on_or_after or datetime.max.replace(tzinfo=UTC), request.issued_at + KEPT_FOR)
    if sign_on.clock() >= ends_at:
        raise NotBelieved(Reason.EXPIRED, "It came too late: sign out again.")
    return AskedToLeave(app.id, request, received.relay_state, bool(configuration.request_certificates))


def depart(sign_on: SignOn, access: Access, who: SignedInPerson) -> Departure:
    """End a session, and return which applications are to be told, each once."""
    remaining = _others(sign_on, who.session, "")
    sign_person_out(access, who)
    return Departure(remaining)


def depart_as_asked(
    sign_on: SignOn, access: Access, who: SignedInPerson | None, asked: AskedToLeave
) -> tuple[Departure, Status]:
    """End the session that an application asks about, in this browser; with a signed request in another one too.

    Nobody is signed out by a request about somebody else.
    """
    session = None if who is None else who.session
    if who is None or not _is_about(sign_on, who.session, asked):
        return _depart_elsewhere(sign_on, access, session, asked)
    departure = Departure(_others(sign_on, who.session, asked.app_id), asked)
    sign_person_out(access, who)
    return departure, Status.SUCCESS


def next_address(
    sign_on: SignOn, app: App, addresses: SignOnAddresses, departure: Departure, key: str
) -> tuple[Way, Departure] | None:
    """Return how the browser tells the next application, with what remains after it; None to pass it over.

    `app` is that of the first of the remaining; the answer comes back with `key` as its RelayState.
    """
    first, rest = departure.remaining[0], departure.remaining[1:]
    configuration = sign_on.kept.configuration(app.id)
    if configuration is None or not configuration.logout_url:
        return None
    subject = NameId(first.name_id, first.name_id_format)
    request = LogoutRequest(
        new_message_id(),
        addresses.identifier,
        sign_on.clock(),
        configuration.logout_url,
        subject,
        (first.session_index,),
    )
    try:
        signer = signing_key(sign_on, app)
    except SignOnRefused:
        return None
    message = written_logout_request(request)
    way = _way(configuration, Parameter.REQUEST, message, key, signer)
    return way, replace(departure, remaining=rest, awaited_request=request.id)


def is_awaited(received: Received, departure: Departure) -> bool:
    """Whether an answer is the one that is waited for; what it says changes nothing: Instep's session is over."""
    try:
        return read_logout_response(received.read()).in_response_to == departure.awaited_request
    except NotBelieved:
        return False


def answer_address(
    sign_on: SignOn, app: App, addresses: SignOnAddresses, asked: AskedToLeave, status: Status
) -> Way | None:
    """Return how the browser brings the answer to whoever has asked; None where no Logout URL was set up."""
    configuration = sign_on.kept.configuration(app.id)
    if configuration is None or not configuration.logout_url:
        return None
    response = LogoutResponse(
        new_message_id(),
        addresses.identifier,
        sign_on.clock(),
        configuration.logout_url,
        asked.request.id,
        status=(Status.SUCCESS if status is Status.SUCCESS else Status.REQUESTER).value,
        second_status=None if status is Status.SUCCESS else status.value,
    )
    message, signer = written_logout_response(response), signing_key(sign_on, app)
    return _way(configuration, Parameter.RESPONSE, message, asked.relay_state, signer)


def _way(
    configuration: SamlConfiguration,
    parameter: Parameter,
    message: etree._Element,
    relay_state: str,
    signer: SigningKey,
) -> Way:
    make = post_form if configuration.logout_method is LogoutMethod.HTTP_POST else redirect_address
    return make(configuration.logout_url, parameter, message, relay_state, signer)


def _depart_elsewhere(
    sign_on: SignOn, access: Access, here: PersonSession | None, asked: AskedToLeave
) -> tuple[Departure, Status]:
    ended = False
    for index in asked.request.session_indexes if asked.is_signed else ():
        found = sign_on.kept.participation(index)
        if found is None or found.app_id != asked.app_id or found.name_id != asked.request.subject.value:
            continue
        if (session := access.people.session(found.session)) is not None:
            access.people.end(*session, sign_on.clock(), session[1].user_name)
            ended = True
    is_gone = here is None  # nothing to end: they are signed out already
    return Departure((), asked), Status.SUCCESS if ended or is_gone else Status.UNKNOWN_PRINCIPAL


def _is_about(sign_on: SignOn, session: PersonSession, asked: AskedToLeave) -> bool:
    indexes = asked.request.session_indexes
    return any(
        each.app_id == asked.app_id
        and each.name_id == asked.request.subject.value
        and (not indexes or each.session_index in indexes)
        for each in sign_on.kept.participations(session.digest)
    )


def _others(sign_on: SignOn, session: PersonSession, besides: str) -> tuple[Participation, ...]:
    """The last participation in each application; an application ends all that it has of somebody."""
    latest: dict[str, Participation] = {}
    for each in sign_on.kept.participations(session.digest):
        if each.app_id != besides:
            latest.setdefault(each.app_id, each)
    return tuple(latest.values())
