"""How has a job been doing: how often it failed as a whole, since when, and when it last had nothing left to do?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class JobHealth:
    """What is kept of a job's runs beside its cycles (engine.md 11.3).

    `complete_failures` are runs in a row that failed as a whole, the first of them at `failing_since`.
    `are_escrows_pruned` says that an initial cycle had so many failures that the job was stopped and they were dropped.
    Steady is a job that has followed everything there was to follow.
    """

    complete_failures: int = 0
    failing_since: datetime | None = None
    are_escrows_pruned: bool = False
    first_steady_at: datetime | None = None
    last_steady_at: datetime | None = None


UNTRIED = JobHealth()
