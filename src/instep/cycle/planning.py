"""May the rest of this cycle be written? Where creates or updates are judged, all of it is planned first.

The plan is what the rest of the cycle would do over tables of its own, as in a preview. What is over a budget, or needs
an approval, is held before anything of its kind is written; everything else is then decided and written as ever.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from instep.cycle.batches import Batches
from instep.cycle.budget_gate import BudgetGate
from instep.cycle.draft import Draft, to_hold
from instep.cycle.everyone import take_everyone_through
from instep.cycle.holding import hold_planned
from instep.cycle.ports import Aside, Previews, Recorded
from instep.cycle.preview_target import PreviewTarget
from instep.cycle.recording import count_what_was_recorded
from instep.cycle.removals import remove_newer_leavers
from instep.cycle.run import Progress, Run
from instep.cycle.writers import Writers
from instep.ledger.cycles import Counts
from instep.ledger.plans import PlannedOperation
from instep.rules.health.budgets import Budgeted, Judgement

LEAVERS_EVERY_SECONDS = 1.0  # a plan of many users takes minutes, for which no leaver waits
FOR_THE_PLAN = "planning the whole cycle first"


async def judge_the_rest(run: Run, batches: Batches, previews: Previews) -> None:
    """Plan what remains of the cycle, judge it, and hold what may not be written; then a gate keeps to that.

    Nothing of the plan outlives its judgement but what is held: after a crash the cycle plans anew.
    """
    if run.stop is not None:
        return
    draft = Draft(run.job)
    with ExitStack() as opened:
        after = run.ledger
        if run.total:
            aside = await run.call(opened.enter_context, previews.open(run.job, draft.add))
            await run.call(draft.keep_in, aside.plans, run.clock())
            await _plan(run, batches, aside)
            after = aside.ledger
        if run.stop is None:
            await _keep_to(run, draft, await run.call(draft.judgements, run.ledger, after, run.cycle.id))


async def _keep_to(run: Run, draft: Draft, judgements: Mapping[Budgeted, Judgement]) -> None:
    run.judgements |= judgements
    run.gate = BudgetGate(run, judgements)
    over = {budgeted: judgement for budgeted, judgement in judgements.items() if judgement.is_over}
    if over:
        await _hold(run, draft, over)


async def _plan(run: Run, batches: Batches, aside: Aside) -> None:
    begun = await run.call(aside.ledger.begin, run.job, run.cycle.begun_at, run.escrows_due_by, run.cycle.id)
    ports = (aside.feed, aside.ledger, PreviewTarget(run.target), run.clock)
    planned = Run(run.job, run.compiled, begun[0], Counts(), *ports, _ignore, run.escrows_due_by)
    planned.seen_head = run.seen_head
    async with Writers(planned) as writers:
        lookups = batches.lookups.for_plan(planned)
        planning = asyncio.create_task(take_everyone_through(planned, Batches(planned, lookups, writers)))
        try:
            await _let_leavers_go_until(planning, run, batches, planned)
        finally:
            planning.cancel()
            await asyncio.gather(planning, return_exceptions=True)
    if reads := sum(planned.counts.reads_because.values()):
        run.counts.reads_because[FOR_THE_PLAN] += reads
    if planned.stop is not None and run.stop is None:
        run.halt(planned.stop)


async def _let_leavers_go_until(planning: "asyncio.Task[None]", run: Run, batches: Batches, planned: Run) -> None:
    while True:
        await asyncio.wait([planning], timeout=LEAVERS_EVERY_SECONDS)
        if planning.done():
            return planning.result()
        await remove_newer_leavers(run, batches)
        if run.stop is not None:
            planned.halt(run.stop)


async def _hold(run: Run, draft: Draft, over: Mapping[Budgeted, Judgement]) -> None:
    """Hold everything of the kinds that are over, page by page; whoever is held has had their turn.

    Whoever has changed since they were planned is decided again, and held by the gate if need be.
    """
    pages = draft.pages()
    while page := await run.call(next, pages, ()):
        recorded = Recorded()
        for planned, judgement in await run.call(_still_to_hold, run, page, over):
            hold_planned(planned, judgement, recorded, run.counts)
        count_what_was_recorded(recorded, run.counts)
        await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, None, run.clock())
    run.report()


def _still_to_hold(
    run: Run, page: Sequence[PlannedOperation], over: Mapping[Budgeted, Judgement]
) -> list[tuple[PlannedOperation, Judgement]]:
    outdated = run.ledger.outdated_since(run.job, run.cycle, min(each.sequence for each in page))
    return [
        (page[place], judgement)
        for place, judgement in to_hold(run.ledger, run.job, page, over).items()
        if outdated is not None
        and page[place].user_id not in outdated
        # What follows from another operation comes up again when that was done, unless all of it needs an approval.
        and (judgement.needs_approval or not page[place].facts.get("reference"))
    ]


def _ignore(_progress: Progress) -> None:
    """Nobody watches a plan being made."""
