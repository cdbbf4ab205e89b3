"""What does a group's turn leave in the ledger: states, link, members, escrow, and one entry of the log?"""

from collections.abc import Mapping
from datetime import datetime

from instep.clock import to_text
from instep.cycle.groups.holding import (
    STAGED,
    Judgements,
    held_deletion,
    held_members,
    held_operation,
    of_deletion,
    of_members,
    why_held,
)
from instep.cycle.groups.ports import RecordedGroups
from instep.cycle.groups.turns import GroupTurn, Withheld
from instep.ledger.group_counts import GroupCounts
from instep.ledger.records import Action, Escrow, LogEntry, OperationState, SourceType, Status
from instep.ledger.scope_facts import scope_facts
from instep.rules.health.budgets import subject_of
from instep.rules.health.intervals import next_attempt
from instep.rules.health.quarantine import is_reference_failure
from instep.rules.health.verdicts import Conflict, Failed, NotThere, Uncertain
from instep.rules.planning.operations import Nothing, Operation, OperationKind, Problem

REFUSED = "UnableToResolveReferenceAttributeValue"
MOST_NAMED = 5
_ACTIONS = {
    OperationKind.CREATE: (Action.CREATE, "EntryExportAdd", "groups_created"),
    OperationKind.UPDATE: (Action.UPDATE, "EntryExportUpdate", "groups_updated"),
    OperationKind.DELETE: (Action.DELETE, "EntryExportDelete", "groups_deleted"),
}


def record_entry(
    turn: GroupTurn,
    recorded: RecordedGroups,
    counts: GroupCounts,
    now: datetime,
    judgements: Judgements,
) -> None:
    """Add the entry that a finished turn leaves; the judgements say why members are held, if any are."""
    problem = _problem(turn)
    if problem is not None:
        _fail(turn, problem, recorded, now)
        counts.groups_failed += 1
        counts.groups_with_refused_members += is_reference_failure(problem.code)
    else:
        action, code, status = _said(turn, counts)
        why = _why_held(turn, judgements)
        _log(turn, recorded, action, status, code, {**_facts(turn), **why})
        if turn.escrow is not None:
            recorded.released.append(turn.group.id)
    if isinstance(turn.plan, Withheld):
        recorded.held.extend(held_operation(turn, turn.plan))
        counts.groups_held += 1
    recorded.held.extend(held_members(turn, judgements))
    counts.memberships_held += len(turn.held)
    counts.groups += 1


def _why_held(turn: GroupTurn, judgements: Judgements) -> Mapping[str, object]:
    if isinstance(turn.plan, Withheld):
        of = subject_of(turn.plan.operation.kind)
        return why_held(of, {of: turn.plan.judgement})
    return why_held(of_members(turn.held), judgements) if turn.held else {}


def hold_deletion(turn: GroupTurn, recorded: RecordedGroups, counts: GroupCounts, judgements: Judgements) -> None:
    """Add what the deletion of a group over budget leaves: it is held, and the log calls it StagedDelete."""
    if turn.operation is None:
        return
    recorded.held.extend(held_deletion(turn, turn.operation, judgements))
    facts = {**_facts(turn), **why_held(of_deletion(judgements), judgements)}
    _log(turn, recorded, Action.STAGED_DELETE, Status.WARNING, "StagedDelete", facts)
    counts.groups_held += 1
    counts.groups += 1


def _said(turn: GroupTurn, counts: GroupCounts) -> tuple[Action, str, Status]:
    """What the log calls a turn that went well: what was done to the group, else to its members."""
    if isinstance(turn.plan, Operation):
        action, code, counter = _ACTIONS[turn.plan.kind]
        setattr(counts, counter, getattr(counts, counter) + 1)
        return action, code, Status.SUCCESS
    if isinstance(turn.plan, Withheld):
        return *STAGED[subject_of(turn.plan.operation.kind)], Status.WARNING
    if turn.added or turn.removed:
        counts.groups_updated += 1
        return Action.UPDATE, "EntryExportUpdate", Status.SUCCESS
    if turn.held:
        return *STAGED[of_members(turn.held)], Status.WARNING
    counts.groups_skipped += 1
    reason = turn.plan.reason.value if isinstance(turn.plan, Nothing) else ""
    return Action.OTHER, reason, Status.SKIPPED


def _problem(turn: GroupTurn) -> Problem | None:
    if isinstance(turn.plan, Problem):
        return turn.plan
    match turn.verdict:
        case Failed(code, detail) | Uncertain(code, detail):
            return Problem(code, detail)
        case Conflict(detail) | NotThere(detail):
            return Problem("EntryConflict", detail)
    if turn.problem is not None:
        return turn.problem
    if turn.refused:
        named = "; ".join(f"{user}: {why}" for user, why in list(turn.refused.items())[:MOST_NAMED])
        more = len(turn.refused) - MOST_NAMED
        others = f"; and {more} more" if more > 0 else ""
        return Problem(REFUSED, f"the target refused {len(turn.refused)} of its members ({named}{others})")
    return None


def _fail(turn: GroupTurn, problem: Problem, recorded: RecordedGroups, now: datetime) -> None:
    attempts = 1 if turn.escrow is None else turn.escrow.attempts + 1
    since = now if turn.escrow is None else turn.escrow.since
    again = next_attempt(attempts, now)
    facts = {**_facts(turn), "detail": problem.detail, "attempts": attempts, "next_attempt_at": to_text(again)}
    escrow = Escrow(turn.group.id, since, attempts, again, problem.code, facts)
    recorded.escrows.append(escrow)
    operation = turn.operation
    action = _ACTIONS[operation.kind][0] if operation is not None else Action.OTHER
    if turn.problem is not None or turn.refused:
        action = Action.UPDATE
    _log(turn, recorded, action, Status.FAILURE, problem.code, facts)


def _log(
    turn: GroupTurn,
    recorded: RecordedGroups,
    action: Action,
    status: Status,
    code: str,
    facts: Mapping[str, object],
) -> None:
    recorded.entries.append(
        LogEntry(
            user_id=turn.group.id,
            user_name=turn.group.display_name,
            account_id=turn.resource_id or None,
            action=action,
            status=status,
            code=code,
            facts=facts,
            duration_ms=turn.duration_ms,
            operation_id=turn.operations[-1][0] if turn.operations else turn.member_operation,
            source_type=SourceType.GROUP,
        )
    )


def _facts(turn: GroupTurn) -> dict[str, object]:
    facts: dict[str, object] = {}
    if turn.standing.cause is not None:
        facts["cause"] = turn.standing.cause.value
    if turn.standing.evaluation is not None:
        facts |= scope_facts(turn.standing.evaluation)
    if turn.matched_by is not None:
        facts["matched_by"] = turn.matched_by
    if turn.is_gone:
        facts["gone"] = True
    numbers = {"added": turn.added, "removed": turn.removed, "held": len(turn.held)}
    return {**facts, **{name: number for name, number in numbers.items() if number}}


def set_state(turn: GroupTurn, state: OperationState) -> None:
    """Give the operation on the group itself that was sent last its final state."""
    if turn.operations and turn.operations[-1][1] is OperationState.SENT:
        turn.operations[-1] = (turn.operations[-1][0], state)
