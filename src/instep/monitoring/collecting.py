"""Which metrics does Prometheus get of jobs, the directory and the worker?"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from instep.ledger.jobs import Job, JobState
from instep.ledger.measures import JobMeasures, Measures
from instep.runtime.supervision import WorkerHealth, WorkerState
from instep.store.measures import EntryKind, LinkCounts
from instep.wiring import Instep

LABELS = ("app", "job_id")  # Prometheus has a label `job` of its own
_STATES = ("active", "paused", "disabled", "quarantine")
_HOUR = len("2026-11-23T14")
_KEPT_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _OfJob:
    job: Job
    measures: JobMeasures

    @property
    def labels(self) -> tuple[str, str]:
        """By which name and id a series is known."""
        return (self.job.app_name, self.job.id)


class JobsAndDirectory(Collector):
    """What is counted in the store when it is asked."""

    def __init__(self, instep: Instep) -> None:
        self._instep = instep
        self._totals, self._links = _EntryTotals(instep), _KeptLinkCounts(instep)

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this moment."""
        now, jobs = self._instep.clock(), self._instep.jobs.all()
        measures = self._instep.measures.of(jobs, self._links.at(now))
        found = [_OfJob(job, measures.jobs[job.id]) for job in jobs]
        yield _states(found)
        yield from _followed(found, measures.head)
        yield from _last_cycles(found, now)
        yield from _accounts(found)
        yield _entries(found, self._totals.at(now, [job.id for job in jobs]))
        yield from _of_directory(measures, now)

    def describe(self) -> Sequence[Metric]:
        """Nothing before it is asked: nobody asks the store at the start."""
        return []


_COUNTS: tuple[tuple[str, str, Callable[[JobMeasures], int]], ...] = (
    ("instep_job_links", "Accounts that are linked to users.", lambda of: of.links),
    ("instep_job_links_active", "Of these: which are active.", lambda of: of.active_links),
    ("instep_job_linked_groups", "Groups that are linked.", lambda of: of.linked_groups),
    ("instep_job_escrows", "Users who failed, and are tried again.", lambda of: of.escrows),
    ("instep_job_group_escrows", "Groups that failed, and are tried again.", lambda of: of.group_escrows),
)


class _EntryTotals:
    """How many entries were logged ever: of the hours that are over, the sum is kept."""

    def __init__(self, instep: Instep) -> None:
        self._instep = instep
        self._lock = threading.Lock()
        self._hour = ""
        self._before: Mapping[EntryKind, int] = {}

    def at(self, now: datetime, job_ids: Sequence[str]) -> Mapping[EntryKind, int]:
        hour = now.isoformat()[:_HOUR]
        with self._lock:
            if hour != self._hour:
                self._before, self._hour = self._instep.measures.entries_before(hour), hour
            totals = Counter(self._before)
        totals.update(self._instep.measures.entries_in(hour, job_ids))
        return totals


class _KeptLinkCounts:
    """How many links there are, as it was known a minute ago at most, but for the time that it takes to count them.

    Counting goes through all of them: whoever asks gets what is known, and the next one what is counted meanwhile.
    """

    def __init__(self, instep: Instep) -> None:
        self._instep = instep
        self._lock = threading.Lock()
        self._counts: LinkCounts | None = None
        self._counted_at = datetime.min.replace(tzinfo=UTC)

    def at(self, now: datetime) -> LinkCounts:
        with self._lock:
            known = self._counts
            if known is None:
                known = self._counts = self._instep.measures.link_counts()
                self._counted_at = now
            elif now - self._counted_at >= _KEPT_FOR:
                self._counted_at = now
                threading.Thread(target=self._count, daemon=True, name="links are counted").start()
            return known

    def _count(self) -> None:
        counts = self._instep.measures.link_counts()
        with self._lock:
            self._counts = counts


class WorkerProcess(Collector):
    """The process that runs the cycles."""

    def __init__(self, health: Callable[[], WorkerHealth]) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of this moment."""
        health = self._health()
        if health.state is WorkerState.ELSEWHERE:
            return  # whoever runs it tells of it
        works = health.state is WorkerState.WORKING and health.problem is None
        yield _gauge("instep_worker_up", "Whether the process that runs the cycles works.", int(works))
        restarts = CounterMetricFamily("instep_worker_restarts", "How often that process was started again.")
        restarts.add_metric((), health.restarts)
        yield restarts
        if health.heartbeat_age_seconds is not None:
            age = health.heartbeat_age_seconds
            yield _gauge("instep_worker_heartbeat_age_seconds", "Since its last sign of life.", age)


def _states(jobs: Sequence[_OfJob]) -> Metric:
    family = GaugeMetricFamily("instep_job_state", "1 for the state that a job is in.", labels=(*LABELS, "state"))
    for each in jobs:
        for state in _STATES:
            family.add_metric((*each.labels, state), int(state == _state(each.job)))
    return family


def _state(job: Job) -> str:
    is_held_back = job.quarantine is not None and job.state is JobState.ACTIVE
    return "quarantine" if is_held_back else job.state.value.lower()


def _followed(jobs: Sequence[_OfJob], head: int) -> Iterator[Metric]:
    yield _gauge("instep_change_log_head", "The number of the newest change of the directory.", head)
    lag = _by_job("instep_job_changes_behind", "Changes that the job has not followed yet; none before a cycle.")
    for each in jobs:
        if each.job.watermark is not None:
            lag.add_metric(each.labels, max(head - each.job.watermark, 0))
    yield lag


def _last_cycles(jobs: Sequence[_OfJob], now: datetime) -> Iterator[Metric]:
    since = _by_job("instep_job_seconds_since_cycle", "Since the last cycle ended, whatever came of it.")
    took = _by_job("instep_job_last_cycle_duration_seconds", "How long that cycle took.")
    went_well = _by_job("instep_job_last_cycle_succeeded", "Whether that cycle succeeded.")
    requests = GaugeMetricFamily(
        "instep_job_last_cycle_requests", "What that cycle sent to the application.", labels=(*LABELS, "method")
    )
    for each in jobs:
        cycle = each.measures.last_cycle
        if cycle is None:
            continue
        since.add_metric(each.labels, max((now - cycle.ended_at).total_seconds(), 0))
        took.add_metric(each.labels, cycle.seconds)
        went_well.add_metric(each.labels, int(cycle.state == "succeeded"))
        for method, number in cycle.requests.items():
            requests.add_metric((*each.labels, method), number)
    yield from (since, took, went_well, requests)


def _accounts(jobs: Sequence[_OfJob]) -> Iterator[Metric]:
    for name, documentation, count in _COUNTS:
        family = _by_job(name, documentation)
        for each in jobs:
            family.add_metric(each.labels, count(each.measures))
        yield family
    held = GaugeMetricFamily(
        "instep_job_held", "What waits for an administrator, by what it is about.", labels=(*LABELS, "subject")
    )
    for each in jobs:
        for subject, number in ({"removals": 0} | dict(each.measures.held)).items():
            held.add_metric((*each.labels, subject), number)
    yield held


def _entries(jobs: Sequence[_OfJob], totals: Mapping[EntryKind, int]) -> Metric:
    names = {each.job.id: each.job.app_name for each in jobs}
    family = CounterMetricFamily(
        "instep_job_log_entries", "Entries of the provisioning log.", labels=(*LABELS, "action", "status")
    )
    for (job_id, action, status), number in sorted(totals.items()):
        if job_id in names:
            family.add_metric((names[job_id], job_id, action, status), number)
    return family


def _of_directory(measures: Measures, now: datetime) -> Iterator[Metric]:
    yield _gauge("instep_directory_users", "Users in the directory.", measures.users)
    yield _gauge("instep_directory_deleted_users", "Users in the recycle bin.", measures.deleted_users)
    yield _gauge("instep_directory_groups", "Groups in the directory.", measures.groups)
    yield _gauge("instep_outbox_mails", "Mails that wait for the mail server.", measures.queued_mails)
    oldest = measures.oldest_queued_mail_at
    age = 0.0 if oldest is None else max((now - oldest).total_seconds(), 0)
    yield _gauge("instep_outbox_oldest_mail_age_seconds", "For how long the oldest of them waits.", age)


def _by_job(name: str, documentation: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, labels=LABELS)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)
