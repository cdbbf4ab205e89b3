"""What does an operation on a group leave in a held set: itself, or each member whom it is about?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from instep.cycle.groups.turns import GroupTurn
from instep.ledger.groups import GroupOperation
from instep.ledger.planned_groups import planned_for_group
from instep.ledger.plans import Held, PlanSubject
from instep.ledger.records import Action, Status
from instep.rules.planning.memberships import Members
from instep.rules.planning.operations import Operation, OperationKind


def held_deletion(turn: GroupTurn, deletion: Operation, why: Mapping[str, object]) -> Iterator[Held]:
    """Yield what is held of a group that should be deleted."""
    operation = GroupOperation(OperationKind.DELETE, turn.resource_id, deletion.before, {})
    return _staged(turn, operation, why)


def held_leavers(turn: GroupTurn, why: Mapping[str, object]) -> Iterator[Held]:
    """Yield what is held of a group that members should leave: each of them."""
    leaving = Members(tuple(turn.held))
    return _staged(turn, GroupOperation(OperationKind.REMOVE_MEMBERS, turn.resource_id, {}, {}, leaving), why)


def _staged(turn: GroupTurn, operation: GroupOperation, why: Mapping[str, object]) -> Iterator[Held]:
    for planned in planned_for_group(turn.group.id, operation, turn.decided_at, why):
        staged = replace(planned, action=Action.STAGED_DELETE, status=Status.WARNING, code="StagedDelete")
        yield Held(staged, PlanSubject.GROUP_REMOVALS)
