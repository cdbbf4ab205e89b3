"""What does a sample tell of all accounts?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.drift.estimate import estimate


@pytest.mark.parametrize(
    ("drifted", "looked_at", "low", "high"),
    [(0, 50, 0.0, 0.0713), (5, 50, 0.0435, 0.2136), (50, 50, 0.9287, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_the_interval_is_wilsons(drifted: int, looked_at: int, low: float, high: float) -> None:
    found = estimate(drifted, looked_at)
    assert found is not None
    assert (found.share, found.low, found.high) == (
        drifted / looked_at,
        pytest.approx(low, abs=1e-4),
        pytest.approx(high, abs=1e-4),
    )


def test_an_empty_sample_tells_nothing() -> None:
    assert estimate(0, 0) is None


@given(st.integers(1, 10_000), st.data())
def test_the_share_is_within_its_interval(looked_at: int, data: st.DataObject) -> None:
    found = estimate(data.draw(st.integers(0, looked_at)), looked_at)
    assert found is not None
    assert 0 <= found.low <= found.share <= found.high <= 1
