"""What is an operation, and what is said where there is none?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from instep.rules.mapping.wanted import TargetValue

Values = Mapping[str, TargetValue | None]  # None: the target attribute is to be cleared


class OperationKind(StrEnum):
    """What a request to the target does for one account."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    ENABLE = "enable"
    DELETE = "delete"
    ADD_MEMBERS = "add members"  # of a group
    REMOVE_MEMBERS = "remove members"


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
    OUT_OF_SCOPE_SKIPPED = "SkipOutOfScopeDeletions"
    CREATE_OFF = "CreateActionOff"
    UPDATE_OFF = "UpdateActionOff"
    DELETE_OFF = "DeleteActionOff"
    NOT_AS_PLANNED = "NotAsPlanned"
    REJECTED = "RejectedByAdministrator"
    PROTECTED = "ProtectedUser"


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

    For a create `account_id` is None and `before` empty. `leaves_active` is the account's state afterwards;
    `is_final` says of a disable that there is no account afterwards, as the target deletes what is disabled.
    """

    kind: OperationKind
    account_id: str | None
    before: Values
    after: Values
    leaves_active: bool
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Nothing may be done, because something is wrong about this user; `code` is the provisioning log's.

    `attribute` is the target attribute that is to blame, where one is.
    """

    code: str
    detail: str
    attribute: str | None = None


Plan = Operation | Nothing | Problem
