"""Filters as clients of Microsoft Graph write them."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.odata.conditions import (
    And,
    Call,
    Comparison,
    Condition,
    Count,
    Holds,
    Lambda,
    Literal,
    Not,
    OneOfThese,
    Or,
    Path,
)
from instep.odata.errors import QueryRefused
from instep.odata.filters import DEEPEST, MOST_CONDITIONS, parse_filter
from instep.odata.tokens import LONGEST


def eq(name: str, value: object) -> Comparison:
    return Comparison("eq", Path(tuple(name.split("/"))), Literal(value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("displayName eq 'O''Neill'", eq("displayName", "O'Neill")),
        ("accountEnabled eq false", eq("accountEnabled", False)),
        ("accountEnabled", Holds(Path(("accountEnabled",)))),
        ("department eq null", eq("department", None)),
        ("a eq 1 and b eq 2 or c eq 3", Or((And((eq("a", 1), eq("b", 2))), eq("c", 3)))),
        ("a eq 1 and (b eq 2 or c eq 3)", And((eq("a", 1), Or((eq("b", 2), eq("c", 3)))))),
        ("NOT(a eq 1) AND b EQ 2", And((Not(eq("a", 1)), eq("b", 2)))),
        ("not a eq 1 and b eq 2", And((Not(eq("a", 1)), eq("b", 2)))),
        ("startsWith(displayName,'U')", Holds(Call("startswith", (Path(("displayName",)), Literal("U"))))),
        ("department in ('Sales')", OneOfThese(Path(("department",)), ("Sales",))),
        ("department in ('Sales', null)", OneOfThese(Path(("department",)), ("Sales", None))),
        ("x/$count eq 0", Comparison("eq", Count(Path(("x",))), Literal(0))),
        (
            "activityDateTime gt 2023-07-30",
            Comparison("gt", Path(("activityDateTime",)), Literal(datetime(2023, 7, 30, tzinfo=UTC))),
        ),
        (
            "activityDateTime le 2026-11-23T01:00:00.1234567+01:00",
            Comparison("le", Path(("activityDateTime",)), Literal(datetime(2026, 11, 23, 0, 0, 0, 123456, UTC))),
        ),
        ("id eq 8adf8e6e-67b2-4cf2-a259-e3dc5476c621", eq("id", "8adf8e6e-67b2-4cf2-a259-e3dc5476c621")),
        ("a eq -1.5e3", eq("a", -1500.0)),
        ("tags/any(t:t eq 'x')", Lambda(Path(("tags",)), "any", "t", eq("t", "x"))),
        ("tags/any()", Lambda(Path(("tags",)), "any", "", None)),
        ("a/b/all(p: p/type eq 'work')", Lambda(Path(("a", "b")), "all", "p", eq("p/type", "work"))),
        (
            "anything eq 'x' and notes eq 'y' and order eq 1",
            And((eq("anything", "x"), eq("notes", "y"), eq("order", 1))),
        ),
    ],
)
def test_a_filter_is_read_as_the_standard_says(text: str, condition: Condition) -> None:
    assert parse_filter(text) == condition


def test_the_sample_of_the_documentation_is_read() -> None:
    found = parse_filter(
        "((contains(tolower(servicePrincipal/id), '{id}') or contains(tolower(servicePrincipal/displayName), '{id}'))"
        " and activityDateTime gt 2023-07-30 and activityDateTime lt 2023-07-31)"
    )
    assert isinstance(found, And)
    assert len(found.conditions) == 3


@pytest.mark.parametrize(
    ("text", "message", "position"),
    [
        ("", "The end of the filter is not expected here", 0),
        ("displayName eq 'a", "no closing quote", 15),
        ("displayName is 'a'", "A comparison is expected", 12),
        ("'a' and 'b'", "A comparison is expected", 0),
        ("a b", "A comparison is expected", 2),
        ("a eq 1 b", "'b' is not expected here", 7),
        ("(a eq 1", "')' is", 7),
        ("startswith(a)", "startswith takes 2 values, not 1", 0),
        ("frobnicate(a) eq 1", "There is no function 'frobnicate'", 0),
        ("a in (b)", "A value is expected here", 6),
        ("a eq 2026-13-41", "is no date or time", 5),
        ("a eq ;", "';' is not expected here", 5),
        ("a/any(1:a eq 1)", "a variable and a colon are", 6),
        ("tags/any(t:t eq 'x') eq true", "'eq' is not expected here", 21),
    ],
)
def test_what_is_wrong_is_said_with_its_position(text: str, message: str, position: int) -> None:
    with pytest.raises(QueryRefused) as refused:
        parse_filter(text)
    assert message in str(refused.value)
    assert refused.value.at == position


@pytest.mark.parametrize(
    "text",
    [
        "(" * (DEEPEST + 1) + "a eq 1" + ")" * (DEEPEST + 1),
        "not " * (DEEPEST + 1) + "a eq 1",
        " or ".join(["a eq 1"] * (MOST_CONDITIONS + 1)),
        "tolower(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1) + " eq 'a'",
        "a eq '" + "x" * LONGEST + "'",
    ],
)
def test_what_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        parse_filter(text)


@given(st.text(alphabet=st.sampled_from("abt'(),:/$ 0123456789-TZ.éeqnotandorin"), max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(QueryRefused):
        parse_filter(text)
