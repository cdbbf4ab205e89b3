"""What is asked after the password, of whom, and when is it right?

Whoever has an authenticator is not signed in by the password (or a one-time link) alone: the browser gets the secret
of a pending sign-in, which opens no page, until the code was right. Administrators and people of the directory have an
entrance each; what is asked there is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from instep.access.administrators import Administrator, name_key
from instep.access.authenticators import PENDING_FOR, PendingSignIn, is_recovery_code, recovery_digest, step_of
from instep.access.people import Person
from instep.access.secret_values import digest_of, draw
from instep.access.sessions import SignInMethod
from instep.admin.access.authenticator_ports import Authenticators
from instep.admin.access.authenticators import has_authenticator
from instep.admin.access.people import begin_person_session, counted_as, person_with_password
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import Browser, begin_session, with_password

Whose = TypeVar("Whose", Administrator, Person)


@dataclass(frozen=True, slots=True)
class Entrance(Generic[Whose]):
    """Where somebody gets in: what is known of them, and how their session begins."""

    kept: Callable[[Access], Authenticators]
    find: Callable[[Access, str], Whose | None]
    is_let_in: Callable[[Whose], bool]
    counted_as: Callable[[str], str]  # the user name under which failures are counted
    with_password: Callable[[Access, str, str, str], Whose | None]  # by user name, password, network address
    begin: Callable[[Access, Whose, SignInMethod, Browser], str]


OF_ADMINISTRATORS: Entrance[Administrator] = Entrance(
    lambda access: access.authenticators,
    lambda access, found: access.administrators.find(found),
    lambda administrator: administrator.is_enabled,
    name_key,
    with_password,
    begin_session,
)
OF_PEOPLE: Entrance[Person] = Entrance(
    lambda access: access.people_authenticators,
    lambda access, found: access.people.find(found),
    lambda person: person.is_let_in,
    counted_as,
    person_with_password,
    begin_person_session,
)


@dataclass(frozen=True, slots=True)
class Entered:
    """The secret that a browser holds from now on: of a session, or of a sign-in that waits for the code."""

    secret: str
    waits_for_code: bool


def sign_in(access: Access, at: Entrance[Whose], user_name: str, password: str, browser: Browser) -> Entered | None:
    """Do the first step; None when that is not the password, or there were too many tries of late."""
    whose = at.with_password(access, user_name, password, browser.address)
    if whose is None:
        return None
    entered = enter(access, at, whose, SignInMethod.LOCAL, browser)
    if not entered.waits_for_code:
        access.throttle.note_success(at.counted_as(user_name), browser.address)
    return entered  # else the try stays counted: who knows the password could guess codes without end


def enter(access: Access, at: Entrance[Whose], whose: Whose, method: SignInMethod, browser: Browser) -> Entered:
    """Begin a session, or a sign-in that waits for the code of whoever has an authenticator."""
    if not has_authenticator(access, whose):
        return Entered(at.begin(access, whose, method, browser), False)
    secret, now = draw(), access.clock()
    at.kept(access).await_code(PendingSignIn(digest_of(secret), whose.id, method, now + PENDING_FOR), now)
    return Entered(secret, True)


def who_waits(access: Access, at: Entrance[Whose], secret: str) -> tuple[PendingSignIn, Whose] | None:
    """Return the sign-in that waits in the browser with this secret, and whose; None where none does (any more)."""
    pending = at.kept(access).pending(digest_of(secret))
    if pending is None or pending.is_over(access.clock()):
        return None
    whose = at.find(access, pending.holder_id)
    if whose is None or not at.is_let_in(whose) or not has_authenticator(access, whose):
        return None
    return pending, whose


def give_code(access: Access, at: Entrance[Whose], secret: str, code: str, browser: Browser) -> str | None:
    """Return the secret of a new session; None for a wrong or used code, nobody who waits, or too many tries.

    Raises AccessRefused when the key cannot be decrypted.
    """
    found = who_waits(access, at, secret)
    if found is None:
        return None
    pending, whose = found
    name, now = at.counted_as(whose.user_name), access.clock()
    is_allowed = access.throttle.allows(name, browser.address, now)
    if not is_allowed or not _is_right(at.kept(access), pending, whose, code, now):
        return None
    access.throttle.note_success(name, browser.address)
    access.throttle.note_success(name, browser.address)  # the password's try as well
    return at.begin(access, whose, pending.method, browser)


def _is_right(kept: Authenticators, pending: PendingSignIn, whose: Whose, code: str, now: datetime) -> bool:
    if is_recovery_code(code):
        return kept.pass_by_recovery(pending, whose.user_name, recovery_digest(code), now)
    step = step_of(kept.key(whose.id), code, now)
    return step is not None and kept.pass_by_step(pending, step)
