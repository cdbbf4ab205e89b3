"""How many requests a second does a target take? More are tried until it speaks up, half when it does (decision 103).

A Throttle is a value; moments are seconds of any clock that only goes forward.
"""

from dataclasses import dataclass, replace
from typing import Final

DOUBLES_IN_SECONDS: Final = 0.3  # while going back to what is known
# As long as only a burst has told, the rate is searched for: it doubles once in so long, four times in twice that.
# Little is known after a short burst, and quickly found out.
SEARCHES_IN_SECONDS: Final = 0.4  # for each request of the burst,
SHORTEST_SEARCH_SECONDS: Final = 3.0
LONGEST_SEARCH_SECONDS: Final = 10.0
GROWS_A_SECOND: Final = 0.01
HOLDS_SECONDS: Final = 180.0  # before more is tried again; doubles each time that it was in vain
LONGEST_HOLD_SECONDS: Final = 3_600.0
MOST_ABOVE_LASTING: Final = 1.5  # a search goes too far before it is told
MORE_THAN_IT_DID: Final = 1.1
ENOUGH: Final = 5  # requests: fewer say little about a rate
BEGINS_AT: Final = 5.0
SLOWEST: Final = 0.05  # requests a second
FASTEST: Final = 100_000.0
AN_AGE_SECONDS: Final = 300.0  # a longer pause is as good as this one
SURE_AFTER: Final = 2  # times that an even pace has told
# After a burst, what it took with the quiet is taken in the long run; an even pace is told a little above the limit.
_KEPT_OF_THE_LIMIT: Final = (1.0, 0.92, 0.98)  # by how often the limit was found
# Told soon after the last time, hardly any were taken: that says less of the limit than the even pace does.
_AT_LEAST: Final = (0.0, 0.0, 0.92, 1.0)


@dataclass(frozen=True, slots=True)
class Throttle:
    """What is known of a target. Without a `rate`, requests leave as they come: it has not spoken up yet.

    `limit` is the rate, in requests a second, at which it last did, or what it surely takes; `holds_until` is when more
    is tried, or since when the limit is searched for, at a speed told by `doubles_in`; `found` counts how often the
    limit was met at an even pace; `at` is the moment of the rate.
    """

    rate: float | None = None
    limit: float = 0.0
    holds_until: float = 0.0
    found: int = 0
    at: float = 0.0
    doubles_in: float = LONGEST_SEARCH_SECONDS


def told(throttle: Throttle, now: float, quiet_seconds: float, taken: int, since: float) -> Throttle:
    """Return what is known once the target has asked for quiet, having taken so many requests `since` then."""
    begins = now + quiet_seconds
    lasting = max(SLOWEST, taken / max(begins - since, 0.001))  # with the quiet: at least that much in the long run
    if throttle.rate is None:
        rate = max(SLOWEST if taken >= ENOUGH else BEGINS_AT, lasting / 2)
        search = min(LONGEST_SEARCH_SECONDS, max(SHORTEST_SEARCH_SECONDS, taken * SEARCHES_IN_SECONDS))
        return Throttle(rate, max(rate, lasting), begins, 0, begins, search)
    if taken < ENOUGH:
        holds_until = max(throttle.holds_until, begins)
        return replace(throttle, rate=max(SLOWEST, throttle.rate / 2), holds_until=holds_until, at=begins)
    found = throttle.found + 1
    hold = HOLDS_SECONDS * 2 ** (found - SURE_AFTER) if found >= SURE_AFTER else 0.0
    holds_until = begins + min(LONGEST_HOLD_SECONDS, hold)
    limit = max(min(throttle.rate, lasting * MOST_ABOVE_LASTING), throttle.rate * _AT_LEAST[min(found, SURE_AFTER + 1)])
    return Throttle(max(SLOWEST, min(throttle.rate, limit) / 2), limit, holds_until, found, begins)


def grown(throttle: Throttle, now: float) -> Throttle:
    """Return what may be tried now: back to what is known quickly, beyond it slowly, and not before it is time."""
    seconds = min(now - throttle.at, AN_AGE_SECONDS)
    if throttle.rate is None or seconds <= 0:
        return throttle
    known = throttle.limit * _KEPT_OF_THE_LIMIT[min(throttle.found, SURE_AFTER)]
    rate = throttle.rate
    if rate < known:
        rate = min(known, rate * 2 ** (seconds / DOUBLES_IN_SECONDS))
    elif throttle.found:
        rate *= (1 + GROWS_A_SECOND) ** max(0.0, min(seconds, now - throttle.holds_until))
    if not throttle.found and rate >= known:
        searched = max(0.0, min(now - throttle.holds_until, AN_AGE_SECONDS))
        rate = max(rate, throttle.limit * 2 ** ((searched / throttle.doubles_in) ** 2))
    if rate > FASTEST:
        return Throttle(at=now)  # nothing is known any more
    if throttle.found and rate > throttle.limit * MORE_THAN_IT_DID:
        return Throttle(rate, rate, now, 0, now)  # it takes more than it did: search again
    return replace(throttle, rate=rate, at=now)
