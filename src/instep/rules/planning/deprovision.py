"""What becomes of the account of one who should have no active one: disabled, deleted, or left (engine.md 5.2)?"""

from instep.rules.mapping.wanted import CompiledMappings
from instep.rules.planning.difference import changeable, difference
from instep.rules.planning.operations import Known, Nothing, Operation, OperationKind, Plan, Reason, Values
from instep.rules.planning.target_rules import TargetAction, TargetRules
from instep.rules.scoping.standing import Standing
from instep.scim.dialects import DisabledAccounts


def plan_removal(
    standing: Standing, mappings: CompiledMappings, wanted: Values, known: Known, rules: TargetRules
) -> Plan:
    """Decide for a user with an account and a cause to have no active one.

    An account that is disabled already stays, whatever the target, until its user is purged. One that is active when
    its user is purged is disabled where it may not be deleted: a leaver must go.
    """
    may_delete = TargetAction.DELETE in rules.actions
    if standing.is_purged and may_delete:
        return _delete(known)
    if rules.skips_out_of_scope and standing.is_out_of_scope:
        return Nothing(Reason.OUT_OF_SCOPE_SKIPPED)
    if standing.is_purged and not known.is_active:
        return Nothing(Reason.DELETE_OFF)
    if rules.has_soft_delete:
        return _disable(standing, mappings, wanted, known, rules)
    if not known.is_active:
        return Nothing(Reason.ALREADY_DISABLED)
    return _delete(known) if may_delete else Nothing(Reason.DELETE_OFF)


def _delete(known: Known) -> Plan:
    return Operation(OperationKind.DELETE, known.account_id, known.values, {}, leaves_active=False)


def _disable(standing: Standing, mappings: CompiledMappings, wanted: Values, known: Known, rules: TargetRules) -> Plan:
    """Decide where an account can be disabled.

    One who is disabled in the directory but still in scope goes on being updated, in the same request; of one who is
    out of scope or deleted, only those target attributes are written that follow from IsSoftDeleted.
    """
    is_changeable = rules.disabled_accounts is DisabledAccounts.CHANGEABLE
    if not (standing.is_in_scope and is_changeable):
        wanted = {name: value for name, value in wanted.items() if name in mappings.soft_delete_targets}
    wanted = changeable(wanted, rules)
    before, after = difference(known.values, wanted, mappings.case_insensitive_targets, mappings.adding_targets)
    is_mapped = bool(mappings.soft_delete_targets)
    if not after:
        return Nothing(Reason.ALREADY_DISABLED if is_mapped else Reason.DEPROVISIONING_NOT_MAPPED)
    if TargetAction.UPDATE not in rules.actions:
        return Nothing(Reason.UPDATE_OFF)
    kind = OperationKind.DISABLE if is_mapped and known.is_active else OperationKind.UPDATE
    is_final = kind is OperationKind.DISABLE and rules.disabled_accounts is DisabledAccounts.DELETED
    return Operation(kind, known.account_id, before, after, leaves_active=not is_mapped, is_final=is_final)
