"""Where is a program in following the directory, and is its token still good (graph-api.md 4)?"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from instep.api.errors import GraphError, bad_request
from instep.clock import from_text, to_text

GOOD_FOR = timedelta(days=7)
"""As those of Graph's directory objects."""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: everyone where `after` is None, else whoever changed after it; `until` is where the next one begins.

    `select` and `ids` are those of the first call; they are carried on.
    """

    kind: str
    after: int | None
    until: int
    issued_at: datetime
    select: tuple[str, ...] | None = None
    ids: tuple[str, ...] | None = None
    place: tuple[str, str] = ("", "")  # the last object that was shown; of a group in parts, the last member

    def token(self) -> str:
        """Return it as an opaque text for an address."""
        said = {
            "k": self.kind,
            "a": self.after,
            "u": self.until,
            "t": to_text(self.issued_at),
            "s": self.select,
            "i": self.ids,
            "p": self.place,
        }
        return base64.urlsafe_b64encode(orjson.dumps(said)).decode().rstrip("=")


def read_round(token: str, kind: str, now: datetime, head: int) -> Round:
    """Return what a token says. Raises GraphError: it is none, it has expired, or the directory is another one."""
    try:
        said = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        found = _round(said)
    except (ValueError, TypeError, KeyError, binascii.Error):
        raise bad_request("The delta token is none that this service gave out; begin anew.", "BadRequest") from None
    if found.kind != kind:
        raise bad_request(f"The delta token is of {found.kind}, not of {kind}.", "BadRequest")
    if now - found.issued_at > GOOD_FOR:
        message = (
            "The sync state generation is not found. The delta token is expired and data must be synchronized again."
        )
        raise GraphError(400, "syncStateNotFound", message)
    if found.until > head:
        raise GraphError(410, "resyncRequired", "The directory was reset since; begin anew at the address of Location.")
    return found


def _round(said: Mapping[str, Any]) -> Round:
    first, second = said["p"]
    after, until = said["a"], said["u"]
    if not isinstance(until, int) or not isinstance(after, int | None) or not isinstance(first + second, str):
        raise TypeError
    select, ids = said["s"], said["i"]
    return Round(
        str(said["k"]),
        after,
        until,
        from_text(said["t"]),
        None if select is None else tuple(map(str, select)),
        None if ids is None else tuple(map(str, ids)),
        (first, second),
    )
