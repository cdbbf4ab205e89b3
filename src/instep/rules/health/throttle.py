"""How many requests a second does a target take? More are tried until it speaks up, half when it does (decision 103).

A Throttle is a value; moments are seconds of any clock that only goes forward.
"""

from dataclasses import dataclass, replace
from typing import Final

DOUBLES_IN_SECONDS: Final = 0.7  # while going back to what is known
SEARCHES_IN_SECONDS: Final = 1.5  # doubles, as long as only a burst has told
GROWS_A_SECOND: Final = 0.02
HOLDS_SECONDS: Final = 180.0  # before more is tried again; doubles each time that it was in vain
LONGEST_HOLD_SECONDS: Final = 3_600.0
MOST_ABOVE_LASTING: Final = 1.5  # a search goes too far before it is told
ENOUGH: Final = 5  # requests: fewer say little about a rate
BEGINS_AT: Final = 5.0
SLOWEST: Final = 0.05  # requests a second
FASTEST: Final = 100_000.0
AN_AGE_SECONDS: Final = 300.0  # a longer pause is as good as this one
SURE_AFTER: Final = 2  # times that an even pace has told


@dataclass(frozen=True, slots=True)
class Throttle:
    """What is known of a target. Without a `rate`, requests leave as they come: it has not spoken up yet.

    `limit` is the rate, in requests a second, at which it last did; `holds_until` is when more is tried; `found` counts
    how often the limit was met at an even pace; `at` is the moment of the rate.
    """

    rate: float | None = None
    limit: float = 0.0
    holds_until: float = 0.0
    found: int = 0
    at: float = 0.0


def told(throttle: Throttle, now: float, quiet_seconds: float, taken: int, since: float) -> Throttle:
    """Return what is known once the target has asked for quiet, having taken so many requests `since` then."""
    begins = now + quiet_seconds
    lasting = max(SLOWEST, taken / max(begins - since, 0.001))  # with the quiet: at least that much in the long run
    if throttle.rate is None:
        rate = max(SLOWEST if taken >= ENOUGH else BEGINS_AT, lasting / 2)
        return Throttle(rate, max(rate, lasting), begins, 0, begins)
    if taken < ENOUGH:
        return replace(throttle, rate=max(SLOWEST, throttle.rate / 2), at=begins)
    found = throttle.found + 1
    hold = HOLDS_SECONDS * 2 ** (found - SURE_AFTER) if found >= SURE_AFTER else 0.0
    holds_until = begins + min(LONGEST_HOLD_SECONDS, hold)
    limit = throttle.rate if throttle.found >= SURE_AFTER else min(throttle.rate, lasting * MOST_ABOVE_LASTING)
    return Throttle(max(SLOWEST, min(throttle.rate, limit) / 2), limit, holds_until, found, begins)


def grown(throttle: Throttle, now: float) -> Throttle:
    """Return what may be tried now: back to what is known quickly, beyond it slowly, and not before it is time."""
    seconds = min(now - throttle.at, AN_AGE_SECONDS)
    if throttle.rate is None or seconds <= 0:
        return throttle
    known = throttle.limit * (0.98 if throttle.found >= SURE_AFTER else 0.9)
    if throttle.found == 0:
        rate = throttle.rate * 2 ** (seconds / SEARCHES_IN_SECONDS)
    elif throttle.rate < known:
        rate = min(known, throttle.rate * 2 ** (seconds / DOUBLES_IN_SECONDS))
    else:
        rate = throttle.rate * (1 + GROWS_A_SECOND) ** max(0.0, min(seconds, now - throttle.holds_until))
    if rate > FASTEST:
        return Throttle(at=now)  # nothing is known any more
    found = throttle.found if rate <= throttle.limit * 1.2 else 0  # it takes more than it did: search again
    return Throttle(rate, throttle.limit, throttle.holds_until, found, now)
