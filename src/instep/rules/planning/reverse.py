"""What would put an account back as it was before a cycle: one operation, or why is there none?

It is worked out from what the cycle wrote, and what was there before, alone. What has been written otherwise since is
left as it is, and no account is ever deleted, as that cannot be put right again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from instep.rules.mapping.wanted import TargetValue
from instep.rules.planning.operations import REMOVALS, Known, Nothing, Operation, OperationKind, Plan, Problem, Values
from instep.rules.planning.target_rules import TargetAction, TargetRules
from instep.scim.dialects import DisabledAccounts


class Kept(StrEnum):
    """Why something is left as it is; each is a code of a plan that undoes a cycle."""

    DELETED = "UndoDeleted"
    NOT_LINKED = "UndoNotLinked"
    ANOTHER_ACCOUNT = "UndoAnotherAccount"
    ALREADY = "UndoAlready"
    CHANGED_SINCE = "UndoChangedSince"
    NOT_MAPPED = "UndoNotMapped"
    WOULD_DELETE = "UndoWouldDelete"
    CANNOT_DISABLE = "UndoCannotDisable"
    FROZEN = "UndoFrozen"
    PROTECTED = "UndoProtected"
    UPDATE_OFF = "UpdateActionOff"


@dataclass(frozen=True, slots=True)
class Written:
    """What a cycle has done to one user's account, with the values before and after; both hold what was written."""

    user_id: str
    kind: OperationKind
    account_id: str | None
    before: Values
    after: Values


@dataclass(frozen=True, slots=True)
class Writable:
    """The target attributes that are mapped, and not only ever added to; those that make an account active."""

    targets: frozenset[str]
    deciding: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reversal:
    """What is to be done, or None; `kept` says why nothing is, and `kept_attributes` which of several stay, and why."""

    operation: Operation | None
    kept: Kept | None = None
    kept_attributes: Mapping[str, Kept] = field(default_factory=dict)


def written_together(several: Sequence[Written]) -> Written:
    """Return what several operations of one cycle on one account, in their order, are as one."""
    first, last = several[0], several[-1]
    before: dict[str, TargetValue | None] = {}
    after: dict[str, TargetValue | None] = {}
    for each in several:
        before.update({name: value for name, value in each.before.items() if name not in after})
        after.update(each.after)
    decisive = [each.kind for each in several if each.kind is not OperationKind.UPDATE]
    kinds = {OperationKind.CREATE, OperationKind.DELETE}.intersection(decisive)
    if kinds:  # what was created and is gone again is gone
        kind = OperationKind.DELETE if OperationKind.DELETE in kinds else OperationKind.CREATE
    else:
        kind = decisive[-1] if decisive else OperationKind.UPDATE
    return Written(first.user_id, kind, last.account_id or first.account_id, before, after)


def reverse(
    written: Written, known: Known | None, disabling: Plan | None, rules: TargetRules, writable: Writable
) -> Reversal:
    """Say what undoes it for the account as it is known now; `known` is None where the user has none any more.

    `disabling` is what would disable an account that was created.
    """
    if written.kind is OperationKind.DELETE:
        return Reversal(None, Kept.DELETED)
    if known is None:
        return Reversal(None, Kept.NOT_LINKED)
    if written.account_id is not None and known.account_id != written.account_id:
        return Reversal(None, Kept.ANOTHER_ACCOUNT)
    if TargetAction.UPDATE not in rules.actions:
        return Reversal(None, Kept.UPDATE_OFF)
    if written.kind is OperationKind.CREATE:
        return _disabled(known, disabling)
    if (kept := _kept_as_a_whole(written, known, rules)) is not None:
        return Reversal(None, kept)
    return _values_before(written, known, writable)


def _disabled(known: Known, disabling: Plan | None) -> Reversal:
    """An account that was created is disabled: whether it may be deleted, nobody can know."""
    if not known.is_active:
        return Reversal(None, Kept.ALREADY)
    match disabling:
        case Operation(kind=OperationKind.DISABLE, is_final=False):
            return Reversal(disabling)
        case Operation(kind=OperationKind.DELETE) | Operation(is_final=True):
            return Reversal(None, Kept.WOULD_DELETE)
        case Operation() | Nothing() | Problem() | None:
            return Reversal(None, Kept.CANNOT_DISABLE)


def _kept_as_a_whole(written: Written, known: Known, rules: TargetRules) -> Kept | None:
    if written.kind in REMOVALS and known.is_active:
        return Kept.ALREADY
    if written.kind is OperationKind.ENABLE:
        if not known.is_active:
            return Kept.ALREADY
        if rules.disabled_accounts is DisabledAccounts.DELETED:
            return Kept.WOULD_DELETE
    is_frozen = rules.disabled_accounts is not DisabledAccounts.CHANGEABLE
    return Kept.FROZEN if is_frozen and written.kind is OperationKind.UPDATE and not known.is_active else None


def _values_before(written: Written, known: Known, writable: Writable) -> Reversal:
    """Write the values before; a target attribute that had none, as far as is known, is cleared again."""
    before: dict[str, TargetValue | None] = {}
    after: dict[str, TargetValue | None] = {}
    kept: dict[str, Kept] = {}
    for name, value in written.after.items():
        if name not in writable.targets:
            kept[name] = Kept.NOT_MAPPED
        elif known.values.get(name) != value:
            kept[name] = Kept.CHANGED_SINCE
        elif written.before.get(name) != value:
            after[name] = written.before.get(name)
            if name in known.values:
                before[name] = known.values[name]
    kind = _REVERSED.get(written.kind, OperationKind.UPDATE)
    decides = kind is not OperationKind.UPDATE and not writable.deciding.isdisjoint(kept)
    if decides or not after:
        return Reversal(None, next(iter(kept.values()), Kept.ALREADY), kept)
    is_active = known.is_active if kind is OperationKind.UPDATE else kind is OperationKind.ENABLE
    return Reversal(Operation(kind, known.account_id, before, after, leaves_active=is_active), None, kept)


_REVERSED = {
    OperationKind.DISABLE: OperationKind.ENABLE,
    OperationKind.ENABLE: OperationKind.DISABLE,
}
