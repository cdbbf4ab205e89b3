"""What is to be done about one user: wanted against current, as one operation or as a reason for none?"""

from instep.rules.mapping.wanted import CompiledMappings
from instep.rules.planning.deprovision import plan_removal
from instep.rules.planning.difference import changeable, difference
from instep.rules.planning.operations import (
    REMOVALS,
    Known,
    Nothing,
    Operation,
    OperationKind,
    Plan,
    Problem,
    Reason,
    Values,
)
from instep.rules.planning.target_rules import EVERYTHING, TargetAction, TargetRules
from instep.rules.scoping.standing import Cause, Standing

__all__ = [
    "REMOVALS",
    "Known",
    "Nothing",
    "Operation",
    "OperationKind",
    "Plan",
    "Problem",
    "Reason",
    "Values",
    "difference",
    "plan_linked",
    "plan_unlinked",
]


def plan_unlinked(standing: Standing, wanted: Values, rules: TargetRules = EVERYTHING) -> Plan:
    """Decide for a user without an account: `wanted` includes the values that flow on creation only."""
    if standing.cause is not None:
        return Nothing(_reason_without_account(standing.cause))
    if TargetAction.CREATE not in rules.actions:
        return Nothing(Reason.CREATE_OFF)
    return Operation(OperationKind.CREATE, None, {}, wanted, leaves_active=True)


def plan_linked(
    standing: Standing, mappings: CompiledMappings, wanted: Values, known: Known, rules: TargetRules = EVERYTHING
) -> Plan:
    """Decide for a user whose account is known; what does not differ is never written (engine.md 1.5, 5.2)."""
    if standing.is_soft_deleted:
        return plan_removal(standing, mappings, wanted, known, rules)
    if rules.create_only:
        wanted = changeable(wanted, rules)
    before, after = difference(known.values, wanted, mappings.case_insensitive_targets, mappings.adding_targets)
    if not after:
        return Nothing(Reason.REDUNDANT)
    if TargetAction.UPDATE not in rules.actions:
        return Nothing(Reason.UPDATE_OFF)
    kind = OperationKind.UPDATE if known.is_active else OperationKind.ENABLE
    return Operation(kind, known.account_id, before, after, leaves_active=True)


def _reason_without_account(cause: Cause) -> Reason:
    match cause:
        case Cause.DISABLED:
            return Reason.NEVER_CREATED_DISABLED
        case Cause.SOFT_DELETED:
            return Reason.SOFT_DELETED
        case Cause.PURGED:
            return Reason.ALREADY_DELETED
        case Cause.NOT_ASSIGNED | Cause.DEFAULT_ACCESS_ONLY:
            return Reason.NOT_ENTITLED
        case Cause.FAILS_FILTER:
            return Reason.NOT_IN_SCOPE
