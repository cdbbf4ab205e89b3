"""How does an administrator, or a person, set an authenticator up, and who takes it away again?"""

from collections.abc import Sequence

from instep.access.administrators import Administrator
from instep.access.authenticators import address_of, draw_key, draw_recovery_codes, recovery_digest, step_of
from instep.access.people import Person
from instep.access.refusals import AccessRefused
from instep.admin.access.ports import Access

WRONG = (
    "That is not the code that is shown now. Look whether the time of the telephone is right, and type the next one."
)


def has_authenticator(access: Access, whose: Administrator | Person) -> bool:
    """Whether a code is asked of somebody who signs in here."""
    found = access.authenticators_of(whose).find(whose.id)
    return found is not None and found.is_active


def begin_enrolment(access: Access, whose: Administrator | Person) -> None:
    """Draw a key, which counts once a code was right. Raises AccessRefused."""
    if not whose.has_password:
        raise AccessRefused("Choose a password first: a code is asked after it, and never without it.")
    access.authenticators_of(whose).begin(whose, draw_key(), access.clock())


def waiting_key(access: Access, whose: Administrator | Person) -> tuple[str, str] | None:
    """Return the key that waits for a first code, and its otpauth address; None where none waits."""
    found = access.authenticators_of(whose).find(whose.id)
    if found is None or found.is_active:
        return None
    key = access.authenticators_of(whose).key(whose.id)
    return key, address_of(key, whose.user_name)


def activate(access: Access, whose: Administrator | Person, code: str, actor: str) -> Sequence[str]:
    """Let an authenticator count, and return its recovery codes. Raises AccessRefused."""
    now = access.clock()
    step = step_of(access.authenticators_of(whose).key(whose.id), code, now)
    if step is None:
        raise AccessRefused(WRONG, "code")
    codes = draw_recovery_codes()
    access.authenticators_of(whose).activate(whose, step, [recovery_digest(each) for each in codes], now, actor)
    return codes


def renew_recovery_codes(access: Access, whose: Administrator | Person, actor: str) -> Sequence[str]:
    """Return other recovery codes; those there were are good no more. Raises AccessRefused."""
    codes = draw_recovery_codes()
    digests = [recovery_digest(each) for each in codes]
    access.authenticators_of(whose).renew_recovery_codes(whose, digests, access.clock(), actor)
    return codes


def remove_authenticator(access: Access, whose: Administrator | Person, actor: str) -> None:
    """Take an authenticator away, one's own or somebody else's. Raises AccessRefused."""
    access.authenticators_of(whose).remove(whose, access.clock(), actor)
