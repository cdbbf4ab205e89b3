"""May these filters be saved? What is wrong is named with its place, all at once."""

import pytest
from hypothesis import given

from instep.directory.definitions import find_group_attribute, find_user_attribute
from instep.rules.scoping.check import filter_problems
from instep.rules.scoping.compile import compile_filters
from instep.rules.scoping.filters import Clause, ScopingFilter
from rules.scoping.test_filters import FILTERS


def problems(*filters: ScopingFilter) -> list[str]:
    return [str(problem) for problem in filter_problems(filters, find_user_attribute)]


def sales(*clauses: Clause) -> ScopingFilter:
    return ScopingFilter("Sales", clauses)


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        (Clause("departmnt", "EQUALS", ("x",)), "a user has no source attribute 'departmnt'; did you mean department?"),
        (Clause("Department", "EQUALS", ("x",)), "did you mean department?"),
        (Clause("", "EQUALS", ("x",)), "names no attribute"),
        (Clause("department", "equals", ("x",)), "there is no operator 'equals'; did you mean EQUALS?"),
        (Clause("department", "GREATER_THAN", ("1",)), "did you mean Greater_Than?"),
        (Clause("department", "LIKE", ("x",)), "there are EQUALS, NOT EQUALS"),
        (Clause("department", "EQUALS"), "EQUALS takes one value, not none"),
        (Clause("department", "EQUALS", ("a", "b")), "EQUALS takes one value, not 2"),
        (Clause("department", "EQUALS", ("",)), "EQUALS needs a value; whether there is none, IS NULL tells"),
        (Clause("department", "IS NULL", ("x",)), "IS NULL takes no value"),
        (Clause("employeeId", "Greater_Than", ("ten",)), "Greater_Than takes a whole number of 0 or more, not 'ten'"),
        (Clause("employeeId", "Greater_Than", ("-1",)), "takes a whole number of 0 or more"),
        (Clause("mail", "REGEX MATCH", ("(?!x)y",)), "cannot use the pattern '(?!x)y': RE2 has no"),
        (Clause("manager", "IS NOT NULL"), "references cannot be used"),
        (Clause("appRoleAssignments", "IS NOT NULL"), "app roles cannot be used"),
        (Clause("userType", "EQUALS", ("Guest",)), "userType: it cannot be used"),
        (Clause("IsMemberOf", "EQUALS", ("x",)), "assign the group"),
        (Clause("IsSoftDeleted", "IS TRUE"), "computed from the scoping filters"),
        (Clause("proxyAddresses", "Includes", ("x",)), "it has several values"),
        (Clause("otherMails", "IS NULL"), "it has several values"),
        (Clause("startDate", "EQUALS", ("x",)), "it is a date"),
        (Clause("employeeHireDate", "EQUALS", ("x",)), "it is a date"),
        (Clause("accountEnabled", "EQUALS", ("true",)), "is a Boolean, which EQUALS cannot test; IS TRUE"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_clause_is_said_with_its_place(clause: Clause, message: str) -> None:
    (problem,) = problems(sales(Clause("city", "EQUALS", ("Oslo",)), clause))
    assert problem.startswith("filter 'Sales', clause 2: ")
    assert message in problem


def test_a_filter_needs_a_title_and_clauses() -> None:
    assert problems(ScopingFilter(" ", (Clause("city", "IS NULL"),)), ScopingFilter("Empty", ())) == [
        "filter 1: it needs a title",
        "filter 'Empty': it has no clauses; without one it would let everyone through",
    ]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = sales(Clause("x", "LIKE"), Clause("city", "EQUALS", ("Oslo",)), Clause("manager", "IS TRUE", ("1",)))
    assert [problem.partition(": ")[0] for problem in problems(wrong)] == [
        "filter 'Sales', clause 1",
        "filter 'Sales', clause 1",
        "filter 'Sales', clause 3",
        "filter 'Sales', clause 3",
    ]


def test_sound_filters_have_no_problem() -> None:
    assert not problems(
        sales(
            Clause("extensionAttribute1", "IS TRUE"),
            Clause("extension_0123456789abcdef0123456789abcdef_costCentre", "EQUALS", ("4711",)),
            Clause("accountEnabled", "IS TRUE"),
            Clause("objectId", "IS NOT NULL"),
        )
    )
    assert not problems()


def test_groups_have_attributes_of_their_own() -> None:
    filters = [
        sales(Clause("department", "EQUALS", ("x",)), Clause("members", "IS NULL"), Clause("displayName", "IS NULL"))
    ]
    found = [str(problem) for problem in filter_problems(filters, find_group_attribute)]
    assert len(found) == 2
    assert "a group has no source attribute 'department'" in found[0]
    assert "memberships cannot be used" in found[1]


@given(FILTERS)
def test_whatever_may_be_saved_compiles(filters: list[ScopingFilter]) -> None:
    if not list(filter_problems(filters, find_user_attribute)):
        compile_filters(filters)
