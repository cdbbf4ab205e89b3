"""Which answers are lists, and which of them are believed? (RFC 7644, 3.4.2; RFC 9865)"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.lists import Listed, judge_list, judge_whole_list
from instep.rules.health.verdicts import NOT_UNDERSTOOD, Failed

ADA, BOB = {"id": "a"}, {"id": "b"}


@pytest.mark.parametrize(
    ("document", "listed"),
    [
        ({"totalResults": 0}, Listed(0, [])),
        ({"totalResults": 0, "Resources": []}, Listed(0, [])),
        ({"totalResults": 1, "Resources": [ADA]}, Listed(1, [ADA])),
        ({"totalResults": 7, "Resources": [ADA, BOB]}, Listed(7, [ADA, BOB])),
        ({"totalResults": 7}, Listed(7, [])),
        ({"Resources": [ADA]}, Listed(None, [ADA])),
        ({"Resources": [ADA], "nextCursor": "x"}, Listed(None, [ADA], "x")),
        ({"totalResults": 1, "Resources": [ADA], "nextCursor": ""}, Listed(1, [ADA])),
        ({"totalResults": 1, "Resources": [ADA], "nextCursor": None}, Listed(1, [ADA])),
    ],
)
def test_a_list_is_read(document: dict[str, Any], listed: Listed) -> None:
    assert judge_list(document) == listed


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (None, "no content"),
        ({}, "neither totalResults nor Resources"),
        ({"hello": "world"}, "neither totalResults nor Resources"),
        ({"id": "a", "userName": "ada"}, "neither totalResults nor Resources"),
        ({"totalResults": "1", "Resources": [ADA]}, "totalResults is '1'"),
        ({"totalResults": True}, "totalResults is True"),
        ({"totalResults": -1}, "totalResults is -1"),
        ({"totalResults": 1, "Resources": {"id": "a"}}, "no list of resources"),
        ({"totalResults": 1, "Resources": ["a"]}, "no list of resources"),
        ({"totalResults": 1, "Resources": [ADA, BOB]}, "2 resources, and says that there are 1"),
        ({"Resources": [], "nextCursor": 7}, "nextCursor is 7"),
    ],
)
def test_what_is_no_list_says_nothing_about_who_is_there(document: Any, said: str) -> None:
    judged = judge_list(document)
    assert isinstance(judged, Failed)
    assert judged.code == NOT_UNDERSTOOD
    assert said in judged.detail


def test_an_answer_to_a_filter_that_has_fewer_than_it_counts_is_not_believed() -> None:
    for document in ({"totalResults": 2, "Resources": [ADA]}, {"totalResults": 1}):
        judged = judge_whole_list(document)
        assert isinstance(judged, Failed)
        assert "it says that there are" in judged.detail
    assert judge_whole_list({"totalResults": 1, "Resources": [ADA]}) == Listed(1, [ADA])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["totalResults", "Resources", "nextCursor", "schemas"]), VALUES))
def test_any_answer_is_a_list_that_agrees_with_itself_or_is_refused(document: dict[str, Any]) -> None:
    judged = judge_list(document)
    if isinstance(judged, Listed):
        assert judged.total is None or len(judged.resources) <= judged.total
        assert all(isinstance(resource, dict) for resource in judged.resources)
