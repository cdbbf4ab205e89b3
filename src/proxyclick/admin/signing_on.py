"""How does somebody sign in with what the identity provider of a location says, and why is somebody refused?"""

import asyncio
from dataclasses import dataclass

import orjson
import structlog

from instep.saml.acceptance import Accepted, Expectation, accept_response
from instep.saml.authn_request import AuthnRequest, written_request
from instep.saml.bindings import Parameter, PostForm, Received, post_form, redirect_address
from instep.saml.names import NameIdFormat
from instep.saml.refusals import Reason, Refused
from instep.scim.values import fold
from proxyclick.accounts.secret_values import digest_of, draw
from proxyclick.accounts.throttle import Throttle
from proxyclick.admin.signing_in import AccountStores, Browser, new_session
from proxyclick.integrations.sign_on_keys import signing_key
from proxyclick.integrations.sign_on_requests import RequestsOf
from proxyclick.integrations.single_sign_on import Addresses, RequestMethod, SignOnSettings
from proxyclick.people.locations import Location
from proxyclick.people.person import full_name
from proxyclick.store.audit import AuditEntry
from proxyclick.store.resources import Record
from proxyclick.store.sign_on import SignOnSession

_LONGEST_TOLD = 300
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SignOn:
    """All that single sign-on of one location needs. `told` counts the refusals that the audit log has of late."""

    stores: AccountStores
    location: Location
    settings: SignOnSettings
    addresses: Addresses
    told: Throttle


@dataclass(frozen=True, slots=True)
class NotSignedOn:
    """Nobody was signed in: why, by name, and in words for the person who tried; the audit log has more."""

    reason: str
    message: str


_ASK = "Ask an administrator of this location: the audit log under Settings says what is wrong."


def request_to_sign_in(sign_on: SignOn, cookie: str, relay_state: str) -> str | PostForm:
    """Where to send the browser, or the form to send it with, as the settings say; signed with the location's key."""
    now = sign_on.stores.now()
    request = AuthnRequest(
        id=RequestsOf(cookie, sign_on.location.number, now).new_id(),
        issuer=sign_on.addresses.init,
        issued_at=now,
        destination=sign_on.settings.endpoint,
        consumer_url=sign_on.addresses.consume,
        name_id_format=NameIdFormat.EMAIL_ADDRESS.value,
    )
    bring = redirect_address if sign_on.settings.method is RequestMethod.HTTP_REDIRECT else post_form
    key = signing_key(sign_on.settings)
    return bring(sign_on.settings.endpoint, Parameter.REQUEST, written_request(request), relay_state, key)


async def consume(sign_on: SignOn, received: Received, cookie: str, browser: Browser) -> str | NotSignedOn:
    """The secret of a new session of whom the response is about: an active user whom the location has already."""
    now = sign_on.stores.now()
    expected = Expectation(
        issuer=sign_on.settings.issuer,
        audience=sign_on.addresses.init,
        recipient=sign_on.addresses.consume,
        certificates=sign_on.settings.trusted(),
        now=now,
        requests=RequestsOf(cookie, sign_on.location.number, now),
    )
    accepted = await asyncio.to_thread(accept_response, received.document, expected)
    if isinstance(accepted, Refused):
        return await refused(sign_on, accepted, browser)
    user = _user(sign_on, accepted)
    if isinstance(user, NotSignedOn):
        await _tell(sign_on, accepted.subject.value, f"{user.reason}: {user.message}", browser)
        return user
    return await _begin(sign_on, user, accepted, browser)


async def refused(sign_on: SignOn, why: Refused, browser: Browser) -> NotSignedOn:
    """What somebody is told whose message was not believed; what is wrong with it stands in the audit log."""
    await _tell(sign_on, "", f"{why.reason}: {why.message}", browser)
    if why.reason in (Reason.EXPIRED, Reason.UNKNOWN_REQUEST):
        return NotSignedOn(
            why.reason, "The sign-in took too long, or began in another browser. Try it again from here."
        )
    return NotSignedOn(why.reason, f"What your identity provider has sent was not accepted. {_ASK}")


def _user(sign_on: SignOn, accepted: Accepted) -> Record | NotSignedOn:
    """Who exists and is active. Nobody is created: that is what provisioning and administrators are for."""
    location, name = sign_on.location, accepted.subject.value
    found = sign_on.stores.kept.colleagues.named(location.organisation, location.number, fold(name))
    shown = name[:_LONGEST_TOLD]
    if found is None:
        return NotSignedOn(
            "NoSuchUser", f"{shown} is no user of {location.name}. An administrator can add or provision them."
        )
    if not orjson.loads(found.body).get("active", True):
        return NotSignedOn("UserIsNotActive", f"{shown} is not active at {location.name}, and cannot sign in.")
    return found


async def _begin(sign_on: SignOn, user: Record, accepted: Accepted, browser: Browser) -> str | NotSignedOn:
    stores, place, secret, now = sign_on.stores, sign_on.location, draw(), sign_on.stores.now()
    session = new_session(secret, user.number, place.number, now, browser, accepted.session_not_on_or_after)
    begun = SignOnSession(digest_of(secret), place.number, accepted.subject, accepted.session_index)
    who = full_name(orjson.loads(user.body))

    def keep() -> bool:
        if not sign_on.stores.sign_ons.take(place.number, accepted.assertion_id, accepted.remembered_until, now):
            return False
        stores.keep_session(session)
        sign_on.stores.sign_ons.begin(begun)
        stores.audit.add(_entry(sign_on, who, "Signed in by single sign-on", accepted.subject.value, browser))
        return True

    if await stores.commits.write(keep):
        return secret
    await _tell(sign_on, accepted.subject.value, "Replayed: this assertion was used before.", browser)
    return NotSignedOn("Replayed", "This sign-in was used already. Begin again from the sign-in page.")


async def _tell(sign_on: SignOn, subject: str, about: str, browser: Browser) -> None:
    """Keeps a refusal in the audit log: the first ten in a quarter of an hour, as anybody can cause them."""
    now, place = sign_on.stores.now(), sign_on.location
    _log.warning("single sign-on refused", location=place.id, about=about)
    if sign_on.told.allows(place.id, browser.address, now):
        entry = _entry(sign_on, subject, "Single sign-on refused", about, browser)
        await sign_on.stores.commits.write(lambda: sign_on.stores.audit.add(entry))


def _entry(sign_on: SignOn, who: str, what: str, about: str, browser: Browser) -> AuditEntry:
    place = sign_on.location
    shown = who[:_LONGEST_TOLD]
    return AuditEntry(
        place.organisation, place.number, sign_on.stores.now(), shown, what, about[:1000], browser.address
    )
