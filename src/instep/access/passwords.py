"""Is this the password? Kept as argon2id, which takes its time: always called in a thread."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 12, 256

# The smallest parameters that OWASP recommends: 19 MiB, two passes; some 30 ms on one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# What is compared with for nobody, so that it takes as long: the same parameters, of bytes that were thrown away.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$CSsltR2LBTFXel3qYL3+iw$+cdvCEFTvvPh+CG/Io6BsTrT9suoh+ZLVcVvx/C2B+Y"


def problem_with(password: str, user_name: str) -> str | None:
    """Say why a password will not do; None when it will. Length counts, and no rule about kinds of characters."""
    if len(password) < SHORTEST:
        return f"Choose a password of {SHORTEST} characters at least: some words that you can remember will do."
    if len(password) > LONGEST:
        return f"Choose a password of {LONGEST} characters at most."
    if password.strip().casefold() == user_name.strip().casefold():
        return "Choose a password that is not the user name."
    return None


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether a password is the one that is kept. Where none is kept it takes as long, and is never."""
    try:
        return _HASHER.verify(kept or _NOBODYS, password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
