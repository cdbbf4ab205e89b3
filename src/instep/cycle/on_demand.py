"""How is one user provisioned on demand: by the steps of a cycle, in a cycle of their own that sets no watermark?

It may run beside a cycle of the same job: the user is claimed (instep.cycle.ports.Claims), and that cycle waits, or
decides again. A user who is linked has the account read, so that what was changed in the target
is seen and put right: that is what an administrator looks for who does this by hand (engine.md 2.3; decision 47).
"""

from dataclasses import dataclass

from instep.cycle.agreement import is_agreed
from instep.cycle.batches import Batches
from instep.cycle.budget_gate import BudgetGate
from instep.cycle.compiled import CompiledJob
from instep.cycle.conductor import Ports, ignore_progress
from instep.cycle.following import replace_vanished
from instep.cycle.holding import hold_turn
from instep.cycle.judging import is_judged_as_a_whole, judge_as_a_whole
from instep.cycle.lookups import Lookups, Way
from instep.cycle.ports import Batch, Recorded
from instep.cycle.recovery import resolve
from instep.cycle.removals import judged
from instep.cycle.run import Ordered, Run
from instep.cycle.turns import Turn, adopt, spare
from instep.cycle.vanishing import confirm_account_gone
from instep.cycle.walk import account_of
from instep.cycle.writers import Writers
from instep.ledger.cycles import Counts, Cycle, CycleState, CycleSummary
from instep.ledger.jobs import Job, Vanished
from instep.rules.health.budgets import Budgeted, Judgement, subject_of
from instep.rules.health.verdicts import (
    CredentialsRefused,
    Done,
    Misconfigured,
    NotThere,
    Stopping,
    Unavailable,
    judge_read,
)
from instep.rules.planning.plan import Operation, Problem

ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What became of one user: the last turn, and why the target could not be used, if it could not."""

    turn: Turn | None
    compiled: CompiledJob
    stop: Stopping | None
    summary: CycleSummary


async def provision_user(job: Job, compiled: CompiledJob, ports: Ports, cycle: Cycle, user_id: str) -> Provisioned:
    """Take one claimed user through the steps, record it, and release the claim by ending the cycle."""
    now, counts = ports.clock(), Counts()
    run = Run(job, compiled, cycle, counts, ports.feed, ports.ledger, ports.target, ports.clock, ignore_progress, now)
    lookups = Lookups(run, Way.FILTERS)
    run.gate = await run.call(_gate, run)
    await _resolve_what_is_open(run, lookups, user_id)
    async with Writers(run) as writers:
        turn = await _take_through(run, Batches(run, lookups, writers), user_id)
    stop, summary = await end_on_demand(run, "user")
    return Provisioned(turn, compiled, stop, summary)


async def end_on_demand(run: Run, what: str) -> tuple[Stopping | None, CycleSummary]:
    """End a cycle on demand about a user or group; return why the target could not be used, if it could not."""
    stop = None if isinstance(run.stop, Ordered) else run.stop
    state, reason = CycleState.SUCCEEDED, None
    if isinstance(run.stop, Ordered):
        state, reason = CycleState.SUPERSEDED, f"the job was stopped or saved meanwhile; provision the {what} again"
    elif stop is not None:
        state, reason = CycleState.INTERRUPTED, f"the target cannot be used now: {stop.detail}"
    run.count_requests()
    await run.call(run.ledger.end, run.job, run.cycle, state, run.counts, run.clock(), reason)
    return stop, CycleSummary(run.cycle.id, run.cycle.kind, state, run.counts, reason, run.judgements)


async def _resolve_what_is_open(run: Run, lookups: Lookups, user_id: str) -> None:
    operations = await run.call(run.ledger.open_operations, run.job)
    await resolve(run, lookups, [operation for operation in operations if operation.user_id == user_id])


async def _take_through(run: Run, batches: Batches, user_id: str) -> Turn | None:
    """Decide, write and record; again if the user becomes a leaver, or comes back, in this very moment."""
    turn: Turn | None = None
    for _ in range(ROUNDS):
        turn = await _decide(run, batches, user_id)
        if turn is None or run.stop is not None:
            break
        run.leavers.discard(user_id)
        recorded = await _write(run, batches, turn)
        if user_id not in run.leavers:
            turn = recorded or turn
            break
    if turn is not None and not run.counts.users and not isinstance(run.stop, Ordered):
        await _fail(batches, turn, run.stop)
    return turn


async def _decide(run: Run, batches: Batches, user_id: str) -> Turn | None:
    """Decide about the user as the directory has them now; None for someone it never heard of."""
    batch: Batch = await run.call(run.feed.some, run.job, run.cycle, [user_id])
    for turn in await batches.decide(batch):
        if turn.link is not None and run.stop is None and not isinstance(turn.plan, Problem):
            await _read_account(run, batches.lookups, turn)
            spare(turn, batch)
        return turn
    return None


async def _read_account(run: Run, lookups: Lookups, turn: Turn) -> None:
    """Plan by what the account says now rather than by what was last written to it."""
    link = turn.link
    if link is None:
        return
    run.counts.reads_because["what the account says now"] += 1
    verdict = judge_read(await run.target.read(link.account_id))
    run.take_notice(verdict)
    if run.job.settings.vanished is Vanished.RECREATE:
        verdict = await confirm_account_gone(run, turn, link.account_id, verdict)
    match verdict:
        case Done(resource) if (account := account_of(run.compiled, resource)) is not None:
            adopt(run.compiled, turn, account, None)
        case NotThere() if turn.standing.is_soft_deleted:
            pass  # the write is answered likewise, and the leaver is done
        case NotThere(detail) if run.job.settings.vanished is Vanished.REPORT:
            turn.plan = Problem("InvalidAnchor", f"the account {link.account_id} is not there any more ({detail})")
        case NotThere():
            await replace_vanished(run, lookups, turn)
        case _ if run.stop is None:
            code = getattr(verdict, "code", "SystemForCrossDomainIdentityManagementBadResponse")
            detail = getattr(verdict, "detail", "the answer is no user")
            turn.plan = Problem(code, f"reading the account {link.account_id}: {detail}")


async def _write(run: Run, batches: Batches, turn: Turn) -> Turn | None:
    """Send what is planned and record it, unless it is over a budget or needs an approval."""
    if isinstance(turn.plan, Operation) and await _hold_if_over_budget(run, turn, turn.plan):
        return turn
    if turn.is_removal or turn.is_purge:
        recorded = await batches.send_now([turn])
    else:
        recorded = await batches.finish(await batches.send([turn], None))
    return recorded[-1] if recorded else None


async def _hold_if_over_budget(run: Run, turn: Turn, operation: Operation) -> bool:
    judgement = await run.call(_judge, run, turn, operation)
    if judgement is None:
        return False
    run.judgements[subject_of(operation.kind)] = judgement
    approved = await run.call(run.ledger.approved, run.job, [turn.user.id]) if judgement.is_over else {}
    is_held = judgement.is_over and not is_agreed(turn, approved.get(turn.user.id, ()))
    if is_held:
        recorded = Recorded()
        hold_turn(turn, operation, judgement, recorded, run.counts)
        await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())
    return is_held


def _gate(run: Run) -> BudgetGate | None:
    """Return what judges an operation that follows from another, where anything is judged."""
    if not is_judged_as_a_whole(run.job.settings):
        return None
    return BudgetGate(run, judge_as_a_whole(run.job.settings, run.ledger.active_links(run.job), {}, {}))


def _judge(run: Run, turn: Turn, operation: Operation) -> Judgement | None:
    """Judge the one operation of this cycle; None where nothing could hold it."""
    if turn.is_removal:
        return judged(run.job, run.ledger, 1, run.clock())
    budgeted = subject_of(operation.kind)
    if budgeted is Budgeted.REMOVALS or not is_judged_as_a_whole(run.job.settings):
        return None
    active = run.ledger.active_links(run.job)
    return judge_as_a_whole(run.job.settings, active, {budgeted: 1}, {}).get(budgeted)


async def _fail(batches: Batches, turn: Turn, stop: Stopping | None) -> None:
    """Nobody goes on with this cycle: the user fails, and is tried again in the next one like anyone who failed."""
    match stop:
        case None:
            turn.plan = Problem("InternalError", "the user changed faster than could be followed")
        case CredentialsRefused(detail):
            turn.plan = Problem("Unauthorized", detail)
        case Unavailable(code, detail) | Misconfigured(code, detail):
            turn.plan = Problem(code, detail)
    turn.operations, turn.verdict = [], None  # what was sent is recorded already
    await batches.record([turn], None)
