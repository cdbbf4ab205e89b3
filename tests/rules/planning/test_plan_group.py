"""What is done about a group itself, for each place where it can stand?"""

import pytest

from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, TargetAttribute
from instep.rules.mapping.wanted import compile_mappings
from instep.rules.planning.operations import Known, Nothing, Operation, OperationKind, Reason
from instep.rules.planning.plan_group import plan_group_without_link, plan_linked_group, plan_new_group
from instep.rules.planning.target_rules import TargetAction, TargetRules
from instep.rules.scoping.standing import Cause, Standing

MAPPINGS = compile_mappings(
    [AttributeMapping("displayName", Direct("displayName"), matching_priority=1)],
    [TargetAttribute("displayName", case_exact=True)],
)
KNOWN = Known("G1", {"displayName": "Sales"}, is_active=True)
ALL = TargetRules()


def without(action: TargetAction) -> TargetRules:
    return TargetRules(actions=frozenset(TargetAction) - {action})


def test_a_new_group_is_created_where_that_is_allowed() -> None:
    planned = plan_new_group({"displayName": "Sales"}, ALL)
    assert planned == Operation(OperationKind.CREATE, None, {}, {"displayName": "Sales"}, leaves_active=True)
    assert plan_new_group({}, without(TargetAction.CREATE)) == Nothing(Reason.CREATE_OFF)


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        (Cause.PURGED, Reason.ALREADY_DELETED),
        (Cause.NOT_ASSIGNED, Reason.NOT_ENTITLED),
        (Cause.DEFAULT_ACCESS_ONLY, Reason.NOT_ENTITLED),
        (Cause.FAILS_FILTER, Reason.NOT_IN_SCOPE),
    ],
)
def test_a_group_that_was_never_provisioned_stays_so(cause: Cause, reason: Reason) -> None:
    assert plan_group_without_link(Standing(cause)) == Nothing(reason)


def test_only_what_differs_is_written() -> None:
    assert plan_linked_group(Standing(None), MAPPINGS, {"displayName": "Sales"}, KNOWN, ALL) == Nothing(
        Reason.REDUNDANT
    )
    planned = plan_linked_group(Standing(None), MAPPINGS, {"displayName": "SALES"}, KNOWN, ALL)
    before, after = {"displayName": "Sales"}, {"displayName": "SALES"}
    assert planned == Operation(OperationKind.UPDATE, "G1", before, after, leaves_active=True)


def test_nothing_is_updated_where_that_is_switched_off() -> None:
    rules = without(TargetAction.UPDATE)
    planned = plan_linked_group(Standing(None), MAPPINGS, {"displayName": "Other"}, KNOWN, rules)
    assert planned == Nothing(Reason.UPDATE_OFF)


@pytest.mark.parametrize("cause", [Cause.PURGED, Cause.NOT_ASSIGNED, Cause.DEFAULT_ACCESS_ONLY, Cause.FAILS_FILTER])
def test_a_group_out_of_scope_is_deleted_where_that_is_allowed(cause: Cause) -> None:
    planned = plan_linked_group(Standing(cause), MAPPINGS, {}, KNOWN, ALL)
    assert isinstance(planned, Operation)
    assert (planned.kind, planned.account_id) == (OperationKind.DELETE, "G1")
    planned = plan_linked_group(Standing(cause), MAPPINGS, {}, KNOWN, without(TargetAction.DELETE))
    assert planned == Nothing(Reason.DELETE_OFF)


def test_what_leaves_the_scope_is_left_alone_where_the_job_says_so() -> None:
    rules = TargetRules(skips_out_of_scope=True)
    unassigned = plan_linked_group(Standing(Cause.NOT_ASSIGNED), MAPPINGS, {}, KNOWN, rules)
    assert unassigned == Nothing(Reason.OUT_OF_SCOPE_SKIPPED)
    deleted = plan_linked_group(Standing(Cause.PURGED), MAPPINGS, {}, KNOWN, rules)
    assert isinstance(deleted, Operation)
