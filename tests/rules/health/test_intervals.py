"""When is something that failed tried again? (engine.md 1.6 and 6.2)"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.intervals import next_attempt, next_quarantine_attempt

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 0), (2, 40), (3, 80), (4, 160), (5, 320), (6, 640), (7, 1280), (8, 1440), (9, 1440), (10_000, 1440)],
)
def test_a_user_who_failed_is_tried_in_the_next_cycle_then_ever_more_rarely_and_daily_at_last(
    attempts: int, minutes: int
) -> None:
    assert next_attempt(attempts, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("after_hours", "next_hours"),
    [
        (0, 6),
        (5.9, 6),
        (6, 12),
        (11, 12),
        (12, 24),
        (23.9, 24),
        (24, 48),
        (47, 48),
        (48, 72),
        (27 * 24, 28 * 24),
        (28 * 24 - 0.1, 28 * 24),
    ],
)
def test_a_quarantined_job_is_tried_after_6_12_and_24_hours_and_then_daily(
    after_hours: float, next_hours: float
) -> None:
    moment = NOW + timedelta(hours=after_hours)
    assert next_quarantine_attempt(NOW, moment) == NOW + timedelta(hours=next_hours)


@given(st.timedeltas(timedelta(), timedelta(days=28, microseconds=-1)))
def test_the_next_attempt_is_always_still_to_come_and_never_more_than_a_day_away(passed: timedelta) -> None:
    moment = NOW + passed
    found = next_quarantine_attempt(NOW, moment)
    assert found is not None
    assert moment < found <= moment + timedelta(days=1)


@pytest.mark.parametrize("days", [28, 28.01, 400])
def test_after_the_attempt_of_day_28_there_is_none_any_more(days: float) -> None:
    assert next_quarantine_attempt(NOW, NOW + timedelta(days=days)) is None
