"""What would the next cycle do? The same cycle, over tables of its own, and no write reaches the target."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from instep.cycle.conductor import Ports, Retries, run_cycle
from instep.cycle.draft import Draft, to_hold
from instep.cycle.holding import mark_held, mark_held_with_account
from instep.cycle.judging import is_judged_as_a_whole
from instep.cycle.ports import Aside, Ledger, Previews
from instep.cycle.preview_target import PreviewTarget
from instep.cycle.removals import judged
from instep.cycle.run import Progress
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import Job
from instep.ledger.plans import ACCOUNT_TO_COME, PlannedOperation
from instep.ledger.schema import Schema
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.planning.plan import OperationKind

Show = Callable[[Sequence[PlannedOperation]], None]


async def preview_cycle(
    job: Job,
    schema: Schema,
    ports: Ports,
    previews: Previews,
    show: Show,
    watch: Callable[[Progress], None],
    retries: Retries,
) -> CycleSummary:
    """Show what the job's next cycle would do, or what remains of its unfinished one, without a write.

    Where creates or updates are judged as a whole, nothing is shown before all of it is known: it says what is held.
    """
    with ExitStack() as opened:
        draft = Draft(job) if is_judged_as_a_whole(job.settings) else None
        opening = previews.open(job, show if draft is None else draft.add)
        aside = await asyncio.to_thread(opened.enter_context, opening)
        if draft is not None:
            await asyncio.to_thread(draft.keep_in, aside.plans, ports.clock())
        hidden = replace(ports, feed=aside.feed, ledger=aside.ledger, target=PreviewTarget(ports.target), previews=None)
        summary = await run_cycle(job, schema, hidden, watch, retries)
        if Budgeted.REMOVALS not in summary.judgements:  # a cycle does not count all accounts for the removal of nobody
            nobody = await asyncio.to_thread(judged, job, aside.ledger, 0, ports.clock())
            summary = replace(summary, judgements={**summary.judgements, Budgeted.REMOVALS: nobody})
        if draft is None:
            return summary
        return await asyncio.to_thread(_show_judged, job, ports.ledger, aside, draft, show, summary)


def _show_judged(
    job: Job, ledger: Ledger, aside: Aside, draft: Draft, show: Show, summary: CycleSummary
) -> CycleSummary:
    """Show everything as it was judged; a preview that was cut short is judged by nothing."""
    judgements: Mapping[Budgeted, Judgement] = {}
    if summary.state is CycleState.SUCCEEDED:
        judgements = draft.judgements(ledger, aside.ledger, summary.cycle_id)
    over = {budgeted: judgement for budgeted, judgement in judgements.items() if judgement.is_over}
    to_come: dict[str, Judgement] = {}  # accounts that are held
    for page in draft.pages():
        held = to_hold(ledger, job, page, over)
        for place in held:
            _count_as_held(summary, page[place])
            to_come[f"{ACCOUNT_TO_COME}{page[place].user_id}"] = held[place]
        judged = [mark_held(each, held[place]) if place in held else each for place, each in enumerate(page)]
        show([_with_account(each, to_come, summary) for each in judged])
    return replace(summary, judgements={**summary.judgements, **judgements})


def _with_account(
    planned: PlannedOperation, to_come: Mapping[str, Judgement], summary: CycleSummary
) -> PlannedOperation:
    """Return an operation as held where it makes an account a member that is held itself."""
    if planned.member is None or (judgement := to_come.get(planned.member.account_id)) is None:
        return planned
    summary.counts.of_groups.memberships_added -= 1
    return mark_held_with_account(planned, judgement)


def _count_as_held(summary: CycleSummary, planned: PlannedOperation) -> None:
    if planned.kind is OperationKind.CREATE:
        summary.counts.created -= 1
    else:
        summary.counts.updated -= 1
    summary.counts.held += 1
