"""What becomes of an account whose user should have none? Engine.md 5.2, row by row, for both kinds of target."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, FromExpression, TargetAttribute
from instep.rules.mapping.wanted import compile_mappings
from instep.rules.planning.plan import (
    Known,
    Nothing,
    Operation,
    OperationKind,
    Plan,
    Reason,
    plan_linked,
    plan_unlinked,
)
from instep.rules.planning.target_rules import ALL_ACTIONS, TargetAction, TargetRules
from instep.rules.scoping.standing import Cause, Standing
from instep.scim.dialects import DisabledAccounts

NOT_SOFT_DELETED = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
MAPPINGS = compile_mappings(
    [
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=1),
        AttributeMapping("title", Direct("jobTitle")),
        AttributeMapping("active", FromExpression(NOT_SOFT_DELETED)),
    ],
    (TargetAttribute("userName"), TargetAttribute("title", case_exact=True), TargetAttribute("active", "Boolean")),
)
SOFT = TargetRules()
HARD = TargetRules(has_soft_delete=False)
KINDS = {"with soft delete": SOFT, "without soft delete": HARD}
CREATE, UPDATE, DELETE = TargetAction.CREATE, TargetAction.UPDATE, TargetAction.DELETE

IS_ACTIVE, IS_DISABLED, NO_ACCOUNT = "an active account", "a disabled account", "no account"
DISABLED = ("disable", {"active": False})
DELETED = ("delete", {})
ENABLED = ("enable", {"active": True, "title": "Director"})
CREATED = ("create", {"userName": "ada@x", "title": "Director", "active": True})


def decided(cause: Cause | None, account: str, rules: TargetRules, is_enabled: bool = True) -> Plan:
    """What is planned for a user, whose title is Director by now, who has such an account."""
    standing = Standing(cause, is_enabled=is_enabled and cause is not Cause.DISABLED)
    wanted: dict[str, Any] = {"userName": "ada@x", "title": "Director", "active": cause is None}
    if account == NO_ACCOUNT:
        return plan_unlinked(standing, wanted, rules)
    is_active = account == IS_ACTIVE
    known = Known("a1", {"userName": "ada@x", "title": "Engineer", "active": is_active}, is_active)
    return plan_linked(standing, MAPPINGS, wanted, known, rules)


def said(plan: Plan) -> object:
    match plan:
        case Operation():
            return plan.kind.value, dict(plan.after)
        case Nothing(reason):
            return reason
        case _:
            return plan


# What happened in the directory, to whom; what is sent where accounts can be disabled, and where they cannot.
TABLE: list[tuple[Cause | None, str, object, object]] = [
    (Cause.NOT_ASSIGNED, IS_ACTIVE, DISABLED, DELETED),
    (Cause.DEFAULT_ACCESS_ONLY, IS_ACTIVE, DISABLED, DELETED),
    (Cause.FAILS_FILTER, IS_ACTIVE, DISABLED, DELETED),
    (Cause.DISABLED, IS_ACTIVE, ("disable", {"active": False, "title": "Director"}), DELETED),
    (Cause.SOFT_DELETED, IS_ACTIVE, DISABLED, DELETED),
    (Cause.PURGED, IS_ACTIVE, DELETED, DELETED),
    (Cause.PURGED, IS_DISABLED, DELETED, DELETED),
    (Cause.NOT_ASSIGNED, NO_ACCOUNT, Reason.NOT_ENTITLED, Reason.NOT_ENTITLED),
    (Cause.FAILS_FILTER, NO_ACCOUNT, Reason.NOT_IN_SCOPE, Reason.NOT_IN_SCOPE),
    (Cause.DISABLED, NO_ACCOUNT, Reason.NEVER_CREATED_DISABLED, Reason.NEVER_CREATED_DISABLED),
    (Cause.SOFT_DELETED, NO_ACCOUNT, Reason.SOFT_DELETED, Reason.SOFT_DELETED),
    (Cause.PURGED, NO_ACCOUNT, Reason.ALREADY_DELETED, Reason.ALREADY_DELETED),
    (None, IS_DISABLED, ENABLED, ENABLED),
    (None, NO_ACCOUNT, CREATED, CREATED),
    # Said once is enough:
    (Cause.NOT_ASSIGNED, IS_DISABLED, Reason.ALREADY_DISABLED, Reason.ALREADY_DISABLED),
    (Cause.SOFT_DELETED, IS_DISABLED, Reason.ALREADY_DISABLED, Reason.ALREADY_DISABLED),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("cause", "account", "soft", "hard"), TABLE)
def test_each_event_in_the_directory_has_its_request(
    kind: str, cause: Cause | None, account: str, soft: object, hard: object
) -> None:
    assert said(decided(cause, account, KINDS[kind])) == (soft if kind == "with soft delete" else hard)


# Target Object Actions (engine.md 5.4): which one is off, and what is left of the table then.
OFF: list[tuple[TargetAction, Cause | None, str, object, object]] = [
    (CREATE, None, NO_ACCOUNT, Reason.CREATE_OFF, Reason.CREATE_OFF),
    (CREATE, None, IS_ACTIVE, ("update", {"title": "Director"}), ("update", {"title": "Director"})),
    (CREATE, None, IS_DISABLED, ENABLED, ENABLED),
    (CREATE, Cause.NOT_ASSIGNED, IS_ACTIVE, DISABLED, DELETED),
    (UPDATE, None, IS_ACTIVE, Reason.UPDATE_OFF, Reason.UPDATE_OFF),
    (UPDATE, None, IS_DISABLED, Reason.UPDATE_OFF, Reason.UPDATE_OFF),
    (UPDATE, None, NO_ACCOUNT, CREATED, CREATED),
    (UPDATE, Cause.NOT_ASSIGNED, IS_ACTIVE, Reason.UPDATE_OFF, DELETED),
    (UPDATE, Cause.DISABLED, IS_ACTIVE, Reason.UPDATE_OFF, DELETED),
    (UPDATE, Cause.PURGED, IS_ACTIVE, DELETED, DELETED),
    (DELETE, Cause.NOT_ASSIGNED, IS_ACTIVE, DISABLED, Reason.DELETE_OFF),
    (DELETE, Cause.DISABLED, IS_ACTIVE, ("disable", {"active": False, "title": "Director"}), Reason.DELETE_OFF),
    (DELETE, Cause.SOFT_DELETED, IS_ACTIVE, DISABLED, Reason.DELETE_OFF),
    (DELETE, Cause.PURGED, IS_DISABLED, Reason.DELETE_OFF, Reason.DELETE_OFF),
    # Whose deletion and purge came between two cycles: the disable is made up for.
    (DELETE, Cause.PURGED, IS_ACTIVE, DISABLED, Reason.DELETE_OFF),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("off", "cause", "account", "soft", "hard"), OFF)
def test_an_action_that_is_off_is_not_done_and_the_others_are(
    kind: str, off: TargetAction, cause: Cause | None, account: str, soft: object, hard: object
) -> None:
    rules = replace(KINDS[kind], actions=ALL_ACTIONS - {off})
    assert said(decided(cause, account, rules)) == (soft if kind == "with soft delete" else hard)


@pytest.mark.parametrize("rules", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("cause", [Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.FAILS_FILTER], ids=str)
def test_with_skip_out_of_scope_deletions_whoever_leaves_the_scope_keeps_the_account(
    rules: TargetRules, cause: Cause
) -> None:
    keeping = replace(rules, skips_out_of_scope=True)
    assert decided(cause, IS_ACTIVE, keeping) == Nothing(Reason.OUT_OF_SCOPE_SKIPPED)
    assert decided(cause, NO_ACCOUNT, keeping) == decided(cause, NO_ACCOUNT, rules)


@pytest.mark.parametrize("rules", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(
    ("cause", "is_enabled"),
    [
        (Cause.DISABLED, False),
        (Cause.SOFT_DELETED, True),
        (Cause.PURGED, True),
        (Cause.NOT_ASSIGNED, False),
        (Cause.FAILS_FILTER, False),
    ],
)
def test_with_skip_out_of_scope_deletions_whom_the_directory_itself_stops_goes_all_the_same(
    rules: TargetRules, cause: Cause, is_enabled: bool
) -> None:
    keeping = replace(rules, skips_out_of_scope=True)
    assert decided(cause, IS_ACTIVE, keeping, is_enabled) == decided(cause, IS_ACTIVE, rules, is_enabled)


def test_an_account_that_is_frozen_once_disabled_gets_nothing_else_with_the_disable_or_after_it() -> None:
    frozen = TargetRules(disabled_accounts=DisabledAccounts.FROZEN)
    assert said(decided(Cause.DISABLED, IS_ACTIVE, frozen)) == DISABLED
    assert decided(Cause.DISABLED, IS_DISABLED, frozen) == Nothing(Reason.ALREADY_DISABLED)
    assert said(decided(Cause.DISABLED, IS_DISABLED, SOFT)) == ("update", {"title": "Director"})
    assert said(decided(None, IS_DISABLED, frozen)) == ENABLED


def test_a_disable_is_final_where_the_target_deletes_what_is_disabled() -> None:
    deleting = TargetRules(disabled_accounts=DisabledAccounts.DELETED)
    plan = decided(Cause.NOT_ASSIGNED, IS_ACTIVE, deleting)
    assert isinstance(plan, Operation)
    assert (plan.kind, plan.is_final) == (OperationKind.DISABLE, True)
    assert not decided(Cause.NOT_ASSIGNED, IS_ACTIVE, SOFT).is_final  # type: ignore[union-attr]


RULES = st.builds(
    TargetRules,
    st.frozensets(st.sampled_from(TargetAction)),
    st.booleans(),
    st.booleans(),
    st.sampled_from(DisabledAccounts),
)
ACCOUNTS = st.sampled_from([IS_ACTIVE, IS_DISABLED, NO_ACCOUNT])
ACTION_OF = {
    OperationKind.CREATE: CREATE,
    OperationKind.UPDATE: UPDATE,
    OperationKind.ENABLE: UPDATE,
    OperationKind.DISABLE: UPDATE,
    OperationKind.DELETE: DELETE,
}


@given(st.sampled_from([None, *Cause]), ACCOUNTS, RULES, st.booleans())
def test_nothing_is_ever_planned_that_the_job_may_not_do(
    cause: Cause | None, account: str, rules: TargetRules, is_enabled: bool
) -> None:
    plan = decided(cause, account, rules, is_enabled)
    if isinstance(plan, Operation):
        assert ACTION_OF[plan.kind] in rules.actions
        assert plan.kind is not OperationKind.DELETE or cause is not None
    else:
        assert isinstance(plan, Nothing)


@given(st.sampled_from(Cause), RULES)
def test_whoever_may_not_sign_in_has_no_active_account_left_unless_a_setting_forbids_what_it_takes(
    cause: Cause, rules: TargetRules
) -> None:
    plan = decided(cause, IS_ACTIVE, rules, is_enabled=False)
    if rules.actions >= {UPDATE, DELETE}:
        assert isinstance(plan, Operation)
        assert plan.kind in (OperationKind.DISABLE, OperationKind.DELETE)
