"""What may a job do to accounts, and what becomes of one that is disabled (engine.md 5.2, 5.4, 5.5)?"""

from dataclasses import dataclass
from enum import StrEnum

from instep.scim.dialects import DisabledAccounts


class TargetAction(StrEnum):
    """What a job may do in the target (Target Object Actions); the values are Graph's `flowTypes` (engine.md 5.4)."""

    CREATE = "Add"
    UPDATE = "Update"
    DELETE = "Delete"


ALL_ACTIONS = frozenset(TargetAction)


@dataclass(frozen=True, slots=True)
class TargetRules:
    """What the job's configuration says of the target's accounts.

    `has_soft_delete` is Graph's IsSoftDeletionSupported: without it, an account that is to be disabled is deleted.
    `skips_out_of_scope` is SkipOutOfScopeDeletions: whoever leaves the scope keeps the account as it is. `create_only`
    are target attributes that are never changed.
    """

    actions: frozenset[TargetAction] = ALL_ACTIONS
    has_soft_delete: bool = True
    skips_out_of_scope: bool = False
    disabled_accounts: DisabledAccounts = DisabledAccounts.CHANGEABLE
    create_only: frozenset[str] = frozenset()


EVERYTHING = TargetRules()
