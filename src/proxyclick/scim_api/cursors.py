"""How is a place in a walk through the pages written into a cursor, and read from one that came back (RFC 9865)?"""

import base64
import binascii
import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from instep.scim.errors import InvalidCursor
from instep.scim.messages import SearchRequest

_FORM = struct.Struct(">B12sBqH")
_DIGEST_BYTES = 8
UNSORTED = bytes(12)


class Towards(IntEnum):
    """In which direction the page lies from the place."""

    NEXT = 0
    PREVIOUS = 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two resources.

    `walk` names the kept order that a sorted walk goes through, and `place` is an index into it. A walk that is not
    sorted needs nothing kept: `place` is the number of a resource of the source, which never changes.
    """

    towards: Towards
    source: int
    place: int
    count: int
    walk: bytes = UNSORTED

    def text(self, query: bytes) -> str:
        """The cursor in unreserved characters of a URL; it is good for this query alone."""
        body = _FORM.pack(self.towards, self.walk, self.source, self.place, self.count)
        return base64.urlsafe_b64encode(body + _digest(body, query)).rstrip(b"=").decode()


def read_cursor(text: str, query: bytes) -> Cursor:
    """The place that a cursor names. Raises InvalidCursor for one that was not given out for this query."""
    body = _decoded(text)
    packed, digest = body[: _FORM.size], body[_FORM.size :]
    if len(packed) != _FORM.size or digest != _digest(packed, query):
        raise InvalidCursor("The cursor was not given out here, or for another query: begin with an empty one.")
    towards, walk, source, place, count = _FORM.unpack(packed)
    return Cursor(Towards(towards), source, place, count, walk)


def query_mark(query: SearchRequest, whose: object) -> bytes:
    """What a cursor is bound to: the query but for its page, and the scope of whoever asks."""
    selects = repr((query.filter, query.sort_by and query.sort_by.lower(), query.descending, whose))
    return blake2b(selects.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _digest(body: bytes, query: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES, key=query).digest()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
