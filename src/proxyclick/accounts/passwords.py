"""Is this the password? Kept as argon2id, which takes its time: always called in a thread."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256

# The smallest parameters that OWASP recommends; about 30 ms on one core, 19 MiB.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODYS = _HASHER.hash("nobody has this password, and the time it takes to see that is the same")


def problem_with(password: str, email: str) -> str | None:
    """Why a password will not do; None when it will. Length counts, and no rule about kinds of characters."""
    if len(password) < SHORTEST:
        return f"Choose a password of {SHORTEST} characters at least: some words that you can remember will do."
    if len(password) > LONGEST:
        return f"Choose a password of {LONGEST} characters at most."
    if password.strip().lower() == email.strip().lower():
        return "Choose a password that is not your e-mail address."
    return None


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether a password is the one that is kept. For an account that is not there, as long and always False."""
    try:
        return _HASHER.verify(kept or _NOBODYS, password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
