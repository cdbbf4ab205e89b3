"""How is one group provisioned on demand, with a few chosen members of it and no others? (engine.md 8)

By the steps of a cycle, in one of its own whose turns are the chosen members: only their memberships are compared. The
users themselves went before, each on demand. A group that is linked is read, as a user's account is. What the
other members are owed, the next cycle does: the group has a turn in it.
"""

from dataclasses import dataclass, replace

from instep.cycle.compiled import CompiledJob
from instep.cycle.conductor import Ports, ignore_progress
from instep.cycle.groups.admission import JudgedMembers
from instep.cycle.groups.approval import gate_of
from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.deletions import delete_or_hold
from instep.cycle.groups.following import vanished
from instep.cycle.groups.lookups import GroupLookups, group_of
from instep.cycle.groups.members import write_memberships
from instep.cycle.groups.ports import RecordedGroups, Side
from instep.cycle.groups.recording import record_entry
from instep.cycle.groups.recovery import resolve_group_operations
from instep.cycle.groups.removals import Removals, find_removals, judge_removals
from instep.cycle.groups.sending import decide_anew, settle_groups
from instep.cycle.groups.turns import GroupTurn, open_group_turns, plan_group_as_read
from instep.cycle.on_demand import end_on_demand
from instep.cycle.run import Ordered, Run
from instep.cycle.vanishing import confirm_group_gone
from instep.ledger.cycles import Counts, Cycle, CycleSummary
from instep.ledger.jobs import Approval, Job, Vanished
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.health.verdicts import (
    CredentialsRefused,
    Done,
    Misconfigured,
    NotThere,
    Stopping,
    Unavailable,
    judge_read,
)
from instep.rules.planning.operations import Problem

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class ProvisionedGroup:
    """What became of one group: the last turn, and why the target could not be used, if it could not."""

    turn: GroupTurn | None
    stop: Stopping | None
    summary: CycleSummary


async def provision_group(
    job: Job, compiled: CompiledJob, groups: CompiledGroups, ports: Ports, cycle: Cycle, group_id: str
) -> ProvisionedGroup:
    """Take one claimed group through the steps, record it, and release the claim by ending the cycle."""
    now, counts = ports.clock(), Counts()
    run = Run(job, compiled, cycle, counts, ports.feed, ports.ledger, ports.target, ports.clock, ignore_progress, now)
    lookups = GroupLookups(run, groups)
    operations = await run.call(run.ledger.groups.open_operations, job)
    await resolve_group_operations(run, groups, lookups, [each for each in operations if each.group_id == group_id])
    turn = await _take_through(run, groups, lookups, group_id)
    stop, summary = await end_on_demand(run, "group")
    return ProvisionedGroup(turn, stop, summary)


async def _take_through(run: Run, groups: CompiledGroups, lookups: GroupLookups, group_id: str) -> GroupTurn | None:
    turn = await _open(run, groups, group_id)
    if turn is None:
        return None
    await _read(run, groups, turn)
    removals = Removals()
    await find_removals(run, [turn], removals)
    await judge_removals(run, removals)
    if run.job.settings.approval is Approval.REQUIRED:
        run.judgements[Budgeted.MEMBERSHIPS] = Judgement(0, 1, needs_approval=True)
    if turn.is_deletion:
        await delete_or_hold(run, groups, lookups, {group_id: turn}, removals, None)
        if run.counts.of_groups.groups or run.stop is not None:
            return await _fail_if_stopped(run, turn)
        turn.plan = Problem("InternalError", "the group changed in this very moment")
    else:
        turn = await _write(run, groups, lookups, turn, removals)
    await _record(run, turn)
    return turn


async def _open(run: Run, groups: CompiledGroups, group_id: str) -> GroupTurn | None:
    batch = await run.call(run.feed.groups.some, run.job, run.cycle, [group_id])
    return next(iter(open_group_turns(run.compiled, groups, batch)), None)


async def _read(run: Run, groups: CompiledGroups, turn: GroupTurn) -> None:
    """Plan by what the group says now rather than by what was last written to it."""
    link = turn.link
    if link is None or not turn.standing.is_in_scope or isinstance(turn.plan, Problem) or run.stop is not None:
        return
    run.counts.reads_because["what the group says now"] += 1
    verdict = judge_read(await run.target.groups.read(link.resource_id))
    run.take_notice(verdict)
    verdict = await confirm_group_gone(run, turn, link.resource_id, verdict)
    match verdict:
        case Done(resource) if (found := group_of(groups, resource)) is not None:
            plan_group_as_read(groups, turn, found)
        case NotThere() if run.job.settings.vanished is Vanished.REPORT:
            turn.plan = Problem("InvalidAnchor", vanished(turn))
        case NotThere():
            turn.vanished_id, turn.link, turn.plan = link.resource_id, None, None
            gone = RecordedGroups(unlinked=[turn.group.id])
            await run.call(run.ledger.groups.record, run.job, run.cycle, gone, run.counts, run.clock())
        case _ if run.stop is None:
            code = getattr(verdict, "code", "SystemForCrossDomainIdentityManagementBadResponse")
            turn.plan = Problem(code, f"reading the group {link.resource_id}: {getattr(verdict, 'detail', '')}")


async def _write(
    run: Run, groups: CompiledGroups, lookups: GroupLookups, turn: GroupTurn, removals: Removals
) -> GroupTurn:
    """Create or update the group, then take the chosen out of it and into it; again if it turns out to be gone."""
    turns = {turn.group.id: turn}
    for _ in range(ROUNDS):
        await settle_groups(run, groups, lookups, turns, gate_of(run))
        turn = turns.get(turn.group.id, turn)
        if not (groups.writes_members and turn.link is not None and turn.standing.is_in_scope):
            break
        lost = await write_memberships(run, [turn], [Side.UNWANTED, Side.WANTED], JudgedMembers(run, removals))
        if not lost:
            break
        turns = await decide_anew(run, groups, turns)
    return turn


async def _record(run: Run, turn: GroupTurn) -> None:
    """Record the entry; nothing is over for the other members: no escrow, and no hold."""
    if isinstance(run.stop, Ordered):
        return
    _explain_stop(run, turn)
    recorded, now = RecordedGroups(), run.clock()
    record_entry(turn, recorded, run.counts.of_groups, now, run.judgements)
    kept = replace(recorded, released=[], held=[])
    if turn.link is not None and (turn.held or turn.later or turn.refused or turn.problem):
        kept.compared.append((turn.group.id, False))
    await run.call(run.ledger.groups.record, run.job, run.cycle, kept, run.counts, now)


async def _fail_if_stopped(run: Run, turn: GroupTurn) -> GroupTurn:
    if run.stop is not None and not run.counts.of_groups.groups:
        await _record(run, turn)
    return turn


def _explain_stop(run: Run, turn: GroupTurn) -> None:
    """Nobody goes on with this cycle: what the target's trouble has left undone, fails."""
    match run.stop:
        case CredentialsRefused(detail):
            turn.plan, turn.verdict = Problem("Unauthorized", detail), None
        case Unavailable(code, detail) | Misconfigured(code, detail):
            turn.plan, turn.verdict = Problem(code, detail), None
