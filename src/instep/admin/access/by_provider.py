"""Whom does an OpenID Connect provider let in, and as whom?

Nobody becomes an administrator at the provider: it only says who somebody is (decision 73).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from instep.access.administrators import Administrator, Subject
from instep.access.refusals import AccessRefused
from instep.access.sessions import CONFIRMED_FOR, SignInMethod
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import Browser, SignedIn, begin_session, confirmed


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of somebody, as its ID token had it, which was verified.

    `email` is empty unless the provider says that it has verified it. `authenticated_at` is when they showed who they
    are, where the provider tells.
    """

    subject: Subject
    email: str
    authenticated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser is sent to the provider with; `verifier` and `nonce` stay here (RFC 7636, OpenID Connect 3.1)."""

    redirect_uri: str
    state: str
    nonce: str
    verifier: str


class Provider(Protocol):
    """An OpenID Connect provider."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def issuer(self) -> str:
        """Its issuer identifier."""

    async def address(self, errand: Errand) -> str:
        """Return where a browser is sent to sign in. Raises ProviderFailed."""

    async def address_to_confirm(self, errand: Errand) -> str:
        """Return where a browser is sent to sign in anew, whether or not somebody is there already. Likewise."""

    async def claims(self, errand: Errand, code: str) -> Claims:
        """Return who has come back with a code. Raises ProviderFailed."""


class ProviderFailed(Exception):
    """The provider could not be asked, or what it said is not to be believed; the text says why."""


def sign_in_by_provider(access: Access, claims: Claims, browser: Browser) -> str:
    """Return the secret of a new session. Raises AccessRefused for somebody who is no administrator here.

    At the first time, an administrator without any way to sign in is known by the verified e-mail address, and by the
    subject from then on.
    """
    administrator = access.administrators.of_subject(claims.subject) or _newcomer(access, claims)
    if administrator is None or not administrator.is_enabled:
        raise AccessRefused(
            "The provider has let you in, but you are no administrator here. If you are one with a password, sign in "
            "by it and connect the provider under My account; else ask a Global Administrator."
        )
    return begin_session(access, administrator, SignInMethod.PROVIDER, browser)


def connect_provider(access: Access, who: SignedIn, claims: Claims) -> None:
    """Let whoever these claims are about sign in as the administrator who is signed in. Raises AccessRefused."""
    name = who.administrator.user_name
    access.administrators.bind(who.administrator, claims.subject, access.clock(), name)


def disconnect_provider(access: Access, administrator: Administrator, actor: str) -> None:
    """Let nobody at the provider in as this administrator any more."""
    access.administrators.bind(administrator, None, access.clock(), actor)


def confirm_by_provider(access: Access, who: SignedIn, claims: Claims) -> None:
    """Note that whoever is signed in has shown at the provider, a moment ago, who they are. Raises AccessRefused."""
    if claims.subject != who.administrator.subject:
        raise AccessRefused("At the provider, you signed in as somebody else. Nothing was done.")
    at = claims.authenticated_at
    if at is None or access.clock() - at >= CONFIRMED_FOR:
        raise AccessRefused(
            "The provider did not ask you anew who you are, or does not say when it did (auth_time). Nothing was done."
        )
    confirmed(access, who)


def _newcomer(access: Access, claims: Claims) -> Administrator | None:
    found = access.administrators.named(claims.email) if claims.email else None
    if found is None or found.has_password or found.subject is not None or not found.is_enabled:
        return None
    access.administrators.bind(found, claims.subject, access.clock(), found.user_name)
    return found
