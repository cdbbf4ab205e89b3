"""Has this browser asked for what is answered here? Known without keeping anything.

The id of a request is made with the secret of the browser's cookie, so that an answer to a request of another browser
is not taken (somebody could hand over their own answer, and so sign others in as themselves).
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

GOOD_FOR = timedelta(minutes=15)
_FORM = re.compile(r"_([0-9a-f]{8})([0-9a-f]{16})([0-9a-f]{32})", re.ASCII)
_MAC_HEX = 32


@dataclass(frozen=True, slots=True)
class RequestsOf:
    """The requests that a browser has made for a location in the last quarter of an hour; `cookie` is its secret."""

    cookie: str
    location: int
    now: datetime

    def new_id(self) -> str:
        """The id of another one."""
        made_at, nonce = f"{int(self.now.timestamp()):08x}", secrets.token_hex(8)
        return f"_{made_at}{nonce}{self._mac(made_at, nonce)}"

    def __contains__(self, request_id: object) -> bool:
        """Whether an id is of one of them."""
        found = _FORM.fullmatch(request_id) if isinstance(request_id, str) else None
        if found is None:
            return False
        made_at, nonce, mac = found.groups()
        age = self.now - datetime.fromtimestamp(int(made_at, 16), UTC)
        return hmac.compare_digest(mac, self._mac(made_at, nonce)) and timedelta(seconds=-1) <= age <= GOOD_FOR

    def _mac(self, made_at: str, nonce: str) -> str:
        told = f"saml-request {self.location} {made_at} {nonce}".encode()
        return hmac.new(self.cookie.encode(), told, hashlib.sha256).hexdigest()[:_MAC_HEX]
