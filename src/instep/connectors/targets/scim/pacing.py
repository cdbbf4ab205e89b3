"""When may the next request leave? The application's rate, and to the letter what the target asked for (429)."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from instep.rules.health.throttle import Throttle, grown, told

LONGEST_WAIT_SECONDS = 15 * 60.0  # beyond this the cycle is interrupted and goes on later
_LATE_SECONDS = 0.005  # a wait that ended late is made up for, so much: else the pace would be slower than the rate
_LOOK_AGAIN_SECONDS = 1.0  # the rate may have grown meanwhile
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


@dataclass(slots=True)
class Learned:
    """What is known of how much a target takes; it outlives the runs that learn it."""

    throttle: Throttle = field(default_factory=Throttle)


class Pace:
    """The pace of one application: evenly spaced requests, and none while the target asked for quiet.

    `requests_per_second` is never exceeded; below that, what the target is known to take is.
    """

    def __init__(self, requests_per_second: float | None, learned: Learned | None = None) -> None:
        self._most = requests_per_second or None
        self._learned = learned or Learned()
        self._left_at = 0.0  # when the last request should have left
        self._quiet_until = 0.0
        self._taken = 0
        self._taken_since = time.monotonic()
        self._over = asyncio.Event()

    @property
    def is_free(self) -> bool:
        """Whether a request may leave now without being spaced from others."""
        if self._most is not None or self._learned.throttle.rate is not None:
            return False
        return not self._quiet_until or self._quiet_until <= time.monotonic()

    async def wait(self) -> None:
        """Return when the next request may leave."""
        while True:
            now = time.monotonic()
            rate = self._rate(now)
            at = self._quiet_until if rate is None else max(self._quiet_until, self._left_at + 1.0 / rate)
            if at <= now:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), min(at - now, _LOOK_AGAIN_SECONDS))
                return
        if rate is not None:
            self._left_at = max(self._left_at + 1.0 / rate, now - _LATE_SECONDS)

    def end(self) -> None:
        """Let nobody wait any more: nothing is to leave."""
        self._over.set()

    def count_taken(self) -> None:
        """Count a request that the target did not put off."""
        self._taken += 1

    def keep_quiet(self, seconds: float) -> None:
        """Let no request leave for so long; requests under way are not recalled.

        The target is taken to have spoken up once, however many requests were under way.
        """
        now = time.monotonic()
        if now >= self._quiet_until:
            self._learned.throttle = told(self._learned.throttle, now, seconds, self._taken, self._taken_since)
            self._taken, self._taken_since = 0, now + seconds
        self._quiet_until = max(self._quiet_until, now + seconds)

    def _rate(self, now: float) -> float | None:
        self._learned.throttle = grown(self._learned.throttle, now)
        known = self._learned.throttle.rate
        if known is None or self._most is None:
            return self._most if known is None else known
        return min(known, self._most)


class Paces:
    """What was learned of each target, for as long as this process lives."""

    def __init__(self) -> None:
        self._known: dict[str, Learned] = {}

    def of(self, tenant_url: str) -> Learned:
        """Return what is known of a target, to be learned on."""
        return self._known.setdefault(tenant_url, Learned())
