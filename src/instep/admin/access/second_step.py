"""What is asked after the password, of whom, and when is it right?

Whoever has an authenticator is not signed in by the password (or a one-time link) alone: the browser gets the secret
of a pending sign-in, which opens no page, until the code was right.
"""

from dataclasses import dataclass

from instep.access.administrators import Administrator, name_key
from instep.access.authenticators import PENDING_FOR, PendingSignIn, is_recovery_code, recovery_digest, step_of
from instep.access.people import Person
from instep.access.secret_values import digest_of, draw
from instep.access.sessions import SignInMethod
from instep.admin.access.authenticators import has_authenticator
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import Browser, begin_session, with_password


@dataclass(frozen=True, slots=True)
class Entered:
    """The secret that a browser holds from now on: of a session, or of a sign-in that waits for the code."""

    secret: str
    waits_for_code: bool


def sign_in(access: Access, user_name: str, password: str, browser: Browser) -> Entered | None:
    """Do the first step; None when that is not the password, or there were too many tries of late."""
    administrator = with_password(access, user_name, password, browser.address)
    if administrator is None:
        return None
    entered = enter(access, administrator, SignInMethod.LOCAL, browser)
    if not entered.waits_for_code:
        access.throttle.note_success(name_key(user_name), browser.address)
    return entered  # else the try stays counted: who knows the password could guess codes without end


def enter(access: Access, administrator: Administrator, method: SignInMethod, browser: Browser) -> Entered:
    """Begin a session, or a sign-in that waits for the code of whoever has an authenticator."""
    if not has_authenticator(access, administrator):
        return Entered(begin_session(access, administrator, method, browser), False)
    secret, now = draw(), access.clock()
    access.authenticators.await_code(PendingSignIn(digest_of(secret), administrator.id, method, now + PENDING_FOR), now)
    return Entered(secret, True)


def who_waits(access: Access, secret: str) -> tuple[PendingSignIn, Administrator] | None:
    """Return the sign-in that waits in the browser with this secret, and whose; None where none does (any more)."""
    pending = access.authenticators.pending(digest_of(secret))
    if pending is None or pending.is_over(access.clock()):
        return None
    administrator = access.administrators.find(pending.holder_id)
    if administrator is None or not administrator.is_enabled or not has_authenticator(access, administrator):
        return None
    return pending, administrator


def give_code(access: Access, secret: str, code: str, browser: Browser) -> str | None:
    """Return the secret of a new session; None for a wrong or used code, nobody who waits, or too many tries.

    Raises AccessRefused when the key cannot be decrypted.
    """
    found = who_waits(access, secret)
    if found is None:
        return None
    pending, administrator = found
    name = name_key(administrator.user_name)
    if not access.throttle.allows(name, browser.address, access.clock()) or not is_right(access, *found, code):
        return None
    access.throttle.note_success(name, browser.address)
    access.throttle.note_success(name, browser.address)  # the password's try as well
    return begin_session(access, administrator, pending.method, browser)


def is_right(access: Access, pending: PendingSignIn, whose: Administrator | Person, code: str) -> bool:
    """Whether a code, or a recovery code, ends the wait. Raises AccessRefused when the key cannot be decrypted."""
    kept, now = access.authenticators_of(whose), access.clock()
    if is_recovery_code(code):
        return kept.pass_by_recovery(pending, whose.user_name, recovery_digest(code), now)
    step = step_of(kept.key(whose.id), code, now)
    return step is not None and kept.pass_by_step(pending, step)
