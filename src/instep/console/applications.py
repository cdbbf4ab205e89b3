"""What does Home say of one application?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.admin.ports import CycleReport
from instep.admin.status import AppStatus
from instep.console.phrases import counted
from instep.ledger.cycles import Counts, CycleKind, CycleState
from instep.ledger.jobs import JobState
from instep.ledger.notices import WaitingMails
from instep.ledger.quarantine import Quarantine
from instep.runtime.pulse import Trouble

FAILING_SHOWN = 5
_KINDS = {
    CycleKind.INITIAL: "Initial cycle",
    CycleKind.INCREMENTAL: "Incremental cycle",
    CycleKind.PLAN: "Application of a plan",
}
_MEANINGS = {
    "NotConfigured": "Not connected yet",
    "NotRun": "Connected; its first cycle is not complete",
    "Active": "Follows the directory",
    "Paused": "Stopped; everything is kept",
    "Quarantine": "Held back, and tried again less often",
}
_COUNTERS = ("created", "updated", "disabled", "deleted", "skipped", "held", "failed")


@dataclass(frozen=True, slots=True)
class CycleShown:
    """The current cycle, or the last one; `total` is known while it runs, once it was counted."""

    title: str
    state: CycleState
    is_running: bool
    begun_at: datetime
    ended_at: datetime | None
    reason: str | None
    users: int
    total: int | None
    counters: Sequence[tuple[str, int]]
    requests: Sequence[tuple[str, int]]
    reads_because: Sequence[tuple[str, int]]

    @property
    def percent(self) -> int:
        """How far it is, of its users."""
        return 0 if not self.total else min(100, 100 * self.users // self.total)

    @property
    def took(self) -> timedelta | None:
        """How long it took, from its first beginning to its last end."""
        return None if self.ended_at is None else self.ended_at - self.begun_at

    @property
    def requests_in_words(self) -> str:
        """Say how many requests it sent, by method."""
        if not self.requests:
            return "No request so far." if self.is_running else "No request was needed."
        by_method = ", ".join(f"{count:,} {method}" for method, count in self.requests)
        return f"{counted(sum(count for _, count in self.requests), 'request')}: {by_method}."


@dataclass(frozen=True, slots=True)
class FailingUser:
    """A user whose provisioning failed, and when it is tried again."""

    name: str
    detail: str
    attempts: int
    next_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class AppShown:
    """One application on Home."""

    id: str
    name: str
    code: str
    meaning: str
    tenant_url: str | None
    interval: timedelta | None
    linked: int
    active: int
    cycle: CycleShown | None
    last_completed: CycleShown | None
    next_cycle_at: datetime | None
    held: int
    failing: Sequence[FailingUser]
    failing_in_all: int
    quarantine: Quarantine | None
    is_disabled: bool
    is_stopped: bool
    are_escrows_pruned: bool
    mails: WaitingMails
    trouble: Trouble | None

    @property
    def waits_for_start(self) -> bool:
        """Whether nothing happens before an administrator starts it."""
        return self.is_stopped and not self.quarantine


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an application beside its status: who fails by name, whether its cycle runs, trouble."""

    failing: Sequence[FailingUser]
    is_running: bool
    total: int | None  # how many users the cycle has; None while they are counted
    trouble: Trouble | None


def show_app(status: AppStatus, seen: Seen) -> AppShown:
    """Return an application as the page shows it."""
    job, cycles = status.job, status.cycles
    completed = next((cycle for cycle in cycles if cycle.state is CycleState.SUCCEEDED), None)
    return AppShown(
        id=status.app.id,
        name=status.app.name,
        code=status.code,
        meaning=_MEANINGS.get(status.code, ""),
        tenant_url=job.tenant_url if job is not None else None,
        interval=timedelta(seconds=job.settings.interval_seconds) if job is not None else None,
        linked=status.linked,
        active=status.active,
        cycle=show_cycle(cycles[0], seen) if cycles else None,
        last_completed=show_cycle(completed) if completed is not None else None,
        next_cycle_at=status.next_cycle_at,
        held=status.held,
        failing=seen.failing,
        failing_in_all=status.escrowed,
        quarantine=job.quarantine if job is not None else None,
        is_disabled=job is not None and job.state is JobState.DISABLED,
        is_stopped=job is not None and job.state is JobState.PAUSED,
        are_escrows_pruned=job is not None and job.health.are_escrows_pruned,
        mails=status.mails,
        trouble=seen.trouble if job is not None and job.state is JobState.ACTIVE else None,
    )


def show_cycle(report: CycleReport, seen: Seen | None = None) -> CycleShown:
    """Return a cycle as a page shows it; what is known of one that runs is what was seen."""
    is_running = seen is not None and seen.is_running
    total = seen.total if seen is not None and is_running else None
    counts = report.counts
    return CycleShown(
        title=_KINDS[report.kind],
        state=report.state,
        is_running=is_running,
        begun_at=report.begun_at,
        ended_at=None if is_running or report.state is CycleState.RUNNING else report.ended_at,
        reason=report.reason,
        users=counts.users,
        total=None if total is None else max(total, counts.users),
        counters=[(name, _count(counts, name)) for name in _COUNTERS],
        requests=sorted(counts.requests.items()),
        reads_because=sorted(counts.reads_because.items()),
    )


def _count(counts: Counts, name: str) -> int:
    value = counts.as_document()[name]
    return value if isinstance(value, int) else 0
