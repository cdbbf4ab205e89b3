"""Is this secret one that was issued? Kept as a prefix to find it by and a SHA-256 to compare it with."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

_MARK = "pxk_"
_NAME_BYTES = 4
_PREFIX_LENGTH = len(_MARK) + 2 * _NAME_BYTES
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secret:
    """A bearer token: a name and 256 random bits, shown once. Its text is kept out of representations."""

    text: str = field(repr=False)

    @property
    def prefix(self) -> str:
        """The start, by which the token is found and named; no part of the 256 bits."""
        return self.text[:_PREFIX_LENGTH]

    @property
    def digest(self) -> bytes:
        """What is stored. No slow hash is needed: 256 random bits cannot be tried out."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def last_four(self) -> str:
        """The last four characters, which stay on show, to tell one token from another."""
        return self.text[-4:]

    def matches(self, digest: bytes) -> bool:
        """Whether this is the token of a stored digest, in a time that tells nothing about it."""
        return hmac.compare_digest(self.digest, digest)


def issue() -> Secret:
    """A new token."""
    return Secret(f"{_MARK}{secrets.token_hex(_NAME_BYTES)}_{secrets.token_urlsafe(_SECRET_BYTES)}")
