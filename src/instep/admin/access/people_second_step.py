"""What is asked of a person after the password, and when is it right? As of administrators (second_step.py)."""

from instep.access.authenticators import PENDING_FOR, PendingSignIn
from instep.access.people import Person
from instep.access.secret_values import digest_of, draw
from instep.access.sessions import SignInMethod
from instep.admin.access.authenticators import has_authenticator
from instep.admin.access.people import begin_person_session, counted_as, person_with_password
from instep.admin.access.ports import Access
from instep.admin.access.second_step import Entered, is_right
from instep.admin.access.signing_in import Browser


def sign_person_in(access: Access, user_name: str, password: str, browser: Browser) -> Entered | None:
    """Do the first step; None when that is not the password, or there were too many tries of late."""
    person = person_with_password(access, user_name, password, browser.address)
    if person is None:
        return None
    entered = enter_person(access, person, SignInMethod.LOCAL, browser)
    if not entered.waits_for_code:
        access.throttle.note_success(counted_as(user_name), browser.address)
    return entered


def enter_person(access: Access, person: Person, method: SignInMethod, browser: Browser) -> Entered:
    """Begin a session, or a sign-in that waits for the code of whoever has an authenticator."""
    if not has_authenticator(access, person):
        return Entered(begin_person_session(access, person, method, browser), False)
    secret, now = draw(), access.clock()
    pending = PendingSignIn(digest_of(secret), person.id, method, now + PENDING_FOR)
    access.people_authenticators.await_code(pending, now)
    return Entered(secret, True)


def which_person_waits(access: Access, secret: str) -> tuple[PendingSignIn, Person] | None:
    """Return the sign-in that waits in the browser with this secret, and whose; None where none does (any more)."""
    pending = access.people_authenticators.pending(digest_of(secret))
    if pending is None or pending.is_over(access.clock()):
        return None
    person = access.people.find(pending.holder_id)
    if person is None or not person.is_let_in or not has_authenticator(access, person):
        return None
    return pending, person


def give_persons_code(access: Access, secret: str, code: str, browser: Browser) -> str | None:
    """Return the secret of a new session; None for a wrong or used code, nobody who waits, or too many tries.

    Raises AccessRefused when the key cannot be decrypted.
    """
    found = which_person_waits(access, secret)
    if found is None:
        return None
    pending, person = found
    name = counted_as(person.user_name)
    if not access.throttle.allows(name, browser.address, access.clock()) or not is_right(access, *found, code):
        return None
    access.throttle.note_success(name, browser.address)
    access.throttle.note_success(name, browser.address)  # the password's try as well
    return begin_person_session(access, person, pending.method, browser)
