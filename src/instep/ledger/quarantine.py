"""What is kept of a quarantine: why, since when, how often it was looked at again, and the requests that caused it?"""

from dataclasses import dataclass
from datetime import datetime

from instep.rules.health.outcomes import FailedRequest
from instep.rules.health.quarantine import THRESHOLDS_EXCEEDED, QuarantineReason


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as a code and in words, and whether an administrator can mend it (Graph: tenantActionable)."""

    code: str
    message: str
    is_for_the_administrator: bool = True


@dataclass(frozen=True, slots=True)
class Quarantine:
    """A job that is held back (engine.md 6.5).

    `since` is when this series began, `imposed_at` when it was last looked at and left in force, which has happened
    `renewals` times. `next_attempt_at` is None once the job was disabled. Before that moment, a single request may
    ask at `next_probe_at` whether the target works again; None where only an attempt can tell.
    """

    reason: QuarantineReason
    problem: Problem
    since: datetime
    imposed_at: datetime
    next_attempt_at: datetime | None
    renewals: int = 0
    next_probe_at: datetime | None = None
    requests: tuple[FailedRequest, ...] = ()

    @property
    def lets_leavers_go(self) -> bool:
        """Whether removals are sent meanwhile: the target works, and only too many users fail."""
        return self.reason in THRESHOLDS_EXCEEDED
