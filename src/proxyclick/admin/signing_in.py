"""How does somebody sign in and out, and whose is the session of a browser?"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

import orjson

from instep.scim.values import fold
from proxyclick.accounts.passwords import is_password
from proxyclick.accounts.secret_values import digest_of, draw
from proxyclick.accounts.sessions import ABSOLUTE, Session
from proxyclick.accounts.throttle import Throttle
from proxyclick.admin.acting import Actor
from proxyclick.admin.stores import Stores
from proxyclick.people.person import full_name
from proxyclick.store.accounts import Account, Accounts, OneTimeLinks, Sessions
from proxyclick.store.audit import AuditEntry, AuditLog
from proxyclick.store.commits import GroupCommit
from proxyclick.store.resources import Record
from proxyclick.store.sign_on import SignOns

_LONGEST_BROWSER = 200


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody signs in: the network address, and what the browser calls itself."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is good, and who acts in it."""

    session: Session
    actor: Actor


@dataclass(frozen=True, slots=True)
class AccountStores:
    """Where all that signing in needs is kept."""

    kept: Stores
    accounts: Accounts
    sessions: Sessions
    links: OneTimeLinks
    sign_ons: SignOns
    audit: AuditLog
    commits: GroupCommit
    throttle: Throttle

    def now(self) -> datetime:
        """The time, by the clock."""
        return self.kept.now

    def user(self, organisation: int, number: int) -> Record | None:
        """A user of an organisation."""
        return self.kept.everyone(organisation).at(number)

    def locations_of(self, organisation: int, number: int) -> list[int]:
        """The locations of a user, home first."""
        return self.kept.everyone(organisation).locations_of(number)

    def keep_session(self, session: Session) -> None:
        """Begins a session, in the transaction that is open, and forgets those that have long been over."""
        self.sessions.end_before(session.created_at - ABSOLUTE)
        self.sessions.add(session)


async def sign_in(stores: AccountStores, email: str, password: str, browser: Browser) -> str | None:
    """The secret of a new session; None when that is not the password, or there were too many tries of late."""
    account_name, now = fold(email.strip()), stores.now()
    if not stores.throttle.allows(account_name, browser.address, now):
        return None
    found = await asyncio.to_thread(_with_password, stores.accounts.named(account_name), password)
    if found is None or not found.active:
        return None
    stores.throttle.note_success(account_name, browser.address)
    return await begin_session(stores, found.organisation, found.user, browser)


async def begin_session(stores: AccountStores, organisation: int, user: int, browser: Browser) -> str | None:
    """The secret of a new session of a user, at home; None for somebody who is at no location."""
    locations = stores.locations_of(organisation, user)
    if not locations:
        return None
    secret, now = draw(), stores.now()
    session = new_session(secret, user, locations[0], now, browser)

    def keep() -> None:
        stores.keep_session(session)
        record = stores.user(organisation, user)
        who = full_name(orjson.loads(record.body)) if record else ""
        stores.audit.add(AuditEntry(organisation, session.location, now, who, "Signed in", "", browser.address))

    await stores.commits.write(keep)
    return secret


def new_session(
    secret: str, user: int, location: int, now: datetime, browser: Browser, ends_at: datetime | None = None
) -> Session:
    """A session that begins now, in a browser that keeps the secret."""
    name = browser.name[:_LONGEST_BROWSER]
    return Session(digest_of(secret), user, location, now, now, browser.address, name, ends_at)


def signed_in(stores: AccountStores, cookie: str) -> SignedIn | None:
    """Who acts in a browser; None when nobody is signed in, or is not any more: a disabled user is out at once."""
    session = stores.sessions.find(digest_of(cookie))
    if session is None or session.is_over(stores.now()):
        return None
    location = stores.kept.organisations.location(session.location)
    groups = stores.kept.groups.groups_of(session.location, session.user)
    record = stores.user(location.organisation, session.user) if location and groups else None
    if location is None or record is None:
        return None
    user = orjson.loads(record.body)
    if not user.get("active", True):
        return None
    actor = Actor(session.user, full_name(user), location.organisation, location.number, groups)
    return SignedIn(session, actor)


async def choose_location(stores: AccountStores, who: SignedIn, location: int) -> bool:
    """Makes another of somebody's locations the one that pages are about; False when it is none of theirs.

    Whom one location's identity provider has let in is let into those alone that trust the same one: whoever sets up
    single sign-on at a location decides about nobody elsewhere.
    """
    if location not in stores.locations_of(who.actor.organisation, who.actor.user):
        return False
    if not _is_let_in(stores.sign_ons, who.session.digest, location):
        return False
    await stores.commits.write(lambda: stores.sessions.choose(who.session.digest, location))
    return True


async def sign_out(stores: AccountStores, who: SignedIn) -> None:
    """Ends the session of this browser."""
    await stores.commits.write(lambda: stores.sessions.end(who.session.digest))


async def end_session(stores: AccountStores, who: SignedIn, digest: bytes) -> None:
    """Ends one of somebody's own sessions, here or elsewhere."""

    def end() -> None:
        if digest in {session.digest for session in stores.sessions.of(who.actor.user)}:
            stores.sessions.end(digest)

    await stores.commits.write(end)


def _is_let_in(sign_ons: SignOns, session: bytes, location: int) -> bool:
    begun = sign_ons.session(session)
    if begun is None or begun.location == location:
        return True
    here, there = sign_ons.settings(begun.location), sign_ons.settings(location)
    return here is not None and there is not None and there.has_provider_of(here)


def _with_password(accounts: list[Account], password: str) -> Account | None:
    """The account that has a password; where there is none, that takes as long as with one."""
    if not accounts:
        is_password(password, None)
    return next((account for account in accounts if is_password(password, account.password_hash)), None)
