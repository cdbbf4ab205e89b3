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
    facts = {**facts_of(turn), **_why(operation.kind, budgeted, judgement)}
    log_turn(turn, recorded, action, Status.WARNING, code, facts)
    planned = planned_operation(recorded.entries[-1], operation, turn.decided_at)
    recorded.held.append(Held(planned, held_in(budgeted, judgement)))
    counts.held += 1
    counts.users += 1


def hold_planned(planned: PlannedOperation, judgement: Judgement, recorded: Recorded, counts: Counts) -> None:
    """Add what an operation of a cycle's plan leaves that may not be sent."""
    held = mark_held(planned, judgement)
    recorded.entries.append(held.as_entry())
    recorded.held.append(Held(held, held_in(_budgeted(planned), judgement)))
    counts.held += 1
    counts.users += 1


def mark_held(planned: PlannedOperation, judgement: Judgement) -> PlannedOperation:
    """Return a planned operation as one that may not be sent."""
    budgeted = _budgeted(planned)
    action, code = _STAGED[budgeted]
    facts = {**planned.facts, **_why(planned.kind, budgeted, judgement)}
    return replace(planned, action=action, status=Status.WARNING, code=code, facts=facts)


def mark_held_with_account(planned: PlannedOperation, judgement: Judgement) -> PlannedOperation:
    """Return what makes an account a member of a group as one that may not be sent, as the account is held."""
    facts = {**planned.facts, **_why(OperationKind.CREATE, Budgeted.CREATES, judgement)}
    return replace(planned, status=Status.WARNING, code="StagedCreate", facts=facts)


def _budgeted(planned: PlannedOperation) -> Budgeted:
    if planned.kind is None:
        raise ValueError(f"nothing is planned for {planned.user_id} that could be held")
    return subject_of(planned.kind)


def _why(kind: OperationKind | None, budgeted: Budgeted, judgement: Judgement) -> dict[str, object]:
    facts: dict[str, object] = {"kind": kind, "of": budgeted.value, "budget": judgement.limit}
    facts["removals" if budgeted is Budgeted.REMOVALS else "planned"] = judgement.planned
    if budgeted is not Budgeted.REMOVALS and judgement.spent:
        facts["spent"] = judgement.spent
    if judgement.threshold is not None:
        facts["threshold"] = judgement.threshold
    if judgement.needs_approval:
        facts["approval"] = True
    return facts
