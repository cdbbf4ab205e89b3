"""What does an operation on a group leave in a held set: itself, or each member whom it is about, and why?"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from instep.cycle.groups.turns import GroupTurn, HeldMember, Withheld
from instep.ledger.groups import GroupOperation
from instep.ledger.planned_groups import planned_for_group
from instep.ledger.plans import Held, PlanSubject, held_in
from instep.ledger.records import Action, Status
from instep.rules.health.budgets import Budgeted, Judgement, subject_of
from instep.rules.planning.memberships import Members
from instep.rules.planning.operations import Operation, OperationKind

Judgements = Mapping[Budgeted, Judgement]
_STAGED_DELETE = (Action.STAGED_DELETE, "StagedDelete")
STAGED = {
    Budgeted.PEOPLE: _STAGED_DELETE,
    Budgeted.GROUPS: _STAGED_DELETE,
    Budgeted.MEMBERSHIPS: (Action.UPDATE, "StagedUpdate"),
    Budgeted.CREATES: (Action.CREATE, "StagedCreate"),
    Budgeted.UPDATES: (Action.UPDATE, "StagedUpdate"),
}
_REMOVALS = (Budgeted.PEOPLE, Budgeted.GROUPS)


def held_deletion(turn: GroupTurn, deletion: Operation, judgements: Judgements) -> Iterator[Held]:
    """Yield what is held of a group that should be deleted."""
    operation = GroupOperation(OperationKind.DELETE, turn.resource_id, deletion.before, {})
    return _staged(turn, operation, of_deletion(judgements), judgements)


def held_members(turn: GroupTurn, judgements: Judgements) -> Iterator[Held]:
    """Yield what is held of a group to which members should come, or which they should leave: each of them."""
    for each in turn.held:
        member = Members(((each.user_id, each.account_id),))
        yield from _staged(turn, GroupOperation(each.kind, turn.resource_id, {}, {}, member), each.of, judgements)


def held_operation(turn: GroupTurn, withheld: Withheld) -> Iterator[Held]:
    """Yield what is held of a group that should be created or updated."""
    operation = withheld.operation
    of = subject_of(operation.kind)
    sent = GroupOperation(operation.kind, operation.account_id, operation.before, operation.after)
    return _staged(turn, sent, of, {of: withheld.judgement})


def of_deletion(judgements: Judgements) -> Budgeted:
    """Return which budget holds the deletions of groups: that of people, or their own."""
    return Budgeted.PEOPLE if judgements[Budgeted.PEOPLE].is_over else Budgeted.GROUPS


def of_members(held: list[HeldMember]) -> Budgeted:
    """Return which budget the log names: of removals, if there are any."""
    removals = any(each.of is Budgeted.PEOPLE for each in held)
    return Budgeted.PEOPLE if removals else Budgeted.MEMBERSHIPS


def why_held(of: Budgeted, judgements: Judgements) -> dict[str, object]:
    """Return what the log says of what is held: the budget that is exceeded, and by how many."""
    judgement = judgements[of]
    facts: dict[str, object] = {"of": of.value, "budget": judgement.limit}
    if judgement.needs_approval:
        facts["approval"] = True
    if of in _REMOVALS:
        return {**facts, "removals": judgement.planned + judgement.spent}
    spent = {"spent": judgement.spent} if judgement.spent else {}
    return {**facts, "planned": judgement.planned, **spent}


def _staged(turn: GroupTurn, operation: GroupOperation, of: Budgeted, judgements: Judgements) -> Iterator[Held]:
    action, code = STAGED[of]
    cause = {"cause": turn.standing.cause.value} if turn.standing.cause is not None else {}
    why = {**cause, **why_held(of, judgements)}
    subject = PlanSubject.GROUP_REMOVALS if of in _REMOVALS else held_in(of, judgements[of])
    for planned in planned_for_group(turn.group.id, operation, turn.decided_at, why):
        yield Held(replace(planned, action=action, status=Status.WARNING, code=code), subject)
