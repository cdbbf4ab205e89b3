"""How much happened, step by step of time, and how quickly: what charts are drawn from?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from instep.ledger.records import Action, LogEntry, Status

_GONE = ("vanished", "gone")


class Step(Enum):
    """By what stretch of time things are counted."""

    HOUR = timedelta(hours=1)
    DAY = timedelta(days=1)

    def of(self, moment: datetime) -> datetime:
        """Return when the step of a moment begins, in UTC."""
        hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return hour if self is Step.HOUR else hour.replace(hour=0)


@dataclass(frozen=True, slots=True)
class EntryCount:
    """How many entries of the provisioning log a step has of one kind; of `drifted` the account was found gone."""

    step: datetime
    action: Action
    status: Status
    code: str
    entries: int
    drifted: int


@dataclass(frozen=True, slots=True)
class DurationCount:
    """How many operations of a step took less than `below_ms`, and at least half of that; 1 stands for no time."""

    step: datetime
    below_ms: int
    operations: int


def is_drift(entry: LogEntry) -> bool:
    """Whether an account was found gone that this job had left in the target (decision 0082)."""
    return entry.code == "InvalidAnchor" or any(fact in entry.facts for fact in _GONE)


def percentile_ms(durations: Iterable[DurationCount], share: float) -> float | None:
    """Return about how long that share of the operations took at most; None where there was none.

    Between the bounds of a count, operations are taken as spread evenly.
    """
    by_bound: dict[int, int] = {}
    for each in durations:
        by_bound[each.below_ms] = by_bound.get(each.below_ms, 0) + each.operations
    wanted, seen = share * sum(by_bound.values()), 0
    for below_ms, operations in sorted(by_bound.items()):
        if operations and seen + operations >= wanted:
            lowest = below_ms // 2
            return lowest + (below_ms - lowest) * (wanted - seen) / operations
        seen += operations
    return None
