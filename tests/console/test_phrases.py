"""How are spans and distances of time said?"""

from datetime import UTC, datetime, timedelta

import pytest

from instep.console.phrases import counted, distance, moment, quoted, span

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (-1, "under 0.1 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59, "59 s"), (59.7, "1 min 0 s"), (200, "3 min 20 s"),
        (2400, "40 min"), (7500, "2 h 5 min"), (4 * 86_400, "4 days"),
    ],
)  # fmt: skip
def test_a_span_is_said_by_its_largest_units(seconds: float, expected: str) -> None:
    assert span(timedelta(seconds=seconds)).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0.4, "now"), (-0.4, "now"), (30, "in 30 s"), (2399, "in 39 min"), (-12, "12 s ago"), (-7200, "2 h ago"),
        (3 * 86_400, "in 3 days"),
    ],
)  # fmt: skip
def test_a_distance_is_said_roughly(seconds: float, expected: str) -> None:
    assert distance(NOW + timedelta(seconds=seconds), NOW).replace("\u00a0", " ") == expected


def test_numbers_and_moments_are_written_one_way() -> None:
    assert counted(1, "user") == "1 user"
    assert counted(2000, "user") == "2,000 users"
    assert counted(2, "removal is", "removals are") == "2 removals are"
    assert moment(NOW) == "2026-03-02 12:00:00 UTC"
    assert quoted("Proxyclick of Ghent") == "'Proxyclick of Ghent'"
