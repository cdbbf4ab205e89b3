"""What is to be done about one user? (engine.md 1.5, 5.2 for an application with soft delete, 5.6)"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, FromExpression, TargetAttribute
from instep.rules.mapping.wanted import CompiledMappings, compile_mappings
from instep.rules.planning.plan import (
    Known,
    Nothing,
    Operation,
    OperationKind,
    Plan,
    Reason,
    difference,
    plan_linked,
    plan_unlinked,
)
from instep.rules.scoping.standing import Cause, Standing

ACTIVE = Standing(None)
SWITCH = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
TARGETS = (
    TargetAttribute("userName"),
    TargetAttribute("active", "Boolean"),
    TargetAttribute("title", case_exact=True),
    TargetAttribute("roles", multivalued=True, case_exact=True),
)
NAME, TITLE = (
    AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=1),
    AttributeMapping("title", Direct("jobTitle")),
)
WITH_SOFT_DELETE = compile_mappings([NAME, TITLE, AttributeMapping("active", FromExpression(SWITCH))], TARGETS)
WITHOUT = compile_mappings([NAME, TITLE], TARGETS)


def wanted(standing: Standing, title: str | None = "Engineer", mappings: CompiledMappings = WITH_SOFT_DELETE) -> Any:
    values: dict[str, Any] = {"userName": "ada@x"}
    if title is not None:
        values["title"] = title
    if mappings is WITH_SOFT_DELETE:
        values["active"] = not standing.is_soft_deleted
    return values


def known(is_active: bool = True, title: str = "Engineer") -> Known:
    return Known("a1", {"userName": "ada@x", "title": title, "active": is_active}, is_active)


def linked(cause: Cause | None, account: Known, title: str | None = "Engineer") -> Plan:
    standing = Standing(cause)
    return plan_linked(standing, WITH_SOFT_DELETE, wanted(standing, title), account)


DISABLED = Operation(OperationKind.DISABLE, "a1", {"active": True}, {"active": False}, leaves_active=False)
ENABLED = Operation(OperationKind.ENABLE, "a1", {"active": False}, {"active": True}, leaves_active=True)


@pytest.mark.parametrize(
    "cause", [Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.DISABLED, Cause.SOFT_DELETED], ids=str
)
def test_unassigned_disabled_or_soft_deleted_disables_the_account(cause: Cause) -> None:
    assert linked(cause, known()) == DISABLED


@pytest.mark.parametrize(
    "cause", [Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.DISABLED, Cause.SOFT_DELETED], ids=str
)
def test_an_account_that_is_disabled_already_is_left(cause: Cause) -> None:
    assert linked(cause, known(is_active=False)) == Nothing(Reason.ALREADY_DISABLED)


@pytest.mark.parametrize("is_active", [True, False])
def test_a_hard_delete_deletes_the_account_active_or_not(is_active: bool) -> None:
    account = known(is_active)
    assert plan_linked(Standing(Cause.PURGED), WITH_SOFT_DELETE, {}, account) == Operation(
        OperationKind.DELETE, "a1", account.values, {}, leaves_active=False
    )


def test_whoever_is_back_is_enabled_with_what_changed_meanwhile() -> None:
    assert linked(None, known(is_active=False)) == ENABLED
    plan = linked(None, known(is_active=False), title="Director")
    assert isinstance(plan, Operation)
    assert (plan.kind, plan.after) == (OperationKind.ENABLE, {"active": True, "title": "Director"})


def test_only_what_differs_is_written() -> None:
    assert linked(None, known(), title="Director") == Operation(
        OperationKind.UPDATE, "a1", {"title": "Engineer"}, {"title": "Director"}, leaves_active=True
    )
    assert linked(None, known()) == Nothing(Reason.REDUNDANT)


def test_a_value_that_the_directory_has_no_more_is_left_in_the_account() -> None:
    assert linked(None, known(), title=None) == Nothing(Reason.REDUNDANT)


def test_a_value_that_is_to_be_cleared_is_written_as_none_and_then_left() -> None:
    values = {**wanted(ACTIVE), "title": None}
    assert plan_linked(ACTIVE, WITH_SOFT_DELETE, values, known()) == Operation(
        OperationKind.UPDATE, "a1", {"title": "Engineer"}, {"title": None}, leaves_active=True
    )
    without = {name: value for name, value in known().values.items() if name != "title"}
    assert plan_linked(ACTIVE, WITH_SOFT_DELETE, values, Known("a1", without, True)) == Nothing(Reason.REDUNDANT)


def test_one_who_is_disabled_but_in_scope_goes_on_being_updated() -> None:
    assert linked(Cause.DISABLED, known(is_active=False), title="Director") == Operation(
        OperationKind.UPDATE, "a1", {"title": "Engineer"}, {"title": "Director"}, leaves_active=False
    )
    both = linked(Cause.DISABLED, known(), title="Director")
    assert isinstance(both, Operation)
    assert (both.kind, both.after) == (OperationKind.DISABLE, {"active": False, "title": "Director"})


@pytest.mark.parametrize("cause", [Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.SOFT_DELETED], ids=str)
def test_nothing_but_the_disable_is_written_of_one_who_is_out_of_scope(cause: Cause) -> None:
    assert linked(cause, known(), title="Director") == DISABLED
    assert linked(cause, known(is_active=False), title="Director") == Nothing(Reason.ALREADY_DISABLED)


@pytest.mark.parametrize("cause", [Cause.NOT_ASSIGNED, Cause.DISABLED, Cause.SOFT_DELETED], ids=str)
def test_without_a_mapping_of_is_soft_deleted_no_disable_is_sent(cause: Cause) -> None:
    standing = Standing(cause)
    plan = plan_linked(standing, WITHOUT, wanted(standing, mappings=WITHOUT), known())
    assert plan == Nothing(Reason.DEPROVISIONING_NOT_MAPPED)


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (Cause.DISABLED, Reason.NEVER_CREATED_DISABLED),
        (Cause.SOFT_DELETED, Reason.SOFT_DELETED),
        (Cause.PURGED, Reason.ALREADY_DELETED),
        (Cause.NOT_ASSIGNED, Reason.NOT_ENTITLED),
        (Cause.DEFAULT_ACCESS_ONLY, Reason.NOT_ENTITLED),
    ],
)
def test_one_who_never_had_an_account_gets_none(cause: Cause, reason: Reason) -> None:
    assert plan_unlinked(Standing(cause), wanted(Standing(cause))) == Nothing(reason)


def test_one_who_is_active_and_in_scope_gets_an_account_with_all_values() -> None:
    values = wanted(ACTIVE)
    assert plan_unlinked(ACTIVE, values) == Operation(OperationKind.CREATE, None, {}, values, leaves_active=True)


@pytest.mark.parametrize(
    ("have", "want", "is_exact", "differs"),
    [
        ("Engineer", "engineer", True, True),
        ("Ada@X", "ada@x", False, False),
        ("STRASSE", "straße", False, False),
        ("ada", "bob", False, True),
        (True, False, False, True),
        (["a"], ["A"], False, True),
        ("1", 1, False, True),
        ([{"value": "a"}, {"value": "b"}], [{"value": "b", "display": "B"}, {"value": "a"}], True, False),
        ([{"value": "a"}], [{"value": "a"}, {"value": "b"}], True, True),
        ([{"value": "a"}], [{"value": "A"}], True, True),
        (["a", "b"], ["b", "a"], True, True),
        (None, "", True, False),
        ("ada", "", True, True),
        ("ada", None, True, True),
    ],
)
def test_letter_case_is_a_difference_where_the_target_says_so_and_an_empty_text_where_there_was_one(
    have: Any, want: Any, is_exact: bool, differs: bool
) -> None:
    current = {} if have is None else {"x": have}
    _, after = difference(current, {"x": want}, frozenset() if is_exact else frozenset({"x"}))
    assert bool(after) is differs


def test_of_what_is_only_added_the_account_has_what_it_had_and_what_is_new() -> None:
    own, new = {"value": "own", "since": "2020"}, {"value": "new"}
    adding = frozenset({"roles"})
    assert difference({"roles": [own]}, {"roles": [new]}, frozenset(), adding) == (
        {"roles": [own]},
        {"roles": [own, new]},
    )
    assert difference({"roles": [own, new]}, {"roles": [new]}, frozenset(), adding) == ({}, {})
    assert difference({}, {"roles": [new]}, frozenset(), adding) == ({}, {"roles": [new]})


TEXTS = st.sampled_from(["", "Engineer", "engineer", "Director", "Médecin"])
CLEARED = st.none() | TEXTS
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "userName": TEXTS,
        "title": CLEARED,
        "active": st.booleans(),
        "roles": st.lists(TEXTS, max_size=2),
    },
)
STANDINGS = st.sampled_from([Standing(cause) for cause in (None, *Cause)])


@given(VALUES, VALUES)
def test_a_difference_never_holds_an_equal_value_and_leaves_none_over(current: Any, want: Any) -> None:
    insensitive = WITH_SOFT_DELETE.case_insensitive_targets
    before, after = difference(current, want, insensitive)
    assert all(current.get(name) != value for name, value in after.items())
    assert before == {name: current[name] for name in after if name in current}
    assert difference({**current, **after}, want, insensitive) == ({}, {})


@given(STANDINGS, VALUES, VALUES, st.booleans())
def test_applying_a_plan_leaves_nothing_to_do(standing: Standing, want: Any, current: Any, is_active: bool) -> None:
    want = {**want, "active": not standing.is_soft_deleted}
    plan = plan_linked(standing, WITH_SOFT_DELETE, want, Known("a1", {**current, "active": is_active}, is_active))
    if isinstance(plan, Operation) and plan.kind is not OperationKind.DELETE:
        after = Known("a1", {**current, "active": is_active, **plan.after}, plan.leaves_active)
        assert isinstance(plan_linked(standing, WITH_SOFT_DELETE, want, after), Nothing)


@given(STANDINGS, VALUES, VALUES, st.booleans())
def test_an_account_is_active_afterwards_exactly_if_its_user_should_be(
    standing: Standing, want: Any, current: Any, is_active: bool
) -> None:
    want = {**want, "active": not standing.is_soft_deleted}
    account = Known("a1", {**current, "active": is_active}, is_active)
    plan = plan_linked(standing, WITH_SOFT_DELETE, want, account)
    if not standing.is_purged:
        values = {**account.values, **(plan.after if isinstance(plan, Operation) else {})}
        assert values["active"] is not standing.is_soft_deleted
        assert (plan.leaves_active if isinstance(plan, Operation) else is_active) is not standing.is_soft_deleted
