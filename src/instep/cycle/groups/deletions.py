"""How are groups that nobody needs any more deleted in the target, after everything else, or held?"""

from collections.abc import Sequence

from instep.cycle.groups.agreement import GroupAgreement, is_agreed
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.following import follow_up_group
from instep.cycle.groups.lookups import GroupLookups
from instep.cycle.groups.ports import RecordedGroups
from instep.cycle.groups.recording import hold_deletion, record_entry, set_state
from instep.cycle.groups.removals import Removals
from instep.cycle.groups.sending import Turns, send_groups, write_groups_down
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.run import Run
from instep.ledger.records import OperationState
from instep.rules.health.verdicts import Done, Uncertain


async def delete_or_hold(
    run: Run,
    groups: CompiledGroups,
    lookups: GroupLookups,
    turns: Turns,
    removals: Removals,
    gate: GroupAgreement | None,
) -> None:
    """Delete the groups that may be, and hold the others that were judged; newer ones wait for the next cycle.

    Those that were held and approved go in any case. Where there is a gate, it alone decides.
    """
    deletions = [turn for turn in turns.values() if turn.is_deletion]
    approved = await _approved(run, deletions) if gate is None else set(turns)
    may_go = [turn for turn in deletions if turn.group.id in approved or turn.group.id in removals.may_be_deleted]
    held = [turn for turn in deletions if turn.group.id in removals.deletions and turn not in may_go]
    for turn in may_go:
        if turn.group.id not in approved:  # else nobody counts
            turn.people = tuple(await run.call(run.feed.groups.people_in, run.job, [turn.group.id]))
    stale = await write_groups_down(run, may_go, gate)
    await send_groups(run, groups, [turn for turn in may_go if turn.group.id not in stale])
    await follow_up_group(run, groups, lookups, may_go)
    recorded, now = RecordedGroups(), run.clock()
    for turn in held if run.stop is None else ():
        hold_deletion(turn, recorded, run.counts.of_groups, run.judgements)
    for turn in may_go:
        _finish(turn, recorded)
        if run.stop is None and (turn.verdict is not None or turn.operation is None):
            record_entry(turn, recorded, run.counts.of_groups, now, run.judgements)
    run.count_requests()
    await run.call(run.ledger.groups.record, run.job, run.cycle, recorded, run.counts, now)
    run.report()


async def _approved(run: Run, deletions: Sequence[GroupTurn]) -> set[str]:
    approved = await run.call(run.ledger.groups.approved, run.job, {turn.group.id for turn in deletions})
    return {turn.group.id for turn in deletions if is_agreed(turn, approved.get(turn.group.id, ()))}


def _finish(turn: GroupTurn, recorded: RecordedGroups) -> None:
    if isinstance(turn.verdict, Done):
        set_state(turn, OperationState.DONE)
        recorded.unlinked.append(turn.group.id)
    elif turn.verdict is not None:
        set_state(turn, OperationState.UNKNOWN if isinstance(turn.verdict, Uncertain) else OperationState.FAILED)
    else:
        set_state(turn, OperationState.STALE)
    recorded.operations.extend(turn.operations)
