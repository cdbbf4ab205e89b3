"""How does an administrator sign in and out, and who is it that asks?

All of it reads and writes the database, and compares passwords: call it in a thread.
"""

from dataclasses import dataclass, replace

from instep.access.administrators import Administrator, name_key
from instep.access.passwords import is_password
from instep.access.secret_values import digest_of, draw
from instep.access.sessions import Session, SignInMethod
from instep.admin.access.ports import Access

LONGEST_BROWSER = 200


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody signs in: the network address, and what the browser calls itself."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is good, and whose it is."""

    session: Session
    administrator: Administrator


def begin_session(access: Access, administrator: Administrator, method: SignInMethod, browser: Browser) -> str:
    """Return the secret of a new session; only its digest is kept."""
    secret, now = draw(), access.clock()
    name = browser.name[:LONGEST_BROWSER]
    session = Session(digest_of(secret), administrator.id, now, now, now, method, browser.address, name)
    access.sessions.begin(session, administrator.user_name)
    return secret


def signed_in(access: Access, secret: str) -> SignedIn | None:
    """Return who acts in the browser that holds this secret; None when nobody does, or nobody does any more."""
    found = access.sessions.find(digest_of(secret))
    if found is None:
        return None
    session, administrator = found
    is_out = session.is_over(access.clock()) or not administrator.is_enabled
    return None if is_out else SignedIn(session, administrator)


def note_use(access: Access, who: SignedIn) -> None:
    """Note that a session is used, once a minute."""
    now = access.clock()
    if who.session.is_to_be_noted(now):
        access.sessions.note_use(who.session.digest, now)


def sign_out(access: Access, who: SignedIn) -> None:
    """End the session of this browser."""
    name = who.administrator.user_name
    access.sessions.end(who.session, name, access.clock(), name)


def confirm(access: Access, who: SignedIn, password: str) -> bool:
    """Whether whoever is there has shown by the password that it is still them; noted for five minutes."""
    address = who.session.address
    if with_password(access, who.administrator.user_name, password, address) is None:
        return False
    access.throttle.note_success(name_key(who.administrator.user_name), address)
    confirmed(access, who)
    return True


def confirmed(access: Access, who: SignedIn) -> SignedIn:
    """Note that whoever is there has shown it anew, by whatever way; return the session as it is now."""
    now = access.clock()
    access.sessions.confirm(who.session.digest, now)
    return replace(who, session=replace(who.session, confirmed_at=now))


def with_password(access: Access, user_name: str, password: str, address: str) -> Administrator | None:
    """Return whose password that is; it takes as long for somebody whom nobody knows.

    The try stays counted as a failure until the caller knows that nothing else is missing.
    """
    name = name_key(user_name)
    if not access.throttle.allows(name, address, access.clock()):
        return None
    administrator = access.administrators.named(user_name)
    kept = None if administrator is None else access.administrators.password_hash(administrator.id)
    is_good = is_password(password, kept) and administrator is not None and administrator.is_enabled
    return administrator if is_good else None
