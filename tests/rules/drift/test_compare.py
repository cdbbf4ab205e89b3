"""Which values of an account have drifted?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.drift.compare import Drifted, compare
from instep.rules.planning.operations import Values

COMPARED = frozenset({"title", "userName", "roles"})
NOTHING: frozenset[str] = frozenset()


def found(
    written: Values, there: Values, wanted: Values | None = None, *, adding: frozenset[str] = NOTHING
) -> tuple[Drifted, ...]:
    return compare(written, there, wanted or {}, COMPARED, frozenset({"userName"}), adding)


def test_what_differs_has_its_three_values() -> None:
    assert found({"title": "a"}, {"title": "b"}, {"title": "c"}) == (Drifted("title", "a", "b", "c"),)
    assert found({"title": "a"}, {}, {}) == (Drifted("title", "a", None, None),)


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ({"title": "a"}, {"title": "a"}),
        ({"userName": "Ada@x"}, {"userName": "ada@X"}),
        ({"title": ""}, {}),
        ({}, {"title": "b"}),
        ({"password": "secret"}, {}),
        (
            {"roles": [{"value": "a"}, {"value": "b"}]},
            {"roles": [{"value": "b", "display": "B"}, {"value": "a"}]},
        ),
    ],
)
def test_what_makes_no_difference_to_a_cycle_has_not_drifted(written: Values, there: Values) -> None:
    assert found(written, there) == ()


def test_of_what_is_only_ever_added_more_may_be_there_and_not_less() -> None:
    adding = frozenset({"roles"})
    assert found({"roles": ["a"]}, {"roles": ["a", "b"]}, adding=adding) == ()
    assert found({"roles": ["a", "b"]}, {"roles": ["a"]}, adding=adding) != ()


VALUES = st.dictionaries(st.sampled_from(sorted(COMPARED)), st.one_of(st.text(), st.booleans()))


@given(VALUES)
def test_an_account_that_says_what_was_written_has_not_drifted(values: Values) -> None:
    assert found(values, values) == ()
