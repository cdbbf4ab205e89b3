"""The user groups of a location and the matrix of their rights."""

import pytest

from proxyclick.people.user_groups import (
    GROUPS_WITH,
    GroupChange,
    Right,
    UserGroup,
    group_change,
    group_named,
    may,
)

# As it is published: Default, Administrators, Reception, Security, Assistants, Agents.
MATRIX = {
    Right.DEFINE_GROUPS: ".Y....",
    Right.CREATE_USERS: "YYYYYY",
    Right.EDIT_USERS: ".Y....",
    Right.SEE_USERS: "YYYYYY",
    Right.SEE_EMERGENCY_LIST: ".YYY..",
    Right.ADD_VISITOR_PROFILES: "YYYYYY",
    Right.EDIT_VISITOR_PROFILES: ".Y....",
    Right.EXPORT_VISITORS: ".YYY..",
    Right.CREATE_VISITS: "YYYYYY",
    Right.CREATE_GROUP_VISITS: ".Y....",
    Right.CREATE_VISITS_FOR_OTHERS: ".YYYY.",
    Right.APPROVE_VISITS: ".Y.Y..",
    Right.CHANGE_VISIT_STATUS: ".YYY..",
    Right.DELETE_VISITS: "YYYYYY",
    Right.HANDLE_WATCHLIST_MATCHES: ".Y.Y.Y",
    Right.SEE_EMPLOYEE_LOGBOOK: ".Y.Y..",
    Right.MANAGE_LOCATIONS: ".Y....",
    Right.MANAGE_INTEGRATIONS: ".Y....",
}
CELLS = [
    (right, group, mark == "Y") for right, marks in MATRIX.items() for group, mark in zip(UserGroup, marks, strict=True)
]


@pytest.mark.parametrize(("right", "group", "allowed"), CELLS)
def test_a_group_has_a_right_where_the_matrix_says_so(right: Right, group: UserGroup, allowed: bool) -> None:
    assert may({group}, right) is allowed


def test_every_right_has_its_row() -> None:
    assert set(MATRIX) == set(Right) == set(GROUPS_WITH)


def test_who_is_in_several_groups_may_do_what_any_of_them_may() -> None:
    groups = {UserGroup.DEFAULT, UserGroup.ASSISTANTS, UserGroup.AGENTS}
    assert may(groups, Right.CREATE_VISITS_FOR_OTHERS)
    assert may(groups, Right.HANDLE_WATCHLIST_MATCHES)
    assert not may(groups, Right.EDIT_USERS)


def test_who_is_in_no_group_may_do_nothing() -> None:
    assert not any(may((), right) for right in Right)


def test_a_group_is_known_by_its_name_in_any_case() -> None:
    assert group_named(" reception ") is UserGroup.RECEPTION
    assert group_named("Visitors") is None


def test_nobody_leaves_default() -> None:
    change = group_change({UserGroup.DEFAULT, UserGroup.RECEPTION}, {UserGroup.SECURITY})
    assert change == GroupChange(frozenset({UserGroup.SECURITY}), frozenset({UserGroup.RECEPTION}))


def test_groups_that_are_as_wanted_do_not_change() -> None:
    same = {UserGroup.DEFAULT, UserGroup.AGENTS}
    assert group_change(same, same) == GroupChange(frozenset(), frozenset())
