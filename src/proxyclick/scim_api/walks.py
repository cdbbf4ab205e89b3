"""Which orders are kept for sorted walks by cursor, so that nobody is skipped or repeated while others write?"""

import secrets
from array import array
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.scim.errors import ExpiredCursor
from proxyclick.clock import Clock

CURSOR_TIMEOUT_SECONDS = 600
_MOST_WALKS = 64
_MOST_PLACES = 4_000_000
_ID_BYTES = 12


@dataclass(slots=True)
class _Walk:
    order: "array[int]"
    used_at: datetime


class Walks:
    """The kept orders, forgotten when unused for a while, the longest unused first when there are too many.

    An order is one of places (a source and a number, as one integer); eight bytes a resource.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[bytes, _Walk] = OrderedDict()

    def keep(self, order: "array[int]") -> bytes:
        """Keeps an order and names it."""
        name = secrets.token_bytes(_ID_BYTES)
        self._kept[name] = _Walk(order, self._clock())
        self._forget()
        return name

    def order(self, name: bytes) -> "array[int]":
        """The order of a name. Raises ExpiredCursor when it is forgotten."""
        self._forget()
        walk = self._kept.get(name)
        if walk is None:
            raise ExpiredCursor(
                f"The cursor was not used for {CURSOR_TIMEOUT_SECONDS} seconds: begin with an empty one."
            )
        walk.used_at = self._clock()
        self._kept.move_to_end(name)
        return walk.order

    def _forget(self) -> None:
        oldest = self._clock() - timedelta(seconds=CURSOR_TIMEOUT_SECONDS)
        while self._kept and (self._are_too_many() or next(iter(self._kept.values())).used_at < oldest):
            self._kept.popitem(last=False)

    def _are_too_many(self) -> bool:
        # The one that was asked for last is kept, however long.
        places = sum(len(walk.order) for walk in self._kept.values())
        return len(self._kept) > _MOST_WALKS or (places > _MOST_PLACES and len(self._kept) > 1)
