"""What proves that a reading saw everything, and what takes the proof away?"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.completeness import Complete, DoubtKind, Incomplete, Reading, judge_reading

WHOLE = Reading(entries=40, claimed=frozenset({40}), has_ended=True)


def kinds(reading: Reading) -> list[str]:
    verdict = judge_reading(reading)
    return [doubt.kind for doubt in verdict.doubts] if isinstance(verdict, Incomplete) else []


def test_a_reading_to_its_end_of_as_many_as_were_claimed_is_complete() -> None:
    assert judge_reading(WHOLE) == Complete()


def test_a_source_that_claims_no_number_need_not_have_one() -> None:
    assert judge_reading(replace(WHOLE, claimed=frozenset())) == Complete()


def test_an_empty_list_that_says_that_it_is_empty_is_complete() -> None:
    assert judge_reading(Reading(0, frozenset({0}), has_ended=True)) == Complete()


SPOILT: list[tuple[dict[str, Any], DoubtKind]] = [
    ({"has_ended": False}, DoubtKind.NOT_ENDED),
    ({"failure": "HTTP 503"}, DoubtKind.NOT_ENDED),
    ({"claimed": frozenset({41})}, DoubtKind.MISCOUNTED),
    ({"claimed": frozenset({39})}, DoubtKind.MISCOUNTED),
    ({"claimed": frozenset({0})}, DoubtKind.MISCOUNTED),
    ({"claimed": frozenset({40, 41})}, DoubtKind.MISCOUNTED),
    ({"entries": 0}, DoubtKind.MISCOUNTED),
    ({"cut": "line 41 may be cut off"}, DoubtKind.CUT),
    ({"unidentified": "line 7 names nobody"}, DoubtKind.UNIDENTIFIED),
    ({"repeated": "line 8 is line 7 again"}, DoubtKind.REPEATED),
    ({"unattributed": "line 9 may be somebody"}, DoubtKind.UNATTRIBUTED),
    ({"displaced": "line 10 stands in shifted columns"}, DoubtKind.DISPLACED),
]


@pytest.mark.parametrize(("facts", "kind"), SPOILT)
def test_each_of_these_alone_takes_the_proof_away(facts: dict[str, Any], kind: DoubtKind) -> None:
    assert kinds(replace(WHOLE, **facts)) == [kind]


READINGS = st.builds(
    Reading,
    entries=st.integers(0, 50),
    claimed=st.frozensets(st.integers(0, 50), max_size=2),
    has_ended=st.booleans(),
    failure=st.none() | st.just("HTTP 503"),
    cut=st.none() | st.just("cut"),
    unidentified=st.none() | st.just("unidentified"),
    repeated=st.none() | st.just("repeated"),
    unattributed=st.none() | st.just("unattributed"),
    displaced=st.none() | st.just("displaced"),
)


@given(READINGS)
def test_every_doubt_is_told_with_a_reason_and_none_twice(reading: Reading) -> None:
    verdict = judge_reading(reading)
    if isinstance(verdict, Incomplete):
        assert len(set(kinds(reading))) == len(verdict.doubts)
        assert all(doubt.detail and doubt.detail in verdict.because for doubt in verdict.doubts)


@given(READINGS, st.sampled_from(SPOILT[:2] + SPOILT[7:]))
def test_what_takes_a_proof_away_takes_it_from_every_reading(
    reading: Reading, spoilt: tuple[dict[str, Any], DoubtKind]
) -> None:
    facts, kind = spoilt
    assert kind in kinds(replace(reading, **facts))
