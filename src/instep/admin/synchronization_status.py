"""What does Graph's synchronizationJob say of a job: its schedule, its executions, its progress? (engine.md 11.3)"""

from collections.abc import Mapping
from datetime import datetime

from instep.admin.ports import CycleReport
from instep.admin.status import AppStatus
from instep.clock import to_text
from instep.ledger.cycles import CycleKind, CycleState

NEVER = "0001-01-01T00:00:00Z"


def synchronization_status(status: AppStatus, progress: tuple[int, int] | None, now: datetime) -> Mapping[str, object]:
    """Return `schedule` and the properties of `status` but for its code and quarantine, by Graph's names.

    `progress` is of the cycle that runs now: users finished, and about how many there are.
    """
    job = status.job
    if job is None:
        return {}
    health, milestones = job.health, status.milestones
    return {
        "schedule": {
            "expiration": None,
            "interval": _duration(job.settings.interval_seconds),
            "state": job.state.value,
        },
        "countSuccessiveCompleteFailures": health.complete_failures,
        "escrowsPruned": health.are_escrows_pruned,
        "lastExecution": _execution(status.cycles[0]) if status.cycles else None,
        "lastSuccessfulExecution": _execution(milestones.error_free),
        "lastSuccessfulExecutionWithExports": _execution(milestones.with_exports),
        "progress": [] if progress is None else [_progress(progress, now)],
        "steadyStateFirstAchievedTime": _moment(health.first_steady_at) or NEVER,
        "steadyStateLastAchievedTime": _moment(health.last_steady_at) or NEVER,
        "synchronizedEntryCountByType": [
            {"key": "User", "value": status.linked},
            {"key": "Group", "value": status.linked_groups},
        ],
    }


def _execution(cycle: CycleReport | None) -> Mapping[str, object] | None:
    """Return a synchronizationTaskExecution; what was exported is users and groups, deletions included."""
    if cycle is None:
        return None
    counts, groups = cycle.counts, cycle.counts.of_groups
    read, failed = counts.users + groups.groups, counts.failed + groups.groups_failed
    exported = counts.created + counts.updated + counts.disabled + counts.deleted
    exported += groups.groups_created + groups.groups_updated + groups.groups_deleted
    return {
        "activityIdentifier": cycle.id,
        "countEntitled": counts.entitled,
        "countEntitledForProvisioning": counts.entitled,
        "countEscrowed": failed,
        "countEscrowedRaw": failed,
        "countExported": exported,
        "countExports": exported + failed + counts.held + groups.groups_held,
        "countImported": read,
        "countImportedDeltas": 0 if cycle.kind is CycleKind.INITIAL else read,
        "countImportedReferenceDeltas": groups.memberships_added + groups.memberships_removed,
        "state": _state(cycle, failed),
        "error": _error(cycle),
        "timeBegan": to_text(cycle.begun_at),
        "timeEnded": _moment(cycle.ended_at),
    }


def _state(cycle: CycleReport, failed: int) -> str | None:
    """A cycle that runs has no state yet."""
    match cycle.state:
        case CycleState.SUCCEEDED:
            return "EntryLevelErrors" if failed else "Succeeded"
        case CycleState.INTERRUPTED | CycleState.SUPERSEDED:
            return "Failed"
        case CycleState.RUNNING:
            return None


def _error(cycle: CycleReport) -> Mapping[str, object] | None:
    if cycle.reason is None:
        return None
    return {"code": cycle.state.value, "message": cycle.reason, "tenantActionable": True}


def _progress(progress: tuple[int, int], now: datetime) -> Mapping[str, object]:
    completed, total = progress
    return {
        "completedUnits": completed,
        "totalUnits": total,
        "units": "Users",
        "progressObservationDateTime": to_text(now),
    }


def _duration(seconds: int) -> str:
    """Return an ISO 8601 duration as Graph writes them: `PT40M`, `PT1H30M`, `PT90S` as `PT1M30S`."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (left, "S"))
    return "PT" + "".join(f"{number}{unit}" for number, unit in parts if number)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else to_text(at)
