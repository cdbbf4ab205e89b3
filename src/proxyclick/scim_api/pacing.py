"""How many requests may a token send? A bucket for each fills as fast as they may come, and holds a second of them."""

import time
from collections.abc import Callable

_MOST_KEPT = 10_000


class Pacing:
    """The buckets of all tokens, kept in memory."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._buckets: dict[int, tuple[float, float]] = {}

    def wait_seconds(self, token: int, rate: int) -> float:
        """Takes a request of a token; 0 when it may be answered, else in how many seconds the next one may come."""
        now = self._seconds()
        left, filled_at = self._buckets.get(token, (float(rate), now))
        left = min(float(rate), left + (now - filled_at) * rate)
        if len(self._buckets) >= _MOST_KEPT:
            self._buckets.clear()
        if left >= 1:
            self._buckets[token] = (left - 1, now)
            return 0.0
        self._buckets[token] = (left, now)
        return (1 - left) / rate
