"""When may the next request leave? The application's rate, and to the letter what the target asked for (429)."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT_SECONDS = 15 * 60.0  # beyond this the cycle is interrupted and goes on later
WITHOUT_A_WORD_SECONDS = 1.0  # after a 429 without Retry-After; doubles with each


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Return the seconds in a Retry-After header, whichever form it has (RFC 9110, 10.2.3); None if unusable."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


class Pace:
    """The pace of one application: evenly spaced requests, and none while the target asked for quiet."""

    def __init__(self, requests_per_second: float | None) -> None:
        self._interval = None if not requests_per_second else 1.0 / requests_per_second
        self._next_at = 0.0
        self._quiet_until = 0.0
        self._over = asyncio.Event()

    @property
    def is_free(self) -> bool:
        """Whether a request may leave now without being spaced from others."""
        return self._interval is None and (not self._quiet_until or self._quiet_until <= time.monotonic())

    async def wait(self) -> None:
        """Return when the next request may leave."""
        while True:
            now = time.monotonic()
            at = self._quiet_until
            if self._interval is not None:
                at = max(at, self._next_at)
            if at <= now:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), at - now)
                return
        if self._interval is not None:
            self._next_at = max(self._next_at, now) + self._interval

    def end(self) -> None:
        """Let nobody wait any more: nothing is to leave."""
        self._over.set()

    def keep_quiet(self, seconds: float) -> None:
        """Let no request leave for so long; requests under way are not recalled."""
        self._quiet_until = max(self._quiet_until, time.monotonic() + seconds)
