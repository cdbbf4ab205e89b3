"""How does signing out on one side end the session on the other (single logout)?"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from lxml import etree

from instep.saml.acceptance import SKEW, check_destination, check_issuer
from instep.saml.bindings import Parameter, PostForm, Received, post_form, redirect_address
from instep.saml.logout import (
    LogoutRequest,
    LogoutResponse,
    read_logout_request,
    read_logout_response,
    written_logout_request,
    written_logout_response,
)
from instep.saml.names import Binding, Status
from instep.saml.refusals import NotBelieved, Reason
from proxyclick.admin.signing_on import SignOn
from proxyclick.integrations.sign_on_keys import signing_key
from proxyclick.integrations.single_sign_on import RequestMethod
from proxyclick.store.audit import AuditEntry
from proxyclick.store.sign_on import SignOnSession

_REQUEST_GOOD_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SignedOff:
    """Sessions were ended because the identity provider wants it; `answer` brings it the news, where it takes any."""

    ended: int
    answer: str | PostForm | None


def request_to_sign_out(sign_on: SignOn, session: SignOnSession) -> str | PostForm | None:
    """Where to send a browser whose session here has ended; None where the identity provider wants no requests."""
    if not sign_on.settings.logout:
        return None
    now = sign_on.stores.now()
    indexes = (session.session_index,) if session.session_index else ()
    request = LogoutRequest(
        id=f"_{secrets.token_hex(16)}",
        issuer=sign_on.addresses.init,
        issued_at=now,
        destination=sign_on.settings.logout,
        subject=session.subject,
        session_indexes=indexes,
        not_on_or_after=now + _REQUEST_GOOD_FOR,
    )
    method = Binding.HTTP_REDIRECT if sign_on.settings.method is RequestMethod.HTTP_REDIRECT else Binding.HTTP_POST
    return _brought(sign_on, method, Parameter.REQUEST, written_logout_request(request), "")


async def sign_off(sign_on: SignOn, received: Received, address: str) -> SignedOff:
    """Ends the sessions that the identity provider wants ended. Raises NotBelieved."""
    now = sign_on.stores.now()
    request = read_logout_request(received.verified(sign_on.settings.trusted(), now))
    check_issuer(request.issuer, sign_on.settings.issuer)
    check_destination(request.destination or sign_on.addresses.logout, sign_on.addresses.logout)
    until = request.not_on_or_after or request.issued_at + _REQUEST_GOOD_FOR
    if now >= until + SKEW:
        raise NotBelieved(Reason.EXPIRED, f"The request to sign out was good until {until:%Y-%m-%d %H:%M:%S} UTC.")
    place = sign_on.location

    def end() -> int:
        ended = sign_on.stores.sign_ons.end(place.number, request.subject, request.session_indexes)
        about = f"the identity provider has signed them out: {ended} session{'' if ended == 1 else 's'}"
        who = request.subject.value[:300]
        entry = AuditEntry(place.organisation, place.number, now, who, "Signed out by single logout", about, address)
        if ended:
            sign_on.stores.audit.add(entry)
        return ended

    ended = await sign_on.stores.commits.write(end)
    return SignedOff(ended, _answer(sign_on, received, request))


def read_answer(sign_on: SignOn, received: Received) -> bool:
    """Whether the identity provider says that it has ended its session, too. Raises NotBelieved."""
    response = read_logout_response(received.verified(sign_on.settings.trusted(), sign_on.stores.now()))
    check_issuer(response.issuer, sign_on.settings.issuer)
    check_destination(response.destination or sign_on.addresses.logout, sign_on.addresses.logout)
    return response.status == Status.SUCCESS and response.second_status is None


def _answer(sign_on: SignOn, received: Received, request: LogoutRequest) -> str | PostForm | None:
    if not sign_on.settings.logout:
        return None
    response = LogoutResponse(
        id=f"_{secrets.token_hex(16)}",
        issuer=sign_on.addresses.init,
        issued_at=sign_on.stores.now(),
        destination=sign_on.settings.logout,
        in_response_to=request.id,
    )
    written = written_logout_response(response)
    return _brought(sign_on, received.binding, Parameter.RESPONSE, written, received.relay_state)


def _brought(
    sign_on: SignOn, binding: Binding, parameter: Parameter, message: etree._Element, relay_state: str
) -> str | PostForm:
    bring = redirect_address if binding is Binding.HTTP_REDIRECT else post_form
    return bring(sign_on.settings.logout, parameter, message, relay_state, signing_key(sign_on.settings))
