"""How long does a target ask to be left alone, and when may the next request leave?"""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.connectors.targets.scim.pacing import Learned, Pace, Paces, retry_after_seconds
from instep.rules.health.throttle import Throttle

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        ("  7 ", 7.0),
        ("00030", 30.0),
        ("Mon, 02 Mar 2026 08:01:30 GMT", 90.0),
        ("Mon, 02 Mar 2026 07:00:00 GMT", 0.0),
        ("Mon, 02 Mar 2026 09:01:00 +0100", 60.0),
        ("Monday, 02-Mar-26 08:00:10 GMT", 10.0),
        ("Mon Mar  2 08:00:05 2026", 5.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("１２", None),
        ("1e9", None),
        ("Mon, 99 Foo 2026 08:00:00 GMT", None),
        ("Mon, 02 Mar 99999 08:00:00 GMT", None),
    ],
)
def test_a_retry_after_is_read_in_either_form(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


@given(st.text(max_size=60))
def test_any_header_gives_seconds_or_nothing(header: str) -> None:
    seconds = retry_after_seconds(header, NOW)
    assert seconds is None or seconds >= 0


def test_a_number_without_end_is_still_a_number() -> None:
    assert retry_after_seconds("9" * 5000, NOW) == 999_999_999.0


async def test_without_a_rate_no_request_waits() -> None:
    pace = Pace(None)
    await asyncio.wait_for(asyncio.gather(*(pace.wait() for _ in range(1000))), 30)
    assert pace.is_free


async def test_nobody_leaves_while_the_target_asked_for_quiet() -> None:
    pace = Pace(None)
    pace.keep_quiet(3600)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pace.wait(), 0.05)


async def test_a_shorter_wish_for_quiet_does_not_end_a_longer_one() -> None:
    pace = Pace(None)
    pace.keep_quiet(3600)
    pace.keep_quiet(0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pace.wait(), 0.05)


async def test_requests_at_a_rate_leave_one_after_the_other_never_in_a_burst() -> None:
    pace = Pace(0.001)
    await pace.wait()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pace.wait(), 0.05)


async def test_after_a_long_quiet_the_pace_is_found_again_within_seconds_whatever_was_taken_before() -> None:
    learned = Learned()
    pace = Pace(None, learned)
    pace.count_taken()
    pace.keep_quiet(0.2)
    learned.throttle = replace(learned.throttle, rate=0.05)  # as after one request and a quiet of a minute
    await pace.wait()
    await asyncio.wait_for(pace.wait(), 15)
    assert learned.throttle.rate is not None
    assert learned.throttle.rate > 0.1


async def test_what_one_run_learned_another_begins_with() -> None:
    paces = Paces()
    first = Pace(None, paces.of("https://scim.example/v2"))
    first.count_taken()
    first.keep_quiet(0.01)
    assert not Pace(None, paces.of("https://scim.example/v2")).is_free
    assert Pace(None, paces.of("https://other.example/v2")).is_free


async def test_a_rate_that_is_set_is_kept_to_whatever_was_learned() -> None:
    pace = Pace(0.001, Learned(Throttle(1000.0, 1000.0, 0.0, 2, time.monotonic())))
    await pace.wait()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pace.wait(), 0.05)
