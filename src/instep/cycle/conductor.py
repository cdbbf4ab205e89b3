"""How does one cycle of one job run, from the feed to the watermark, and go on after an interruption?"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from instep.clock import Clock
from instep.cycle.batches import Batches
from instep.cycle.compiled import compile_job
from instep.cycle.lookups import Lookups
from instep.cycle.pipeline import take_through
from instep.cycle.ports import Batch, Feed, Ledger, Target
from instep.cycle.recovery import resolve_open_operations
from instep.cycle.references import managers_first, repair_references
from instep.cycle.removals import remove_leavers, remove_newer_leavers
from instep.cycle.run import BATCH_SIZE, Progress, Run, Superseded
from instep.cycle.writers import Writers
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import Job, Quarantine
from instep.ledger.schema import Schema
from instep.rules.health.intervals import next_quarantine_attempt
from instep.rules.health.verdicts import CredentialsRefused, Misconfigured, Stopping, Unavailable

UNAVAILABLE_FOR = timedelta(minutes=2)  # where the target did not say how long


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a cycle needs from outside."""

    feed: Feed
    ledger: Ledger
    target: Target
    clock: Clock
    new_id: Callable[[], str]


class Retries(StrEnum):
    """Which users in escrow are tried again: those who are due, or all, as an administrator asks by hand."""

    DUE = "due"
    ALL = "all"


def ignore_progress(_progress: Progress) -> None:
    """Watch nothing."""


async def run_cycle(
    job: Job,
    schema: Schema,
    ports: Ports,
    watch: Callable[[Progress], None] = ignore_progress,
    retries: Retries = Retries.DUE,
) -> CycleSummary:
    """Run the job's next cycle, or go on with its unfinished one.

    A target that cannot be used interrupts the cycle: it goes on from its cursor when the job runs again. Raises
    ExpressionError, InvalidPath or FilterError for a configuration that does not compile; nothing has been sent then.
    """
    now = ports.clock()
    compiled = compile_job(job, schema, now)
    due_by = now if retries is Retries.DUE else datetime.max.replace(tzinfo=UTC)
    cycle, counts = await asyncio.to_thread(ports.ledger.begin, job, now, due_by, ports.new_id())
    run = Run(job, compiled, cycle, counts, ports.feed, ports.ledger, ports.target, ports.clock, watch)
    run.seen_head = cycle.head
    await _both_passes(run)
    match run.stop:
        case None:
            return await _end(run, CycleState.SUCCEEDED, None)
        case Superseded():
            return await _end(
                run, CycleState.SUPERSEDED, "the configuration was saved; the next cycle is an initial one"
            )
        case stop:
            return await _interrupt(run, stop)


async def _both_passes(run: Run) -> None:
    run.total = await run.call(run.feed.count, run.job, run.cycle)
    lookups = Lookups(run)
    await resolve_open_operations(run, lookups)
    async with Writers(run) as writers:
        batches = Batches(run, lookups, writers)
        if run.stop is None:
            await remove_leavers(run, batches)
        await managers_first(run, batches)
        await take_through(run, batches, _walk(run))
        await repair_references(run, batches)
        await remove_newer_leavers(run, batches)


async def _walk(run: Run) -> AsyncIterator[Batch]:
    after = run.cycle.cursor
    while run.stop is None:
        batch: Batch = await run.call(run.feed.walk, run.job, run.cycle, after, BATCH_SIZE)
        yield batch
        if batch.last is None:
            return
        after = batch.last


async def _end(run: Run, state: CycleState, reason: str | None) -> CycleSummary:
    run.count_requests()
    await run.call(run.ledger.forget_accounts, run.job)
    await run.call(run.ledger.end, run.job, run.cycle, state, run.counts, run.clock(), reason)
    if state is CycleState.SUCCEEDED:
        await run.call(run.ledger.hold_back, run.job, None, None)
    return CycleSummary(run.cycle.id, run.cycle.kind, state, run.counts, reason, run.judgements)


async def _interrupt(run: Run, stop: Stopping) -> CycleSummary:
    now = run.clock()
    match stop:
        case Unavailable(_, detail, seconds):
            pause = UNAVAILABLE_FOR if seconds is None else timedelta(seconds=seconds)
            reason = f"the target cannot be used now: {detail}"
            if run.job.quarantine is None:
                await run.call(run.ledger.hold_back, run.job, now + pause, None)
            else:
                await _quarantine(run, run.job.quarantine.reason, reason)
        case CredentialsRefused(detail):
            reason = f"the target refuses the Secret Token: {detail}"
            await _quarantine(run, "EncounteredQuarantineException", reason)
        case Misconfigured(_, detail):
            reason = f"the Tenant URL does not lead to a SCIM service: {detail}"
            await _quarantine(run, "EncounteredQuarantineException", reason)
    return await _end(run, CycleState.INTERRUPTED, reason)


async def _quarantine(run: Run, reason: str, detail: str) -> None:
    now = run.clock()
    since = run.job.quarantine.since if run.job.quarantine is not None else now
    quarantine = Quarantine(since, reason, detail, next_quarantine_attempt(since, now))
    await run.call(run.ledger.hold_back, run.job, None, quarantine)
