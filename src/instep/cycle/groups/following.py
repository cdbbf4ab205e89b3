"""What follows when a group was not simply written: a read that tells, and perhaps another operation?"""

from collections.abc import Sequence

from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.lookups import GroupLookups
from instep.cycle.groups.recording import set_state
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.run import Run
from instep.cycle.vanishing import confirm_group_gone
from instep.ledger.jobs import Vanished
from instep.ledger.records import OperationState
from instep.rules.health.verdicts import Conflict, Done, Failed, NotThere, Uncertain, judge_read
from instep.rules.planning.operations import Nothing, Operation, OperationKind, Problem

BAD_RESPONSE = "SystemForCrossDomainIdentityManagementBadResponse"


async def follow_up_group(
    run: Run, groups: CompiledGroups, lookups: GroupLookups, turns: Sequence[GroupTurn]
) -> list[str]:
    """Read the target for each turn that needs it; return the groups that have a further operation or look-up."""
    unsettled = [turn for turn in turns if turn.verdict is not None and not isinstance(turn.verdict, Done)]
    again: list[str] = []

    async def one(turn: GroupTurn) -> None:
        if run.stop is None and await _needs_another(run, lookups, turn):
            turn.verdict = None
            again.append(turn.group.id)

    await run.side_by_side(one, unsettled)
    return again


async def _needs_another(run: Run, lookups: GroupLookups, turn: GroupTurn) -> bool:
    operation = turn.operation
    if operation is None:
        return False
    is_create = operation.kind is OperationKind.CREATE
    match turn.verdict:
        case Conflict(detail) if is_create:
            run.counts.reads_because["a create was refused as a duplicate"] += 1
            return await _after_conflict(lookups, turn, detail)
        case Uncertain(code, detail) if is_create:
            run.counts.reads_because["whether a create had its effect"] += 1
            return await _after_uncertain_create(lookups, turn, operation, Failed(code, detail))
        case Uncertain(code, detail):
            turn.verdict = Failed(code, detail)
            set_state(turn, OperationState.UNKNOWN)
            return False
        case NotThere(detail) if not is_create:
            run.counts.reads_because["whether a group is gone"] += 1
            return await _after_not_there(run, turn, detail)
        case NotThere(detail):
            turn.verdict = Failed("NotImplemented", f"the application has no groups ({detail})")
            return False
        case _:
            return False


async def _after_conflict(lookups: GroupLookups, turn: GroupTurn, detail: str) -> bool:
    """Look the group up and link it in this same cycle (design.md 4, number 2)."""
    set_state(turn, OperationState.FAILED)
    turn.plan = None
    await lookups.settle([turn])
    if turn.operation is not None and turn.operation.kind is OperationKind.CREATE:
        turn.plan = Problem("EntryConflict", f"the target refused the create ({detail}), and no group matches")
    return turn.operation is not None or _forget_verdict(turn)


async def _after_uncertain_create(lookups: GroupLookups, turn: GroupTurn, operation: Operation, failed: Failed) -> bool:
    """Ask whether the group is there now; a create is never repeated blindly."""
    turn.plan = None
    await lookups.settle([turn])
    if turn.plan is None:  # the run stops: that is asked first next time
        turn.plan, turn.verdict = operation, failed
        set_state(turn, OperationState.UNKNOWN)
        return False
    if turn.operation is not None and turn.operation.kind is OperationKind.CREATE:
        turn.plan, turn.verdict = operation, failed
        set_state(turn, OperationState.FAILED)
        return False
    if turn.link is not None and isinstance(turn.plan, Nothing):
        turn.plan, turn.matched_by = operation, None
        turn.verdict = Done({"id": turn.link.resource_id})
        turn.link = None  # it is the one that was created
        return False
    set_state(turn, OperationState.FAILED)
    return turn.operation is not None or _forget_verdict(turn)


async def _after_not_there(run: Run, turn: GroupTurn, detail: str) -> bool:
    """A 404 to a write is "gone" only when a read says so; then the group is looked for, or created anew."""
    verdict = judge_read(await run.target.groups.read(turn.resource_id))
    run.take_notice(verdict)
    verdict = await confirm_group_gone(run, turn, turn.resource_id, verdict)
    if isinstance(verdict, NotThere):
        turn.is_gone = True
        if turn.is_deletion:
            turn.verdict = Done(None)
            return False
        if run.job.settings.vanished is Vanished.REPORT:
            turn.verdict = Failed("InvalidAnchor", vanished(turn))
            return False
        set_state(turn, OperationState.STALE)
        turn.link, turn.plan = None, None
        return True
    if isinstance(verdict, Done):
        turn.verdict = Failed(BAD_RESPONSE, f"{detail}, though {turn.resource_id} is there")
    else:
        turn.verdict = Failed(getattr(verdict, "code", "InvalidAnchor"), getattr(verdict, "detail", detail))
    return False


def vanished(turn: GroupTurn) -> str:
    """Say that a group was deleted in the target by somebody else."""
    return f"the group {turn.resource_id} is not in the application any more"


def _forget_verdict(turn: GroupTurn) -> bool:
    turn.verdict = None
    return False
