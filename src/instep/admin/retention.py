"""How long is the provisioning log kept, and who throws away what is older?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from instep.admin.ports import Jobs, Pruned
from instep.clock import Clock
from instep.ledger.jobs import Job

ROWS_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class PrunedJob:
    """What was thrown away of one job."""

    job: Job
    pruned: Pruned


def prune(jobs: Jobs, chosen: Iterable[Job], clock: Clock) -> Iterator[PrunedJob]:
    """Throw away what these jobs keep no longer, a portion at a time, so that cycles go on between them."""
    for job in chosen:
        days = job.settings.log_retention_days
        if days is None:
            continue
        before = clock() - timedelta(days=days)
        total = Pruned()
        while (portion := jobs.prune(job, before, ROWS_AT_A_TIME)).rows:
            total += portion
        yield PrunedJob(job, total)
