"""Has anything drifted? A sweep goes through the target a few pages at a time and notes what differs from the links.

A sweep only reads, and changes nothing in the target or in what is known of it. Its requests are its own: no cycle has
more of them for it. While a page is read and compared no cycle runs, so that nothing is found that is only on its way.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from instep.admin.ports import Door, DriftQuery
from instep.admin.provisioning import Service, require_job
from instep.admin.scope_preview import imagined_cycle
from instep.cycle.compiled import CompiledJob, compile_job
from instep.cycle.ports import Target
from instep.cycle.turns import open_turn
from instep.cycle.walk import ask_for_page, fault_of_page, is_last_page, listed_account_of
from instep.directory.applications import App
from instep.ledger.drift import DriftCounts, Finding, Sample, Sweep, SweepState
from instep.ledger.jobs import Job
from instep.ledger.records import SourceType
from instep.ledger.redaction import redacted_in
from instep.rules.drift.compare import Drifted, compare
from instep.rules.health.completeness import Incomplete, Reading, judge_reading
from instep.rules.health.lists import Listed, judge_list
from instep.rules.health.verdicts import Done, judge_read
from instep.rules.matching.match import Account
from instep.scim.dialects import Dialect, Paging, Totals

DEFAULT_REQUESTS = 100  # of one stretch of a sweep


@dataclass(frozen=True, slots=True)
class Drift:
    """What is known of the drift in one application; `sweep` and `sample` are None before the first."""

    sweep: Sweep | None
    counts: DriftCounts
    sample: Sample | None = None


def drift_of(service: Service, app: App) -> Drift:
    """Return the last sweep, and how much it found. Raises NotConnected."""
    job = require_job(service, app)
    return Drift(service.drifts.sweep(job), service.drifts.counts(job), service.drifts.sample(job))


def findings_of(service: Service, app: App, wanted: DriftQuery) -> Sequence[Finding]:
    """Return some findings, hidden values hidden. Raises NotConnected."""
    hidden = redacted_in(service.applications.schema(app.id))[SourceType.USER]
    return [each.hiding(hidden) for each in service.drifts.findings(require_job(service, app), wanted)]


def all_findings(service: Service, app: App) -> Iterator[Finding]:
    """Yield all findings likewise, in the order of accounts."""
    after = ""
    while page := findings_of(service, app, DriftQuery(after=after, limit=500)):
        yield from page
        after = page[-1].place


async def sweep(service: Service, app: App, requests: int = DEFAULT_REQUESTS) -> Sweep:
    """Go on with the sweep for at most so many requests, or begin one; return how it stands.

    Raises NotConnected, SecretUnreadable, and JobIsRunning or OnDemandIsRunning while a cycle runs: it goes on later.
    """
    job = require_job(service, app)
    door = Door(job.tenant_url, service.jobs.secret_token(job), job.settings)
    async with service.open_target(door) as target:
        with alone(service, job):
            now_at = _to_go_on_with(service, job)
        last = now_at.requests + requests
        while now_at.state is SweepState.UNDER_WAY and now_at.requests < last:
            with alone(service, job):
                job = require_job(service, app)
                if job.target_identity != now_at.target_identity:
                    return _save(service, job, replace(now_at, state=SweepState.BROKEN, reason="another Tenant URL"))
                now_at = await _take_page(service, app, job, target, now_at)
            if now_at.reason is not None:
                break
    return now_at


@contextmanager
def alone(service: Service, job: Job) -> Iterator[None]:
    """Let no cycle run and nobody be provisioned meanwhile. Raises JobIsRunning, OnDemandIsRunning."""
    with ExitStack() as held:
        held.enter_context(service.jobs.lease(job))
        held.enter_context(service.jobs.on_demand_lease(job))
        yield


def _to_go_on_with(service: Service, job: Job) -> Sweep:
    known = service.drifts.sweep(job)
    is_good = known is not None and known.state is SweepState.UNDER_WAY
    if known is not None and is_good and known.target_identity == job.target_identity:
        return replace(known, reason=None)
    new = Sweep(SweepState.UNDER_WAY, job.target_identity, service.clock())
    service.drifts.begin(job, new)
    return new


async def _take_page(service: Service, app: App, job: Job, target: Target, sweep: Sweep) -> Sweep:
    """Read one page, compare whom it lists, and write all of it down with the place behind it."""
    compiled = compile_job(job, service.applications.schema(app.id), service.clock())
    before = sum(target.requests.values())
    answer = judge_read(await ask_for_page(target, compiled.dialect, sweep.accounts + 1, sweep.cursor))
    sweep = replace(sweep, requests=sweep.requests + sum(target.requests.values()) - before)
    page = judge_list(answer.resource) if isinstance(answer, Done) else answer
    if not isinstance(page, Listed):
        return _save(service, job, _not_read(sweep, compiled.dialect, str(getattr(page, "detail", page))))
    read = [listed_account_of(compiled, resource) for resource in page.resources]
    accounts = {account.id: account for account in read if account is not None}
    seen = service.drifts.seen(job, accounts.keys())
    doubt = _doubt(compiled.dialect, sweep, page, len(accounts), seen)
    if page.resources and seen == len(accounts) and compiled.dialect.paging is not Paging.NONE:
        return _save(service, job, replace(sweep, state=SweepState.BROKEN, reason="a page came that came before"))
    findings, linked = compare_accounts(service, job, compiled, accounts)
    with_page = replace(
        sweep,
        cursor=page.next_cursor or "",
        pages=sweep.pages + 1,
        accounts=sweep.accounts + len(page.resources),
        linked=sweep.linked + linked,
        unlinked=sweep.unlinked + len(accounts) - linked,
        drifted=sweep.drifted + len({each.account_id for each in findings}),
        claimed=_claimed(compiled.dialect, sweep, page),
        doubt=sweep.doubt or doubt,
    )
    service.drifts.record(job, with_page, accounts.keys(), findings, service.clock())
    is_last = is_last_page(compiled.dialect, sweep.accounts, page)
    is_over = is_last or not page.resources
    return _end(service, job, with_page, has_ended=is_last) if is_over else with_page


def _not_read(sweep: Sweep, dialect: Dialect, why: str) -> Sweep:
    """A place in a list by number is good for ever; a cursor may be over, so the next sweep begins anew."""
    if dialect.paging is Paging.CURSOR and sweep.cursor:
        return replace(sweep, state=SweepState.BROKEN, reason=f"the next page could not be read: {why}")
    return replace(sweep, reason=f"the next page could not be read, and is tried again: {why}")


def _doubt(dialect: Dialect, sweep: Sweep, page: Listed, accounts: int, seen: int) -> str | None:
    if accounts != len(page.resources) or seen:
        return f"of {len(page.resources)} resources of a page {accounts - seen} are users that did not come before"
    return fault_of_page(dialect, sweep.accounts, page)


def _claimed(dialect: Dialect, sweep: Sweep, page: Listed) -> tuple[int, ...]:
    if page.total is None or dialect.totals is Totals.ABSENT:
        return sweep.claimed
    return tuple(sorted({*sweep.claimed, page.total}))


def _end(service: Service, job: Job, sweep: Sweep, *, has_ended: bool) -> Sweep:
    """Say who is gone where the walk has a completeness proof (design.md 4, number 3)."""
    reading = Reading(sweep.accounts, frozenset(sweep.claimed), has_ended, repeated=sweep.doubt)
    judged, now = judge_reading(reading), service.clock()
    ended = replace(sweep, state=SweepState.ENDED, ended_at=now)
    if isinstance(judged, Incomplete):
        return _save(service, job, replace(ended, doubt=judged.because))
    return service.drifts.end(job, ended, now)


def compare_accounts(
    service: Service, job: Job, compiled: CompiledJob, accounts: Mapping[str, Account]
) -> tuple[list[Finding], int]:
    """Return what differs, and how many of the accounts are linked."""
    owners = service.ledger.owners(job, accounts.keys())
    batch = service.feed.some(job, imagined_cycle(service, job), set(owners.values()))
    mappings = compiled.mappings
    compared = {mapping.target for mapping in mappings.always}
    findings = []
    for user in batch.users:
        link = batch.links.get(user.id)
        if link is None or link.account_id not in accounts:
            continue
        differing: tuple[Drifted, ...] = compare(
            link.last_written,
            accounts[link.account_id].values,
            open_turn(compiled, user, batch).wanted,
            compared,
            mappings.case_insensitive_targets,
            mappings.adding_targets,
        )
        findings += [Finding(link.account_id, user.id, user.name, each) for each in differing]
    return findings, len(owners)


def _save(service: Service, job: Job, sweep: Sweep) -> Sweep:
    service.drifts.save(job, sweep)
    return sweep
