"""How long is the provisioning log kept, and who throws away what is older?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from instep.admin.ports import Jobs, Pruned
from instep.clock import Clock
from instep.ledger.jobs import Job

ROWS_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class KeptLog:
    """The log of one job, or of one that was deleted, and for how many days it is kept; None is for good."""

    job_id: str
    app_name: str
    days: int | None


@dataclass(frozen=True, slots=True)
class PrunedLog:
    """What was thrown away of one job's log."""

    log: KeptLog
    pruned: Pruned


def log_of(job: Job) -> KeptLog:
    """Return for how long a job's log is kept."""
    return KeptLog(job.id, job.app_name, job.settings.log_retention_days)


def all_logs(jobs: Jobs) -> Sequence[KeptLog]:
    """Return the logs of all jobs, and of those that were deleted."""
    former = (KeptLog(each.id, each.app_name, each.log_retention_days) for each in jobs.former())
    return [*map(log_of, jobs.all()), *former]


def prune(jobs: Jobs, chosen: Iterable[KeptLog], clock: Clock) -> Iterator[PrunedLog]:
    """Throw away what of these logs is kept no longer, a portion at a time, so that cycles go on between them."""
    for log in chosen:
        if log.days is None:
            continue
        before = clock() - timedelta(days=log.days)
        total = Pruned()
        while (portion := jobs.prune(log.job_id, before, ROWS_AT_A_TIME)).rows:
            total += portion
        yield PrunedLog(log, total)
