"""Days and times at a location."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from proxyclick.people.days import day_span, is_zone, moment, parsed_day, parsed_time, today, zone

BRUSSELS = zone("Europe/Brussels")


def test_a_day_of_the_change_to_winter_time_has_25_hours() -> None:
    start, end = day_span(date(2026, 10, 25), BRUSSELS)
    assert (start, end - start) == (datetime(2026, 10, 24, 22, tzinfo=UTC), timedelta(hours=25))


def test_a_clock_time_is_a_moment() -> None:
    assert moment(date(2026, 11, 23), time(14, 30), BRUSSELS) == datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


def test_it_is_another_day_elsewhere() -> None:
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert (today(now, UTC), today(now, BRUSSELS)) == (date(2026, 11, 23), date(2026, 11, 24))


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../etc/passwd", "europe/brussels"])
def test_a_zone_that_is_none_counts_as_utc(name: str) -> None:
    assert (is_zone(name), zone(name)) == (False, UTC)


@pytest.mark.parametrize("text", ["", "2026-13-01", "tomorrow", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parsed_day(text) is None


@pytest.mark.parametrize("text", ["", "25:00", "noon", "14:30:15", "1430"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert parsed_time(text) is None


def test_days_and_times_are_read_with_spaces_around() -> None:
    assert (parsed_day(" 2026-11-23 "), parsed_time(" 09:05 ")) == (date(2026, 11, 23), time(9, 5))
