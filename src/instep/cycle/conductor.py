"""How does one cycle of one job run, from the feed to the watermark, and go on after an interruption?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from instep.clock import Clock
from instep.cycle.aftermath import (
    Aftermath,
    after_completion,
    after_interruption,
    after_probe,
    steady,
    why_it_stopped,
)
from instep.cycle.batches import Batches
from instep.cycle.compiled import compile_job
from instep.cycle.everyone import take_everyone_through
from instep.cycle.giving_way import giving_way
from instep.cycle.groups.provisioning import GroupProvisioning
from instep.cycle.judging import is_judged_as_a_whole
from instep.cycle.lookups import Lookups
from instep.cycle.planning import judge_the_rest
from instep.cycle.ports import Feed, Ledger, Previews, Target
from instep.cycle.probing import probe
from instep.cycle.recovery import resolve_open_operations
from instep.cycle.removals import remove_leavers, remove_newer_leavers
from instep.cycle.run import Progress, Reconnected, Run, Stopped, Superseded
from instep.cycle.watching import watched
from instep.cycle.writers import Writers
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import Job
from instep.ledger.schema import Schema
from instep.rules.health.verdicts import CredentialsRefused, Misconfigured, Stopping, Unavailable


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a cycle needs from outside."""

    feed: Feed
    ledger: Ledger
    target: Target
    clock: Clock
    new_id: Callable[[], str]
    previews: Previews | None = None  # without them nothing is planned before it is written


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
    MappingRefused, InvalidPath or FilterError for a configuration that does not compile; nothing has been sent then.
    """
    now = ports.clock()
    compiled = compile_job(job, schema, now)
    tries_everyone = retries is Retries.ALL or job.quarantine is not None or job.was_clock_set_back(now)
    due_by = datetime.max.replace(tzinfo=UTC) if tries_everyone else now
    cycle, counts = await asyncio.to_thread(ports.ledger.begin, job, now, due_by, ports.new_id())
    run = Run(job, compiled, cycle, counts, ports.feed, ports.ledger, ports.target, ports.clock, watch, due_by)
    if _is_for_leavers_only(job, retries, now):
        return await _let_leavers_go(run)
    if job.quarantine is not None and (wrong := await probe(run, ports.new_id())) is not None:
        after = after_interruption if _is_attempt(job, retries, now) else after_probe
        return await _interrupt(run, wrong, after)
    return await conduct(run, ports.previews if is_judged_as_a_whole(job.settings) else None)


async def conduct(run: Run, previews: Previews | None = None) -> CycleSummary:
    """Take a run that has begun to its end, or to its interruption; with previews, the rest of it is judged first."""
    run.seen_head = run.cycle.head
    async with watched(run):
        await _both_passes(run, previews)
    match run.stop:
        case None:
            return await _complete(run)
        case Superseded():
            return await _end(
                run, CycleState.SUPERSEDED, "the configuration was saved; the next cycle is an initial one"
            )
        case Stopped():
            return await _end(run, CycleState.INTERRUPTED, "the job was stopped; started again, it goes on from here")
        case Reconnected():
            return await _end(run, CycleState.INTERRUPTED, "the connection was saved anew; it goes on from here")
        case stop:
            return await _interrupt(run, stop, after_interruption)


def _is_attempt(job: Job, retries: Retries, now: datetime) -> bool:
    """Whether a quarantined job is tried because it is time, or by hand; else a single request asks meanwhile."""
    if retries is Retries.ALL or job.quarantine is None or job.quarantine.next_attempt_at is None:
        return True
    if job.was_clock_set_back(now):
        return True
    return now >= job.quarantine.next_attempt_at


def _is_for_leavers_only(job: Job, retries: Retries, now: datetime) -> bool:
    """Whether the service runs a quarantined job before its next attempt: too many users fail, and somebody leaves."""
    return job.quarantine is not None and job.quarantine.lets_leavers_go and not _is_attempt(job, retries, now)


async def _let_leavers_go(run: Run) -> CycleSummary:
    """Send removals, within their budget, and leave everything else of the cycle to the next attempt."""
    run.seen_head = run.cycle.head
    lookups = Lookups(run)
    async with watched(run), Writers(run) as writers:
        batches = Batches(run, lookups, writers)
        await resolve_open_operations(run, lookups)
        if run.stop is None:
            await remove_leavers(run, batches)
        await remove_newer_leavers(run, batches)
    match run.stop:
        case Unavailable() | CredentialsRefused() | Misconfigured() as stop:
            return await _interrupt(run, stop, after_probe)
        case _:
            return await _end(run, CycleState.INTERRUPTED, "in quarantine; only removals are sent meanwhile")


async def _both_passes(run: Run, previews: Previews | None) -> None:
    run.total = await run.call(run.feed.count, run.job, run.cycle)
    lookups = Lookups(run)
    of_groups = run.compiled.groups if run.undoes is None else None
    groups = GroupProvisioning(run, of_groups) if of_groups is not None else None
    await resolve_open_operations(run, lookups)
    if groups is not None:
        await groups.resolve_open_operations()
    async with Writers(run) as writers:
        batches = Batches(run, lookups, writers)
        async with giving_way(run, batches):
            if run.stop is None and run.undoes is None:
                await remove_leavers(run, batches)
            if groups is not None:
                await groups.remove_leavers()
            if previews is not None:
                await judge_the_rest(run, batches, previews)
            await take_everyone_through(run, batches)
            if groups is not None:
                await groups.provision(batches)
            await remove_newer_leavers(run, batches)


async def _end(run: Run, state: CycleState, reason: str | None, aftermath: Aftermath | None = None) -> CycleSummary:
    run.count_requests()
    await run.call(run.ledger.forget_accounts, run.job)
    await run.call(run.ledger.end, run.job, run.cycle, state, run.counts, run.clock(), reason, aftermath)
    return CycleSummary(run.cycle.id, run.cycle.kind, state, run.counts, reason, run.judgements)


async def _complete(run: Run) -> CycleSummary:
    """Every user had their turn: judge how many of them failed."""
    left = await run.call(run.ledger.left_over, run.job, run.cycle)
    accounts = await run.call(run.ledger.active_links, run.job) if left.escrowed else 0
    now = run.clock()
    aftermath = after_completion(run.job, run.cycle.kind, run.counts, accounts, left, now, run.target.failed_requests)
    has_rest = bool(left.escrowed or left.held or run.cycle.plan_id is not None)
    if not has_rest and await run.call(run.feed.head) == run.cycle.head:
        aftermath = replace(aftermath, health=steady(aftermath.health, now))
    return await _end(run, CycleState.SUCCEEDED, None, aftermath)


async def _interrupt(run: Run, stop: Stopping, after: Callable[..., Aftermath]) -> CycleSummary:
    aftermath = after(run.job, stop, run.clock(), run.target.failed_requests)
    return await _end(run, CycleState.INTERRUPTED, why_it_stopped(stop), aftermath)
