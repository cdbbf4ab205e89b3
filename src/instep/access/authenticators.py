"""What is an authenticator, which codes does it show, and what helps whoever has lost it?

An authenticator is an app that shows a code of six digits, another one each 30 seconds (TOTP, RFC 6238), from a key
that it shares with Instep.
"""

import base64
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import pyotp

from instep.access.secret_values import digest_of
from instep.access.sessions import SignInMethod

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""How many steps the clock of a telephone may be away from ours, either way."""
RECOVERY_CODES = 10
PENDING_FOR = timedelta(minutes=5)
ISSUER = "Instep"
_RECOVERY_BYTES, _RECOVERY_LETTERS, _PART = 10, 16, 4  # 80 random bits need no slow hash, and can be typed


class Holder(Protocol):
    """Who has an authenticator: an administrator, or a person who comes to My apps."""

    @property
    def id(self) -> str:
        """The id of the administrator or the user."""

    @property
    def user_name(self) -> str:
        """What they type to sign in."""

    @property
    def has_password(self) -> bool:
        """Whether they have a password of Instep, after which a code can be asked."""


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Somebody's authenticator; its key stays with whatever keeps it. It counts once a code was right."""

    holder_id: str
    is_active: bool
    created_at: datetime
    recovery_codes: int = 0  # how many are left


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """A sign-in that waits for the code; `digest` is the SHA-256 of what its browser holds. It opens no page."""

    digest: bytes
    holder_id: str
    method: SignInMethod
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether the code came too late."""
        return now >= self.expires_at


def draw_key() -> str:
    """Return a new key: 160 random bits in base32, as authenticators take it."""
    return pyotp.random_base32()


def address_of(key: str, user_name: str) -> str:
    """Return the otpauth address that authenticators read from a QR code."""
    return pyotp.TOTP(key).provisioning_uri(name=user_name, issuer_name=ISSUER)


def typed(code: str) -> str:
    """Return a code as it is compared: people type blanks, hyphens and capitals."""
    return "".join(code.split()).replace("-", "").casefold()


def step_of(key: str, code: str, now: datetime) -> int | None:
    """Return the time step at which an authenticator with this key shows a code; None where it does not these days."""
    given = typed(code)
    if len(given) != 6 or not (given.isascii() and given.isdecimal()):
        return None
    shown = pyotp.TOTP(key, interval=STEP_SECONDS)
    return next((step for step in _steps(now) if secrets.compare_digest(shown.generate_otp(step), given)), None)


def draw_recovery_codes() -> Sequence[str]:
    """Return new recovery codes, as they are shown: four groups of four letters and digits."""
    drawn = (base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(each[at : at + _PART] for at in range(0, _RECOVERY_LETTERS, _PART)) for each in drawn]


def is_recovery_code(code: str) -> bool:
    """Whether a text is as long as a recovery code, so that it is none of an authenticator."""
    return len(typed(code)) == _RECOVERY_LETTERS


def recovery_digest(code: str) -> bytes:
    """Return what is stored of a recovery code."""
    return digest_of(typed(code))


def _steps(now: datetime) -> Iterator[int]:
    """The latest first: it is refused afterwards with all that are older."""
    current = int(now.timestamp()) // STEP_SECONDS
    yield from range(current + DRIFT_STEPS, current - DRIFT_STEPS - 1, -1)
