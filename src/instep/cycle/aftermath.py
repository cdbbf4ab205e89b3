"""What does the end of a cycle mean for its job: is it held back, until when, and what must people be told?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from instep.clock import to_text
from instep.ledger.cycles import Counts, CycleKind
from instep.ledger.health import JobHealth
from instep.ledger.jobs import Job, JobState
from instep.ledger.notices import Notice, NoticeKind
from instep.ledger.quarantine import Problem, Quarantine
from instep.rules.health.intervals import (
    OUTAGE_BECOMES_QUARANTINE_AFTER,
    PROBE_OF_WHAT_IS_UNREACHABLE,
    PROBE_OF_WHAT_REFUSES,
    next_quarantine_attempt,
)
from instep.rules.health.outcomes import FailedRequest
from instep.rules.health.quarantine import Events, QuarantineReason, exceeded
from instep.rules.health.verdicts import CredentialsRefused, Misconfigured, Stopping, Unavailable

UNAVAILABLE_FOR = timedelta(minutes=2)  # where the target did not say how long
UNREACHABLE = "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"
REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
NO_SCIM_SERVICE = "SystemForCrossDomainIdentityManagementServiceIncompatible"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a cycle's end leaves of its job; `state` is None where it stays as it is.

    Where escrows are dropped, the watermark is too: the next cycle evaluates everyone, so that nobody is forgotten.
    """

    health: JobHealth
    quarantine: Quarantine | None = None
    not_before: datetime | None = None
    state: JobState | None = None
    drops_escrows: bool = False
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What a cycle that ran to its end leaves to be done: how many are in escrow, and held in sets of which subject.

    `commonest` says what most of those in escrow failed with, `failing` names some of them, with the reason.
    """

    escrowed: int = 0
    held: Mapping[str, int] = field(default_factory=dict)
    newly_held: int = 0
    commonest: str = ""
    failing: tuple[str, ...] = ()


def after_completion(
    job: Job,
    kind: CycleKind,
    counts: Counts,
    accounts: int,
    left: LeftOver,
    now: datetime,
    requests: Collection[FailedRequest],
) -> Aftermath:
    """Return what follows when every user of a cycle had their turn (engine.md 1.6 and 6.1)."""
    health = replace(job.health, complete_failures=0, failing_since=None, are_escrows_pruned=False)
    held = _told_of_what_is_held(left)
    events = Events(
        entries=counts.users + counts.of_groups.groups,
        failures=counts.failed + counts.of_groups.groups_failed,
        reference_failures=counts.reference_failures + counts.of_groups.groups_with_refused_members,
        accounts=accounts,
    )
    if (reason := exceeded(job.settings.quarantine, events)) is None:
        lifted = () if job.quarantine is None else (Notice(NoticeKind.QUARANTINE_LIFTED, _facts(job.quarantine)),)
        return Aftermath(health, state=_enabled(job), notices=(*lifted, *held, *_told_of_failures(job, events, left)))
    problem = Problem(reason.value, too_many_failures(events, left))
    if kind is CycleKind.INITIAL:
        told = Notice(NoticeKind.ESCROWS_PRUNED, {"message": problem.message, "requests": _quoted(requests)})
        pruned = replace(health, are_escrows_pruned=True)
        return Aftermath(pruned, state=JobState.PAUSED, drops_escrows=True, notices=(told, *held))
    imposed = impose(job, reason, problem, now, requests, None)
    return replace(imposed, health=health, notices=(*imposed.notices, *held))


def after_interruption(job: Job, stop: Stopping, now: datetime, requests: Collection[FailedRequest]) -> Aftermath:
    """Return what follows when the target could not be used: a pause, or quarantine."""
    match stop:
        case Unavailable():
            return _after_unavailability(job, stop, now, requests)
        case CredentialsRefused():
            code = REFUSED
        case Misconfigured():
            code = NO_SCIM_SERVICE
    problem = Problem(code, why_it_stopped(stop))
    imposed = impose(job, QuarantineReason.QUARANTINE_EXCEPTION, problem, now, requests, now + PROBE_OF_WHAT_REFUSES)
    return replace(imposed, health=_one_more_failure(job.health, now))


def after_probe(job: Job, stop: Stopping, now: datetime, requests: Collection[FailedRequest]) -> Aftermath:
    """Return what follows when a single request found, before the next attempt was due, that nothing works yet."""
    found = after_interruption(job, stop, now, requests)
    if job.quarantine is None or found.quarantine is None:
        return found
    kept = replace(
        found.quarantine,
        imposed_at=job.quarantine.imposed_at,
        renewals=job.quarantine.renewals,
        next_attempt_at=job.quarantine.next_attempt_at,
    )
    return replace(found, quarantine=kept, health=job.health)


def impose(
    job: Job,
    reason: QuarantineReason,
    problem: Problem,
    now: datetime,
    requests: Collection[FailedRequest],
    next_probe_at: datetime | None,
) -> Aftermath:
    """Put the job into quarantine, or leave it there; after four weeks it is disabled and its escrows are dropped."""
    known = job.quarantine
    since = now if known is None else known.since
    quarantine = Quarantine(
        reason,
        problem,
        since,
        now,
        next_quarantine_attempt(since, now),
        0 if known is None else known.renewals + 1,
        next_probe_at,
        tuple(requests) or (() if known is None else known.requests),
    )
    if quarantine.next_attempt_at is None:
        return _disabled(job, replace(quarantine, next_probe_at=None))
    if known is None:
        told: tuple[Notice, ...] = (Notice(NoticeKind.QUARANTINED, _facts(quarantine)),)
    elif (known.reason, known.problem.code) != (reason, problem.code):
        told = (Notice(NoticeKind.QUARANTINE_CHANGED, _facts(quarantine)),)
    else:
        told = ()
    return Aftermath(job.health, quarantine, notices=told)


def why_it_stopped(stop: Stopping) -> str:
    """Return why a cycle was interrupted, for people."""
    match stop:
        case Unavailable(_, detail):
            return f"the target cannot be used now: {detail}"
        case CredentialsRefused(detail, "InsufficientRights"):
            return f"the target knows the Secret Token, but does not let it read users: {detail}"
        case CredentialsRefused(detail):
            return f"the target refuses the Secret Token: {detail}"
        case Misconfigured(_, detail):
            return f"the Tenant URL does not lead to a SCIM service: {detail}"


def steady(health: JobHealth, now: datetime) -> JobHealth:
    """Return the health of a job that has nothing left to do."""
    return replace(health, first_steady_at=health.first_steady_at or now, last_steady_at=now)


def too_many_failures(events: Events, left: LeftOver) -> str:
    """Return how many failed of how many, and of what most of them."""
    percent = 100 * events.failures // max(1, events.entries)
    references = f", {events.reference_failures} of them of references" if events.reference_failures else ""
    commonest = f"; most often {left.commonest}" if left.commonest else ""
    return f"{events.failures} of {events.entries} failed ({percent} %{references}){commonest}"


def _after_unavailability(job: Job, stop: Unavailable, now: datetime, requests: Collection[FailedRequest]) -> Aftermath:
    asked = None if stop.retry_after_seconds is None else timedelta(seconds=stop.retry_after_seconds)
    is_busy = stop.code == "TooManyRequests"
    health = job.health if is_busy else _one_more_failure(job.health, now)
    since = health.failing_since
    is_outage = not is_busy and since is not None and now - since >= OUTAGE_BECOMES_QUARANTINE_AFTER
    if job.quarantine is None and not is_outage:
        return Aftermath(health, not_before=now + (asked or UNAVAILABLE_FOR))
    known, reason = job.quarantine, QuarantineReason.QUARANTINE_EXCEPTION
    problem = Problem(UNREACHABLE, why_it_stopped(stop), is_for_the_administrator=False)
    if known is not None and known.reason is not reason:  # how many users fail is not known any better
        reason, problem = known.reason, known.problem
    imposed = impose(job, reason, problem, now, requests, now + PROBE_OF_WHAT_IS_UNREACHABLE)
    return replace(imposed, health=health, not_before=None if asked is None else now + asked)


def _disabled(job: Job, quarantine: Quarantine) -> Aftermath:
    told = () if job.state is JobState.DISABLED else (Notice(NoticeKind.DISABLED, _facts(quarantine)),)
    return Aftermath(job.health, quarantine, state=JobState.DISABLED, drops_escrows=True, notices=told)


def _enabled(job: Job) -> JobState | None:
    """What the service disabled, it enables again when it works."""
    return JobState.ACTIVE if job.state is JobState.DISABLED else None


def _one_more_failure(health: JobHealth, now: datetime) -> JobHealth:
    return replace(health, complete_failures=health.complete_failures + 1, failing_since=health.failing_since or now)


def _told_of_what_is_held(left: LeftOver) -> tuple[Notice, ...]:
    if not left.newly_held:
        return ()
    return (Notice(NoticeKind.OPERATIONS_HELD, {"held": dict(left.held), "newly_held": left.newly_held}),)


def _told_of_failures(job: Job, events: Events, left: LeftOver) -> tuple[Notice, ...]:
    """One digest of a cycle, if that is wanted; too many failures are told as a quarantine instead."""
    if not events.failures or not job.settings.notify_failures:
        return ()
    facts: dict[str, object] = {"failed": events.failures, "entries": events.entries, "escrowed": left.escrowed}
    return (Notice(NoticeKind.USERS_FAILED, {**facts, "failing": list(left.failing)}),)


def _facts(quarantine: Quarantine) -> dict[str, object]:
    return {
        "reason": quarantine.reason.value,
        "code": quarantine.problem.code,
        "message": quarantine.problem.message,
        "since": to_text(quarantine.since),
        "next_attempt_at": None if quarantine.next_attempt_at is None else to_text(quarantine.next_attempt_at),
        "requests": _quoted(quarantine.requests),
    }


def _quoted(requests: Collection[FailedRequest]) -> list[dict[str, object]]:
    return [
        {"at": to_text(r.at), "method": r.method, "url": r.url, "status": r.status, "answer": r.answer}
        for r in requests
    ]
