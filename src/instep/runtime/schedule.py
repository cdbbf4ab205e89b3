"""Is it a job's turn now: its interval is over, the directory changed, and nothing holds it back?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from instep.ledger.jobs import Job, JobSettings, JobState

SETTLES_AFTER = timedelta(seconds=1)  # an import writes many changes: wait until it pauses,
SETTLES_AT_THE_LATEST = timedelta(seconds=5)  # but not for long


class Due(StrEnum):
    """Why a job runs now."""

    INITIAL = "everyone is to be evaluated: there is no watermark for this configuration and target"
    UNFINISHED = "its last cycle was interrupted"
    STARTED = "it was started"
    SETTINGS = "its settings were changed"
    APPROVED = "held operations were approved"
    CHANGED = "the directory changed"
    INTERVAL = "its interval is over"
    RETRY = "the time to try again has come"
    LEAVERS = "it is in quarantine, and the directory changed: removals go all the same"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the worker knows of a job from when it last ran it, or first saw it."""

    state: JobState
    settings: JobSettings
    is_unfinished: bool
    head: int = 0  # the feed's, when the job was run last


@dataclass(frozen=True, slots=True)
class Movement:
    """The head of the directory's feed, and since when it stands there or moves without a pause."""

    head: int
    moved_at: datetime
    moving_since: datetime

    def by(self, later: timedelta) -> "Movement":
        """Return the same by a clock that says so much more."""
        return Movement(self.head, self.moved_at + later, self.moving_since + later) if later else self

    def is_over(self, now: datetime) -> bool:
        """Whether the changes have paused, or last so long that a cycle begins all the same."""
        return now - self.moved_at >= SETTLES_AFTER or now - self.moving_since >= SETTLES_AT_THE_LATEST


def follow(movement: Movement | None, head: int, now: datetime) -> Movement:
    """Return how the feed moves, now that its head was seen here."""
    if movement is None or now < movement.moved_at:  # or the clock was set back
        return Movement(head, now, now)
    if movement.head == head:
        return movement
    is_unbroken = now - movement.moved_at < SETTLES_AFTER
    return Movement(head, now, movement.moving_since if is_unbroken else now)


class WaitingTimes:
    """What time it is for a job whose last cycle ended at a moment that is to come, as the clock was set back since.

    It goes on from that end, from when it was first seen: whatever waits, such as for the target to be asked again,
    waits as long as it was to, or at most as long again. The next cycle's end is by the new clock.
    """

    def __init__(self) -> None:
        self._set_back: dict[str, timedelta] = {}

    def now(self, job: Job, now: datetime) -> datetime:
        """Return the moment at which this job is to be judged."""
        if job.last_ended_at is None or not job.was_clock_set_back(now):
            self._set_back.pop(job.id, None)
            return now
        by = max(job.last_ended_at - now, self._set_back.get(job.id, timedelta()))
        self._set_back[job.id] = by
        return now + by


def due(job: Job, remembered: Remembered, movement: Movement, now: datetime) -> Due | None:
    """Return why the job is due, or None. A job that is held back waits for its next attempt, whatever else."""
    if job.state is not JobState.ACTIVE:
        return None
    if (held_until := job.held_back_until) is not None and now < held_until:
        return Due.LEAVERS if _somebody_may_leave(job, remembered, movement, now) else None
    if job.quarantine is not None:
        return Due.RETRY
    if job.since is None or job.last_ended_at is None:
        return Due.INITIAL
    if (why := _changed_by_hand(job, remembered)) is not None:
        return why
    if held_until is not None:
        return Due.RETRY
    if job.approved_at is not None and (job.last_begun_at is None or job.approved_at >= job.last_begun_at):
        return Due.APPROVED
    if job.settings.on_change and movement.head > job.since and movement.is_over(now):
        return Due.CHANGED
    return Due.INTERVAL if now >= job.last_ended_at + timedelta(seconds=job.settings.interval_seconds) else None


def _somebody_may_leave(job: Job, remembered: Remembered, movement: Movement, now: datetime) -> bool:
    """Whether removals should go though the job is in quarantine; never while the target asked for quiet."""
    if job.quarantine is None or not job.quarantine.lets_leavers_go:
        return False
    if job.not_before is not None and now < job.not_before:
        return False
    return movement.head > remembered.head and movement.is_over(now)


def _changed_by_hand(job: Job, remembered: Remembered) -> Due | None:
    if remembered.is_unfinished:
        return Due.UNFINISHED
    if remembered.state is not JobState.ACTIVE:
        return Due.STARTED
    return Due.SETTINGS if remembered.settings != job.settings else None
