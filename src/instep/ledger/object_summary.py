"""How does a log entry look as Microsoft Graph's provisioningObjectSummary (engine.md 9.2)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from instep.clock import to_text
from instep.ledger.change_ids import change_id
from instep.ledger.error_codes import explained
from instep.ledger.records import LogEntry, RecordedLogEntry, SourceType, Status
from instep.ledger.steps import SOURCE_NAME, Step, steps
from instep.ledger.wording import reason
from instep.scim.messages import ENTERPRISE_USER_URN, GROUP_URN

SERVICE_NAME = "Instep provisioning service"


@dataclass(frozen=True, slots=True)
class LoggedJob:
    """What is to be known of a job to show its entries: the application's id and name."""

    app_id: str
    app_name: str


def object_summary(recorded: RecordedLogEntry, job: LoggedJob) -> dict[str, Any]:
    """Return an entry as Graph has it; every value of a property is a text or null."""
    entry = recorded.entry
    change = change_id(recorded.cycle_id, recorded.id)
    return {
        "id": change,
        "activityDateTime": to_text(recorded.at),
        "tenantId": "",
        "jobId": recorded.job_id,
        "cycleId": recorded.cycle_id,
        "changeId": change,
        "provisioningAction": entry.action.value,
        "durationInMilliseconds": entry.duration_ms,
        "provisioningStatusInfo": {"status": entry.status.value, "errorInformation": error_information(entry)},
        "provisioningSteps": [_step(step) for step in steps(entry, job.app_name)],
        "modifiedProperties": modified_properties(recorded),
        "servicePrincipal": {"id": job.app_id, "displayName": job.app_name},
        "sourceSystem": {"id": "", "displayName": SOURCE_NAME, "details": {}},
        "targetSystem": _target_system(job),
        "initiatedBy": _initiated_by(recorded),
        "sourceIdentity": _source_identity(entry),
        "targetIdentity": _target_identity(recorded),
    }


def error_information(entry: LogEntry) -> dict[str, Any] | None:
    """Return Graph's errorInformation: null for a success; of what was skipped or held, why, and what to do."""
    if entry.status is Status.SUCCESS:
        return None
    known = explained(entry.code)
    detail = entry.facts.get("detail")
    return {
        "errorCode": entry.code,
        "reason": reason(entry),
        "additionalDetails": str(detail) if detail is not None else None,
        "errorCategory": known.category.value,
        "recommendedAction": known.action,
    }


def modified_properties(recorded: RecordedLogEntry) -> list[dict[str, str | None]]:
    """Return what the entry's operation changed, or tried to; a value that there was not is null."""
    names = {**recorded.before, **recorded.after}
    return [
        {
            "displayName": name,
            "oldValue": as_text(recorded.before.get(name)),
            "newValue": as_text(recorded.after.get(name)),
        }
        for name in names
    ]


def as_text(value: object) -> str | None:
    """Return a value as the log shows it: True and False as Entra writes them, several values as a JSON array."""
    match value:
        case None | str():
            return value
        case list() | tuple() | dict():
            return orjson.dumps(value).decode()
        case _:
            return str(value)


def _step(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "provisioningStepType": step.type,
        "status": step.status.value,
        "description": step.description,
        "details": dict(step.details),
    }


def _target_system(job: LoggedJob) -> Mapping[str, Any]:
    details = {
        "ApplicationId": job.app_id,
        "ServicePrincipalId": job.app_id,
        "ServicePrincipalDisplayName": job.app_name,
    }
    return {"id": job.app_id, "displayName": job.app_name, "details": details}


def _initiated_by(recorded: RecordedLogEntry) -> Mapping[str, str]:
    if recorded.initiated_by is None:
        return {"id": "", "displayName": SERVICE_NAME, "initiatorType": "system"}
    return {"id": "", "displayName": recorded.initiated_by, "initiatorType": "user"}


def _source_identity(entry: LogEntry) -> Mapping[str, Any]:
    kind = entry.source_type.value
    name = "UserPrincipalName" if entry.source_type is SourceType.USER else "DisplayName"
    details = {"id": entry.user_id, "odatatype": kind, name: entry.user_name}
    return {"id": entry.user_id, "displayName": entry.user_name, "identityType": kind, "details": details}


def _target_identity(recorded: RecordedLogEntry) -> Mapping[str, Any]:
    account_id = recorded.entry.account_id or ""
    is_group = recorded.entry.source_type is SourceType.GROUP
    attribute, kind = ("displayName", GROUP_URN) if is_group else ("userName", ENTERPRISE_USER_URN)
    name = as_text(recorded.after.get(attribute, recorded.before.get(attribute))) or ""
    details = {"id": account_id, "odatatype": kind} if account_id else {}
    return {"id": account_id, "displayName": name, "identityType": kind, "details": details}
