"""How does an administrator set an authenticator up, and who takes it away again?"""

from collections.abc import Sequence

from instep.access.administrators import Administrator
from instep.access.authenticators import address_of, draw_key, draw_recovery_codes, recovery_digest, step_of
from instep.access.refusals import AccessRefused
from instep.admin.access.ports import Access

WRONG = (
    "That is not the code that is shown now. Look whether the time of the telephone is right, and type the next one."
)


def has_authenticator(access: Access, administrator: Administrator) -> bool:
    """Whether a code is asked of somebody who signs in here."""
    found = access.authenticators.find(administrator.id)
    return found is not None and found.is_active


def begin_enrolment(access: Access, administrator: Administrator) -> None:
    """Draw a key, which counts once a code was right. Raises AccessRefused."""
    if not administrator.has_password:
        raise AccessRefused("Choose a password first: a code is asked after it, and never without it.")
    access.authenticators.begin(administrator, draw_key(), access.clock())


def waiting_key(access: Access, administrator: Administrator) -> tuple[str, str] | None:
    """Return the key that waits for a first code, and its otpauth address; None where none waits."""
    found = access.authenticators.find(administrator.id)
    if found is None or found.is_active:
        return None
    key = access.authenticators.key(administrator.id)
    return key, address_of(key, administrator.user_name)


def activate(access: Access, administrator: Administrator, code: str, actor: str) -> Sequence[str]:
    """Let an authenticator count, and return its recovery codes. Raises AccessRefused."""
    now = access.clock()
    step = step_of(access.authenticators.key(administrator.id), code, now)
    if step is None:
        raise AccessRefused(WRONG, "code")
    codes = draw_recovery_codes()
    access.authenticators.activate(administrator, step, [recovery_digest(each) for each in codes], now, actor)
    return codes


def renew_recovery_codes(access: Access, administrator: Administrator, actor: str) -> Sequence[str]:
    """Return other recovery codes; those there were are good no more. Raises AccessRefused."""
    codes = draw_recovery_codes()
    digests = [recovery_digest(each) for each in codes]
    access.authenticators.renew_recovery_codes(administrator, digests, access.clock(), actor)
    return codes


def remove_authenticator(access: Access, administrator: Administrator, actor: str) -> None:
    """Take an authenticator away, one's own or somebody else's. Raises AccessRefused."""
    access.authenticators.remove(administrator, access.clock(), actor)
