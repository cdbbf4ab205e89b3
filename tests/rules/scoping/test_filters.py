"""Who passes a scoping filter? (engine.md 4, mappings.md 5)"""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.scoping.compile import CompiledFilters, compile_filters
from instep.rules.scoping.errors import FilterError
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.rules.scoping.operators import OPERATORS, Arity


def one_clause(operator: str, *values: str) -> CompiledFilters:
    return compile_filters([ScopingFilter("Title", (Clause("a", operator, values),))])


TABLE: list[tuple[str, tuple[str, ...], list[Any], list[Any]]] = [
    # operator, its value, attribute values that pass, attribute values that do not
    ("EQUALS", ("sales",), ["sales"], ["Sales", "sales ", "presales"]),
    ("EQUALS", ("5",), ["5", 5, 5.0], ["05", "5.0", 6]),
    ("EQUALS", ("True",), [True, "True"], [False, "true"]),
    ("NOT EQUALS", ("sales",), ["Sales", "IT", False, 0], ["sales"]),
    ("IS TRUE", (), [True, "True", "true"], [False, "yes", "1", 1]),
    ("IS FALSE", (), [False, "False", "false"], [True, "no", 0]),
    ("IS NOT NULL", (), ["x", " ", False, 0, ("x",)], []),
    ("REGEX MATCH", ("(1[0-9]{6})",), ["1234567", 1234567], ["x1234567", "12345678", "2234567"]),
    ("NOT REGEX MATCH", (r".*\@domain.com",), ["joe@other.com", "joe@DOMAIN.com"], ["joe@domain.com"]),
    ("Greater_Than", ("5",), ["6", "10", 10, " 006 ", "9" * 5000], ["5", "4", "abc", "-6", "6.0", True, "٦"]),
    ("Greater_Than_OR_EQUALS", ("5",), ["5", 5, "0005", "6"], ["4", "five", -6]),
    ("Includes", ("Manager",), ["Sales Manager II", "Manager"], ["manager", "Managr"]),
    ("ENDS_WITH", ("@contoso.com",), ["a@contoso.com"], ["a@contoso.com.au", "a@CONTOSO.COM"]),
    ("&", ("US,CA,MX",), ["US", "CA", "US,CA"], ["FR", "us", "CA,US"]),
    ("!&", ("US,CA,MX",), ["FR", "us"], ["US", "MX"]),
    ("&", ("6",), [2, 4, 7, "6"], [1, 8, "2", "4"]),
    ("!&", ("6",), [1, 8, "2"], [2, 4]),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "values", "passing", "failing"), TABLE)
def test_each_operator_is_true_of_what_the_specification_says(
    operator: str, values: tuple[str, ...], passing: list[Any], failing: list[Any]
) -> None:
    compiled = one_clause(operator, *values)
    assert [value for value in passing if not compiled.passes({"a": value})] == []
    assert [value for value in failing if compiled.passes({"a": value})] == []


OPERAND = {Arity.UNARY: (), Arity.BINARY: ("1",)}


@pytest.mark.parametrize("operator", OPERATORS.values(), ids=list(OPERATORS))
@pytest.mark.parametrize("nothing", [None, "", (), ("",), (None, "")], ids=repr)
def test_null_and_empty_fail_every_operator_but_is_null(operator: Any, nothing: Any) -> None:
    compiled = one_clause(operator.name, *OPERAND[operator.arity])
    assert compiled.passes({"a": nothing}) is (operator.name == "IS NULL")
    assert compiled.passes({}) is (operator.name == "IS NULL")


def test_of_several_values_every_one_must_pass() -> None:
    sales = one_clause("Includes", "sales")
    assert sales.passes({"a": ("sales north", "sales south")})
    assert not sales.passes({"a": ("sales north", "support")})
    assert one_clause("NOT EQUALS", "x").passes({"a": ("y", "z")})
    assert not one_clause("NOT EQUALS", "x").passes({"a": ("y", "x")})


SALES_IN_THE_US = ScopingFilter(
    "Sales", (Clause("department", "EQUALS", ("Sales",)), Clause("country", "EQUALS", ("US",)))
)
IT = ScopingFilter("IT", (Clause("department", "EQUALS", ("IT",)),))


@pytest.mark.parametrize(
    ("user", "passes"),
    [
        ({"department": "Sales", "country": "US"}, True),
        ({"department": "Sales", "country": "FR"}, False),
        ({"department": "IT", "country": "FR"}, True),
        ({"department": "HR", "country": "US"}, False),
        ({}, False),
    ],
)
def test_clauses_of_one_filter_must_all_hold_and_one_filter_of_several_is_enough(
    user: dict[str, str], passes: bool
) -> None:
    compiled = compile_filters([SALES_IN_THE_US, IT])
    assert compiled.passes(user) is passes
    assert compiled.evaluate(user).passed is passes


def test_without_filters_everyone_passes() -> None:
    assert compile_filters([]).passes({})
    assert compile_filters([]).evaluate({}).passed


def test_the_evaluation_says_what_each_clause_decided() -> None:
    evaluation = compile_filters([SALES_IN_THE_US, IT]).evaluate({"department": "Sales"})
    assert evaluation.as_details() == {
        "Sales.department EQUALS 'Sales'": True,
        "Sales.country EQUALS 'US'": False,
        "IT.department EQUALS 'IT'": False,
    }
    assert [(title, clause.text, clause.shown_value) for title, clause in evaluation.failures()] == [
        ("Sales", "country EQUALS 'US'", "it has no value"),
        ("IT", "department EQUALS 'IT'", "it is 'Sales'"),
    ]
    assert compile_filters([SALES_IN_THE_US, IT]).evaluate({"department": "IT"}).passed_filter == "IT"


def test_all_cases_of_the_specification_pass(shared: Path) -> None:
    cases = json.loads((shared / "spec" / "scoping-cases.json").read_bytes())
    wrong = []
    for case in cases:
        filters = [
            ScopingFilter("t", tuple(Clause(c["attribute"], c["operator"], _values(c)) for c in clauses))
            for clauses in case["filters"]
        ]
        if compile_filters(filters).passes(case["user"]) is not case["expected"]:
            wrong.append(case["id"])
    assert wrong == []
    assert len(cases) == 42


def _values(clause: dict[str, Any]) -> tuple[str, ...]:
    return (clause["value"],) if "value" in clause else ()


SCALARS = st.none() | st.text() | st.booleans() | st.integers() | st.floats() | st.just("\ud800") | st.just(10**4000)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=6,
)
OPERANDS = (
    st.text(max_size=12) | st.integers(min_value=-3).map(str) | st.sampled_from(["(", "[a-", "\\", "(?=a)", "\ud800"])
)
CLAUSES = st.builds(
    Clause,
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(list(OPERATORS)) | st.text(max_size=8),
    st.lists(OPERANDS, max_size=2).map(tuple),
)
FILTERS = st.lists(st.builds(ScopingFilter, st.text(max_size=5), st.lists(CLAUSES, max_size=3).map(tuple)), max_size=3)


@given(FILTERS, st.fixed_dictionaries({}, optional={"a": VALUES, "b": VALUES}))
def test_any_filter_answers_for_any_user_or_is_refused(filters: list[ScopingFilter], user: dict[str, Any]) -> None:
    try:
        compiled = compile_filters(filters)
    except FilterError:
        return
    evaluation = compiled.evaluate(user)
    assert compiled.passes(user) is evaluation.passed
    assert all(value.shown_value for _, value in evaluation.failures())


SOUND = st.sampled_from(
    [("EQUALS", ("x",)), ("Includes", ("x",)), ("IS TRUE", ()), ("REGEX MATCH", ("x+",)), ("Greater_Than", ("3",))]
)


@given(SOUND, VALUES)
def test_a_test_and_its_negation_are_never_both_true(sound: tuple[str, tuple[str, ...]], value: Any) -> None:
    negations = {"EQUALS": "NOT EQUALS", "REGEX MATCH": "NOT REGEX MATCH", "IS TRUE": "IS FALSE"}
    operator, values = sound
    if operator in negations:
        negated = one_clause(negations[operator], *values).passes({"a": value})
        assert not (negated and one_clause(operator, *values).passes({"a": value}))
