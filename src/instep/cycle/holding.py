"""What does an operation leave that is held: a place in a set, and an entry of the log that says it is staged?"""

from dataclasses import replace

from instep.cycle.ports import Recorded
from instep.cycle.recording import facts_of, log_turn
from instep.cycle.turns import Turn
from instep.ledger.cycles import Counts
from instep.ledger.plans import Held, PlannedOperation, held_in, planned_operation
from instep.ledger.records import Action, Status
from instep.rules.health.budgets import Budgeted, Judgement, subject_of
from instep.rules.planning.plan import Operation, OperationKind

_STAGED = {
    Budgeted.REMOVALS: (Action.STAGED_DELETE, "StagedDelete"),
    Budgeted.CREATES: (Action.CREATE, "StagedCreate"),
    Budgeted.UPDATES: (Action.UPDATE, "StagedUpdate"),
}


def hold_turn(turn: Turn, operation: Operation, judgement: Judgement, recorded: Recorded, counts: Counts) -> None:
    """Add what a turn leaves whose operation may not be sent now."""
    budgeted = subject_of(operation.kind)
    action, code = _STAGED[budgeted]
    facts = {**facts_of(turn), **_why(operation.kind, judgement)}
    log_turn(turn, recorded, action, Status.WARNING, code, facts)
    planned = planned_operation(recorded.entries[-1], operation, turn.decided_at)
    recorded.held.append(Held(planned, held_in(budgeted, judgement)))
    counts.held += 1
    counts.users += 1


def hold_planned(planned: PlannedOperation, kind: OperationKind, judgement: Judgement, recorded: Recorded) -> bool:
    """Add what an operation of a cycle's plan leaves that may not be sent; return whether the log has it.

    What follows another operation of the same user, as a reference to an account that is still to come, has no entry
    of its own.
    """
    budgeted = subject_of(kind)
    _, code = _STAGED[budgeted]
    held = replace(planned, status=Status.WARNING, code=code, facts={**planned.facts, **_why(kind, judgement)})
    recorded.held.append(Held(held, held_in(budgeted, judgement)))
    is_first = not planned.facts.get("reference")
    if is_first:
        recorded.entries.append(held.as_entry())
    return is_first


def _why(kind: OperationKind, judgement: Judgement) -> dict[str, object]:
    of = subject_of(kind)
    facts: dict[str, object] = {"kind": kind.value, "of": of.value, "budget": judgement.limit}
    facts["removals" if of is Budgeted.REMOVALS else "planned"] = judgement.planned
    if judgement.threshold is not None:
        facts["threshold"] = judgement.threshold
    if judgement.needs_approval:
        facts["approval"] = True
    return facts
