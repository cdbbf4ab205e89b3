"""Is it a job's turn now: its interval is over, the directory changed, and nothing holds it back?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from instep.ledger.jobs import Job, JobState


class Due(StrEnum):
    """Why a job runs now."""

    NEVER_RAN = "it has not run yet"
    INTERVAL = "its interval is over"
    CHANGED = "the directory changed"
    RETRY = "the pause that the target asked for is over"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a job's last cycle took account of: the head of the feed, and the configuration."""

    head: int
    configuration_version: int


def due(job: Job, seen: Seen | None, head: int, now: datetime) -> Due | None:
    """Return why the job is due, or None. A quarantined job waits for its next attempt, whatever else."""
    if job.state is not JobState.ACTIVE:
        return None
    if job.quarantine is not None:
        return Due.RETRY if now >= job.quarantine.next_attempt_at else None
    if job.not_before is not None:
        return Due.RETRY if now >= job.not_before else None
    if job.last_ended_at is None:
        return Due.NEVER_RAN
    if now >= job.last_ended_at + timedelta(seconds=job.settings.interval_seconds):
        return Due.INTERVAL
    if seen is None:
        return Due.CHANGED if job.since is None or head > job.since else None
    changed = head > seen.head or job.configuration_version > seen.configuration_version
    return Due.CHANGED if changed else None
