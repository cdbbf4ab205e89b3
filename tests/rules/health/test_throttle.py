"""Is it found out how much a target takes, and is that kept to? The time is a number: targets are played through."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.throttle import Throttle, grown, told

LATENCY_SECONDS = 0.03
UNDER_WAY = 20


@dataclass
class Window:
    """A target that takes so many requests in each second of its clock."""

    most: int
    second: int = -1
    taken: int = 0

    def takes(self, now: float) -> bool:
        if int(now) != self.second:
            self.second, self.taken = int(now), 0
        self.taken += 1
        return self.taken <= self.most


@dataclass
class Bucket:
    """A target with a bucket of tokens that fills at a rate."""

    rate: float
    most: float
    tokens: float = field(init=False)
    at: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.most

    def takes(self, now: float) -> bool:
        self.tokens, self.at = min(self.most, self.tokens + (now - self.at) * self.rate), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


@dataclass
class Played:
    """How a run of requests went: until when, how often the target spoke up, and what left while it wanted quiet."""

    seconds: float = 0.0
    told: int = 0
    disobeyed: int = 0
    throttle: Throttle = field(default_factory=Throttle)


def play(requests: int, takes: Callable[[float], bool], quiet_seconds: float = 1.0) -> Played:
    """So many requests, some side by side, as Pace lets them leave."""
    played, now, done, quiet, taken, since, next_at = Played(), 0.0, 0, 0.0, 0, 0.0, 0.0
    under_way: list[tuple[float, bool, float]] = []
    while done < requests:
        throttle = played.throttle = grown(played.throttle, now)
        may = len(under_way) < UNDER_WAY and done + len(under_way) < requests
        if may and now >= max(quiet, next_at if throttle.rate else 0.0):
            played.disobeyed += now < quiet
            heapq.heappush(under_way, (now + LATENCY_SECONDS, takes(now), now))
            if throttle.rate:
                next_at = max(next_at, now) + 1 / throttle.rate
            now += 0.0001
            continue
        moments = [under_way[0][0]] if under_way else []
        moments += [max(quiet, next_at if throttle.rate else 0.0)] if may else []
        now = max(now, min(moments))
        while under_way and under_way[0][0] <= now:
            _, was_taken, _ = heapq.heappop(under_way)
            done, taken = done + was_taken, taken + was_taken
            if not was_taken and now >= quiet:
                played.throttle = told(played.throttle, now, quiet_seconds, taken, since)
                played.told += 1
                quiet, taken = now + quiet_seconds, 0
                since = quiet
    played.seconds = now
    return played


@pytest.mark.parametrize(
    "takes", [Window(25).takes, Bucket(25, 25).takes, Bucket(25, 5).takes], ids=["window", "25", "5"]
)
def test_a_target_that_takes_25_a_second_is_found_out_and_hardly_ever_asks_again(
    takes: Callable[[float], bool],
) -> None:
    played = play(10_000, takes)
    assert played.seconds < 400 * 1.05
    assert played.told <= 20
    assert played.disobeyed == 0
    assert played.throttle.rate == pytest.approx(25, rel=0.1)


def test_what_was_learned_is_kept_to_from_the_first_request_of_the_next_run() -> None:
    learned = play(10_000, Window(25).takes).throttle
    assert learned.rate is not None
    assert grown(learned, learned.at + 10).rate == pytest.approx(25, rel=0.1)


def test_half_is_sent_when_told_and_nearly_all_of_it_again_two_seconds_later() -> None:
    known = Throttle(20.0, 20.0, 0.0, 3, 100.0)
    halved = told(known, 110.0, 2.0, 200, 100.0)
    assert halved.rate == 10
    assert grown(halved, 112.0).rate == 10
    assert grown(halved, 114.0).rate == pytest.approx(19.6)
    assert grown(grown(halved, 114.0), 150.0).rate == pytest.approx(19.6)  # it was in vain: it is not tried again soon


def test_a_target_that_takes_more_than_it_did_is_followed() -> None:
    throttle = Throttle(10.0, 10.0, 0.0, 2, 0.0)
    for second in range(1, 60):
        throttle = grown(throttle, float(second))
        if second == 20:
            assert (throttle.rate or 0) > 20
    assert throttle.rate is None  # it never spoke up: it is asked as fast as can be


@given(
    st.floats(0.01, 1e6),
    st.floats(0, 1e6),
    st.integers(0, 10**6),
    st.integers(0, 40),
    st.floats(0, 1e5),
)
def test_there_is_always_a_rate_that_is_above_nothing(
    rate: float, quiet: float, taken: int, found: int, seconds: float
) -> None:
    after = grown(told(Throttle(rate, rate, 0.0, found, 0.0), 100.0, quiet, taken, 50.0), 100.0 + quiet + seconds)
    assert after.rate is None or after.rate > 0


def test_a_few_requests_say_little_and_a_short_cycle_is_not_slowed_down_for_long() -> None:
    twice = told(told(Throttle(), 1.0, 1.0, 1, 0.0), 2.5, 1.0, 1, 2.0)
    assert twice.rate == 2.5
    assert grown(twice, 6.5).rate == pytest.approx(10)
