"""What is to be done about one user: wanted against current, as one operation or as a reason for none?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from instep.rules.mapping.wanted import CompiledMappings, TargetValue
from instep.rules.scoping.standing import Cause, Standing

Values = Mapping[str, TargetValue]


class OperationKind(StrEnum):
    """What a request to the target does for one account."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    ENABLE = "enable"
    DELETE = "delete"


REMOVALS = frozenset({OperationKind.DISABLE, OperationKind.DELETE})


class Reason(StrEnum):
    """Why there is nothing to do; each is a code of the provisioning log."""

    REDUNDANT = "RedundantExport"
    NOT_ENTITLED = "NotEffectivelyEntitled"
    NOT_IN_SCOPE = "NotInProvisioningScope"
    NEVER_CREATED_DISABLED = "NotActiveInSource"
    SOFT_DELETED = "SoftDeletedInSource"
    ALREADY_DISABLED = "AlreadyDisabled"
    DEPROVISIONING_NOT_MAPPED = "DeprovisioningNotMapped"
    ALREADY_DELETED = "AlreadyDeleted"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the user's account: from the link, or from a read; `is_active` as the job last left it."""

    account_id: str
    values: Values
    is_active: bool


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing to do, because."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Operation:
    """One change of one account: `before` and `after` hold only the target attributes that differ.

    For a create `account_id` is None and `before` empty. `leaves_active` is the account's state afterwards.
    """

    kind: OperationKind
    account_id: str | None
    before: Values
    after: Values
    leaves_active: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Nothing may be done, because something is wrong about this user; `code` is the provisioning log's.

    `attribute` is the target attribute that is to blame, where one is.
    """

    code: str
    detail: str
    attribute: str | None = None


Plan = Operation | Nothing | Problem


def plan_unlinked(standing: Standing, wanted: Values) -> Plan:
    """Decide for a user without an account: `wanted` includes the values that flow on creation only."""
    if standing.cause is None:
        return Operation(OperationKind.CREATE, None, {}, wanted, leaves_active=True)
    return Nothing(_reason_without_account(standing.cause))


def plan_linked(standing: Standing, mappings: CompiledMappings, wanted: Values, known: Known) -> Plan:
    """Decide for a user whose account is known; what does not differ is never written (engine.md 1.5, 5.2).

    A user who is disabled in the directory but still in scope goes on being updated, in the same request; one who
    is out of scope or deleted has only those target attributes written that follow from IsSoftDeleted.
    """
    if standing.is_purged:
        return Operation(OperationKind.DELETE, known.account_id, known.values, {}, leaves_active=False)
    if not standing.is_in_scope:
        wanted = {name: value for name, value in wanted.items() if name in mappings.soft_delete_targets}
    before, after = difference(known.values, wanted, mappings.case_insensitive_targets)
    deprovisions = standing.is_soft_deleted and bool(mappings.soft_delete_targets)
    if not after:
        return Nothing(_reason_unchanged(standing, mappings))
    return Operation(_kind(known, standing, deprovisions), known.account_id, before, after, not deprovisions)


def difference(current: Values, wanted: Values, case_insensitive: frozenset[str]) -> tuple[Values, Values]:
    """Return (before, after) of the wanted values that the account does not have yet."""
    after = {
        name: value
        for name, value in wanted.items()
        if (have := current.get(name)) != value and not _same_but_for_case(name, have, value, case_insensitive)
    }
    return {name: current[name] for name in after if name in current}, after


def _same_but_for_case(name: str, have: TargetValue | None, want: TargetValue, insensitive: frozenset[str]) -> bool:
    return (
        name in insensitive and isinstance(have, str) and isinstance(want, str) and have.casefold() == want.casefold()
    )


def _kind(known: Known, standing: Standing, deprovisions: bool) -> OperationKind:  # noqa: FBT001
    if deprovisions and known.is_active:
        return OperationKind.DISABLE
    if not standing.is_soft_deleted and not known.is_active:
        return OperationKind.ENABLE
    return OperationKind.UPDATE


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


def _reason_unchanged(standing: Standing, mappings: CompiledMappings) -> Reason:
    if not standing.is_soft_deleted:
        return Reason.REDUNDANT
    return Reason.ALREADY_DISABLED if mappings.soft_delete_targets else Reason.DEPROVISIONING_NOT_MAPPED
