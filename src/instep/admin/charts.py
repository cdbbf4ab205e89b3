"""What do the charts of an application, or of all, show: operations, failures, latency and drift over time?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, TypeVar

from instep.admin.ports import Jobs
from instep.ledger.activity import DurationCount, EntryCount, Step, percentile_ms
from instep.ledger.jobs import Job
from instep.ledger.records import Action, Status

MEDIAN: Final = 0.5
P95: Final = 0.95
MOST_CODES: Final = 5
_OPERATIONS: Final = (Action.CREATE, Action.UPDATE, Action.DISABLE, Action.DELETE)

Counted = TypeVar("Counted", EntryCount, DurationCount)


class Period(Enum):
    """What stretch of time is drawn, and in which steps."""

    DAY = (timedelta(days=1), Step.HOUR)
    WEEK = (timedelta(days=7), Step.HOUR)
    MONTH = (timedelta(days=30), Step.DAY)
    QUARTER = (timedelta(days=90), Step.DAY)

    @property
    def step(self) -> Step:
        """By what it is counted."""
        return self.value[1]

    def moments(self, now: datetime) -> list[datetime]:
        """Return when each step begins, the last the one of this moment."""
        length, last = self.step.value, self.step.of(now)
        count = self.value[0] // length
        return [last - length * back for back in range(count - 1, -1, -1)]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: a value for each moment; None where there is none."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the same moments; `unit` is "" for counts."""

    name: str
    unit: str
    moments: Sequence[datetime]
    series: Sequence[Series]


@dataclass(frozen=True, slots=True)
class FailureCode:
    """How often entries failed with one code in the whole period."""

    code: str
    entries: int


@dataclass(frozen=True, slots=True)
class Charts:
    """All charts of a period, and the commonest codes of its failures."""

    operations: Chart
    failures: Chart
    latency: Chart
    drift: Chart
    codes: Sequence[FailureCode]

    @property
    def all(self) -> Sequence[Chart]:
        """The charts in the order in which they are shown."""
        return self.operations, self.failures, self.latency, self.drift


def charts(jobs: Jobs, job: Job | None, period: Period, now: datetime) -> Charts:
    """Return the charts up to this hour, or this day, of one job or of all."""
    moments = period.moments(now)
    asked = None if job is None else job.id, moments[0], period.step
    entries, durations = jobs.entry_counts(*asked), jobs.duration_counts(*asked)
    steps, times = _by_step(entries), _by_step(durations)

    def counted(name: str, of: Callable[[EntryCount], int]) -> Series:
        return Series(name, [sum(map(of, steps[moment])) for moment in moments])

    def lasting(name: str, share: float) -> Series:
        return Series(name, [percentile_ms(times[moment], share) for moment in moments])

    done = [counted(_NAMES[action], _successes_of(action)) for action in _OPERATIONS]
    failed = [counted("Failures", _of_status(Status.FAILURE)), counted("Warnings", _of_status(Status.WARNING))]
    drifted = [counted("Accounts found gone", lambda each: each.drifted)]
    latency = [lasting("Median", MEDIAN), lasting("95 % took at most", P95)]
    return Charts(
        Chart("Operations", "", moments, done),
        Chart("Failures", "", moments, failed),
        Chart("Latency", "ms", moments, latency),
        Chart("Drift", "", moments, drifted),
        _commonest(entries),
    )


_NAMES: Final = {
    Action.CREATE: "Created",
    Action.UPDATE: "Updated",
    Action.DISABLE: "Disabled",
    Action.DELETE: "Deleted",
}


def _by_step(counts: Iterable[Counted]) -> defaultdict[datetime, list[Counted]]:
    found: defaultdict[datetime, list[Counted]] = defaultdict(list)
    for each in counts:
        found[each.step].append(each)
    return found


def _successes_of(action: Action) -> Callable[[EntryCount], int]:
    return lambda each: each.entries if (each.action, each.status) == (action, Status.SUCCESS) else 0


def _of_status(status: Status) -> Callable[[EntryCount], int]:
    return lambda each: each.entries if each.status is status else 0


def _commonest(entries: Iterable[EntryCount]) -> list[FailureCode]:
    by_code: defaultdict[str, int] = defaultdict(int)
    for each in entries:
        if each.status is Status.FAILURE:
            by_code[each.code] += each.entries
    ordered = sorted(by_code.items(), key=lambda pair: (-pair[1], pair[0]))
    return [FailureCode(*pair) for pair in ordered[:MOST_CODES]]
