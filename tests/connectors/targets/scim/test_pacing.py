"""How long does a target ask to be left alone, and when may the next request leave?"""

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.connectors.targets.scim.pacing import Pace, retry_after_seconds

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
