"""May somebody try a password again, or were there too many failures?"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
_MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures are taken in the window, of what."""

    what: str
    failures: int


PER_NAME, PER_ADDRESS = Limit("name", 10), Limit("address", 50)


class Throttle:
    """The failures of the last quarter of an hour, by user name and by network address; kept in memory.

    A name is whatever was typed, whether anybody has it or not, so that the answer tells nothing.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[Limit, str], deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def allows(self, name: str, address: str, now: datetime) -> bool:
        """Whether a try may be looked at.

        It counts as a failure until it is known to be none: else many at once would all be looked at before the first
        has failed.
        """
        keys = ((PER_NAME, name), (PER_ADDRESS, address))
        with self._lock:
            if any(self._recent(key, now) >= key[0].failures for key in keys):
                return False
            for key in keys:
                self._failures.setdefault(key, deque(maxlen=key[0].failures)).append(now)
                self._failures.move_to_end(key)
            while len(self._failures) > _MOST_KEPT:
                self._failures.popitem(last=False)
            return True

    def note_success(self, name: str, address: str) -> None:
        """Forget the failures of a name, whose owner is there, and that this try was counted for the address."""
        with self._lock:
            self._failures.pop((PER_NAME, name), None)
            of_address = self._failures.get((PER_ADDRESS, address))
            if of_address:
                of_address.pop()

    def _recent(self, key: tuple[Limit, str], now: datetime) -> int:
        failures = self._failures.get(key)
        if failures is None:
            return 0
        while failures and now - failures[0] >= WINDOW:
            failures.popleft()
        return len(failures)
