"""How does a user of the directory sign in and out: by a one-time link, then by a password?

All of it reads and writes the database, and compares passwords: call it in a thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from instep.access.administrators import name_key
from instep.access.links import VALID_FOR
from instep.access.passwords import hashed, is_password, problem_with
from instep.access.people import Person, PersonSession
from instep.access.refusals import AccessRefused
from instep.access.secret_values import digest_of, draw
from instep.access.sessions import SignInMethod
from instep.admin.access.ports import Access
from instep.admin.access.signing_in import LONGEST_BROWSER, Browser
from instep.admin.access.welcoming import GONE


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """A session that is good, and whose it is."""

    session: PersonSession
    person: Person


def issue_person_link(access: Access, user_id: str, actor: str) -> str:
    """Return the secret of a link with which a user chooses a password. Raises AccessRefused."""
    person = access.people.find(user_id)
    if person is None or not person.is_let_in:
        name = user_id if person is None else person.user_name
        raise AccessRefused(f"{name} is disabled or deleted, and cannot sign in. Enable or restore the user first.")
    secret, now = draw(), access.clock()
    access.people.issue_link(digest_of(secret), person, now + VALID_FOR, now, actor)
    return secret


def person_of_link(access: Access, secret: str) -> Person | None:
    """Return whose a link is, if it can be used."""
    return access.people.of_link(digest_of(secret), access.clock())


def use_person_link(access: Access, secret: str, password: str) -> Person:
    """Keep the password that was chosen, and return who may be signed in thereby. Raises AccessRefused."""
    person = person_of_link(access, secret)
    if person is None:
        raise AccessRefused(GONE)
    access.people.use_link(digest_of(secret), person, _hashed(password, person), access.clock())
    return person


def choose_person_password(access: Access, who: SignedInPerson, old: str, password: str) -> None:
    """Choose another password; whoever is signed in elsewhere is out. Raises AccessRefused."""
    check_person_password(access, who, old)
    access.people.set_password(who.person, _hashed(password, who.person), who.session.digest, access.clock())


def check_person_password(access: Access, who: SignedInPerson, old: str) -> None:
    """Ask whoever is signed in for their password again. Raises AccessRefused."""
    if person_with_password(access, who.person.user_name, old, who.session.address) is None:
        raise AccessRefused("That is not your password. After several failures, wait a quarter of an hour.", "old")
    access.throttle.note_success(counted_as(who.person.user_name), who.session.address)


def counted_as(user_name: str) -> str:
    """Return under which name failures of a person are counted: an administrator may have the same user name."""
    return f"user {name_key(user_name)}"


def person_with_password(access: Access, user_name: str, password: str, address: str) -> Person | None:
    """Return whose password that is; None too after many failures. It takes as long for somebody whom nobody knows.

    The try stays counted as a failure until the caller knows that nothing else is missing.
    """
    if not access.throttle.allows(counted_as(user_name), address, access.clock()):
        return None
    person = access.people.named(user_name)
    kept = None if person is None else access.people.password_hash(person.id)
    if not is_password(password, kept) or person is None or not person.is_let_in:
        return None
    return person


def begin_person_session(access: Access, person: Person, method: SignInMethod, browser: Browser) -> str:
    """Return the secret of a new session; only its digest is kept."""
    secret, now = draw(), access.clock()
    name = browser.name[:LONGEST_BROWSER]
    access.people.begin(PersonSession(digest_of(secret), person.id, now, now, method, browser.address, name), person)
    return secret


def signed_in_person(access: Access, secret: str) -> SignedInPerson | None:
    """Return who is signed in to the browser that holds this secret; None when nobody is, or nobody is any more."""
    found = access.people.session(digest_of(secret))
    if found is None:
        return None
    session, person = found
    is_out = session.is_over(access.clock()) or not person.is_let_in
    return None if is_out else SignedInPerson(session, person)


def note_person_use(access: Access, who: SignedInPerson) -> None:
    """Note that a session is used, once a minute."""
    now = access.clock()
    if who.session.is_to_be_noted(now):
        access.people.note_use(who.session.digest, now)


def sign_person_out(access: Access, who: SignedInPerson) -> None:
    """End the session of this browser."""
    access.people.end(who.session, who.person, access.clock(), who.person.user_name)


def sessions_of_person(access: Access, person: Person) -> Sequence[PersonSession]:
    """Return the sessions that are good."""
    now = access.clock()
    return [each for each in access.people.sessions(person.id) if person.is_let_in and not each.is_over(now)]


def end_sessions_of_person(access: Access, person: Person, actor: str) -> int:
    """Sign a person out everywhere; return of how many browsers."""
    good = sessions_of_person(access, person)
    for session in good:
        access.people.end(session, person, access.clock(), actor)
    return len(good)


def _hashed(password: str, person: Person) -> str:
    if problem := problem_with(password, person.user_name):
        raise AccessRefused(problem, "password")
    return hashed(password)
