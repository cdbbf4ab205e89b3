"""How are sessions, links and tokens kept secret: random, and stored as a digest alone?"""

import base64
import hashlib
import hmac
import secrets

_BYTES = 32


def draw() -> str:
    """Return 256 random bits as text for an address, a header or a cookie."""
    return secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> bytes:
    """Return what is stored, and found by; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_token_of(cookie: str) -> str:
    """Return what the forms of a browser with this cookie carry: made from the cookie, which no other site can read."""
    made = hmac.digest(cookie.encode(), b"csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def is_csrf_token(given: str, cookie: str) -> bool:
    """Whether a form came from a page that was made for this cookie."""
    return hmac.compare_digest(given.encode(), csrf_token_of(cookie).encode())
