"""What is to be done about one group itself, apart from its members: one operation, or a reason for none?

A group has no `active`: one that is out of scope is deleted in the target, for good (engine.md 5.3).
"""

from instep.rules.mapping.wanted import CompiledMappings
from instep.rules.planning.difference import changeable, difference
from instep.rules.planning.operations import Known, Nothing, Operation, OperationKind, Plan, Reason, Values
from instep.rules.planning.target_rules import TargetAction, TargetRules
from instep.rules.scoping.standing import Cause, Standing


def plan_new_group(wanted: Values, rules: TargetRules) -> Plan:
    """Decide for a group in scope that the target does not have; it is created empty, members follow."""
    if TargetAction.CREATE not in rules.actions:
        return Nothing(Reason.CREATE_OFF)
    return Operation(OperationKind.CREATE, None, {}, wanted, leaves_active=True)


def plan_group_without_link(standing: Standing) -> Nothing:
    """Decide for a group that is out of scope and was never provisioned."""
    match standing.cause:
        case Cause.PURGED | Cause.SOFT_DELETED:
            return Nothing(Reason.ALREADY_DELETED)
        case Cause.FAILS_FILTER:
            return Nothing(Reason.NOT_IN_SCOPE)
        case _:
            return Nothing(Reason.NOT_ENTITLED)


def plan_linked_group(
    standing: Standing, mappings: CompiledMappings, wanted: Values, known: Known, rules: TargetRules
) -> Plan:
    """Decide for a group that the target is known to have; what does not differ is never written."""
    if not standing.is_in_scope:
        if rules.skips_out_of_scope and standing.is_out_of_scope:
            return Nothing(Reason.OUT_OF_SCOPE_SKIPPED)
        if TargetAction.DELETE not in rules.actions:
            return Nothing(Reason.DELETE_OFF)
        return Operation(OperationKind.DELETE, known.account_id, known.values, {}, leaves_active=False)
    wanted = changeable(wanted, rules)
    before, after = difference(known.values, wanted, mappings.case_insensitive_targets)
    if not after:
        return Nothing(Reason.REDUNDANT)
    if TargetAction.UPDATE not in rules.actions:
        return Nothing(Reason.UPDATE_OFF)
    return Operation(OperationKind.UPDATE, known.account_id, before, after, leaves_active=True)
