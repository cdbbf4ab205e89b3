"""What is on Home at this moment: the service, its applications, the newest log entries?"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime

from instep.admin.ports import CycleReport, JobIsRunning, LogQuery
from instep.admin.provisioning_log import read_log
from instep.admin.status import AppStatus, status_of
from instep.console.applications import FAILING_SHOWN, AppShown, FailingUser, Seen, show_app
from instep.console.log import EntryShown, show_entry
from instep.directory.applications import App
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import Job, JobState
from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.wiring import Instep

ENTRIES_SHOWN = 20
_TOTALS_KEPT = 50
_PATIENCE_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the page shows."""

    now: datetime
    worker_problem: str | None
    users: int
    apps: Sequence[AppShown]
    entries: Sequence[EntryShown]


class Status:
    """Reads what the page shows. How many users there are, or a cycle walks through, is counted once."""

    def __init__(self, instep: Instep, worker: Callable[[], WorkerHealth]) -> None:
        self._instep, self._worker = instep, worker
        self._totals: dict[str, Future[int]] = {}
        self._counter = ThreadPoolExecutor(1, "count")
        self._users = -1, 0  # the newest change as they were counted, and how many there were

    def page(self) -> Shown:
        """Return what there is to show now."""
        instep, health = self._instep, self._worker()
        statuses = [status_of(instep.service, app, FAILING_SHOWN) for app in instep.applications.all()]
        names = {status.job.id: status.app.name for status in statuses if status.job is not None}
        return Shown(
            now=instep.clock(),
            worker_problem=health.problem,
            users=self._count_users(),
            apps=[show_app(status, self._seen(status, health)) for status in statuses],
            entries=[
                show_entry(entry.recorded, names)
                for entry in read_log(instep.applications, instep.jobs, LogQuery(limit=ENTRIES_SHOWN))
            ],
        )

    def of_app(self, app: App) -> AppShown:
        """Return what there is to show now of one application."""
        status = status_of(self._instep.service, app, FAILING_SHOWN)
        return show_app(status, self._seen(status, self._worker()))

    def _count_users(self) -> int:
        """How many users are live: counted again once anything has changed, for the page is made every second."""
        head = self._instep.jobs.head()
        if self._users[0] != head:
            with self._instep.directory.reading() as reading:
                self._users = head, reading.count_live_users()
        return self._users[1]

    def _seen(self, status: AppStatus, health: WorkerHealth) -> Seen:
        if status.job is None:
            return Seen((), is_running=False, total=None, trouble=None)
        current = status.cycles[0] if status.cycles else None
        is_running = current is not None and self._runs(status.job, current, health)
        total = self._total(status.job, current) if current is not None and is_running else None
        return Seen(self._failing(status), is_running, total, health.pulse.troubles.get(status.job.id))

    def _runs(self, job: Job, cycle: CycleReport, health: WorkerHealth) -> bool:
        """Whether someone is at the cycle; one whose process was killed still says `running` until it is resumed.

        The lease is asked for only where the worker will not want it at this instant.
        """
        if cycle.state is not CycleState.RUNNING:
            return False
        if job.state is JobState.ACTIVE and health.state is WorkerState.WORKING and not job.quarantine:
            return job.id not in health.pulse.troubles
        try:
            with self._instep.jobs.lease(job):
                return False
        except JobIsRunning:
            return True

    def _total(self, job: Job, report: CycleReport) -> int | None:
        """How many users a cycle walks through; to count them may take seconds, which no page waits for."""
        counting = self._totals.get(report.id)
        if counting is None:
            counting = self._counter.submit(self._instep.service.feed.count, job, report.as_cycle(job))
            self._totals = {**dict(list(self._totals.items())[-_TOTALS_KEPT:]), report.id: counting}
        done, _ = wait([counting], _PATIENCE_SECONDS)
        return counting.result() if done else None

    def _failing(self, status: AppStatus) -> list[FailingUser]:
        shown = status.escrows
        with self._instep.directory.reading() as reading:
            users = {escrow.user_id: reading.user(escrow.user_id) for escrow in shown}
        return [
            FailingUser(
                name=user.user_principal_name if (user := users[escrow.user_id]) is not None else escrow.user_id,
                detail=str(escrow.facts.get("detail", escrow.code)),
                attempts=escrow.attempts,
                next_attempt_at=escrow.next_attempt_at,
            )
            for escrow in shown
        ]
