"""How is a provisioning on demand answered in Graph's form (graph-api.md 1.8)? Both values are JSON in a text."""

from typing import Any

import orjson

from instep.admin.on_demand import OnDemandReport
from instep.admin.people import Person
from instep.api.calls import Answer, Call
from instep.clock import to_text
from instep.cycle.on_demand_steps import ShownStep
from instep.directory.applications import App
from instep.ledger.jobs import Job
from instep.ledger.object_summary import object_summary
from instep.ledger.records import Status

_RESULTS = {
    Status.SUCCESS: "Success",
    Status.SKIPPED: "Skipped",
    Status.FAILURE: "Failure",
    Status.WARNING: "Warning",
}


def on_demand_answer(call: Call, app: App, job: Job, person: Person, report: OnDemandReport) -> Answer:
    """Return what came of it: the result in `key`, the whole story in `value`."""
    summary: dict[str, Any] = {}
    if report.entry is not None:
        summary = object_summary(report.entry.recorded, report.entry.job)
    status = report.entry.recorded.entry.status if report.entry is not None else _worst(report)
    information = (summary.get("provisioningStatusInfo") or {}).get("errorInformation") or {}
    now = to_text(call.instep.clock())
    result = {
        "result": _RESULTS[status],
        "details": {
            "errorCode": information.get("errorCode"),
            "errorMessage": information.get("reason") or report.steps[-1].description,
        },
    }
    story = {
        "action": _capital(str(summary.get("provisioningAction", "other"))),
        "changeId": summary.get("changeId"),
        "jobId": job.id,
        "startTime": summary.get("activityDateTime", now),
        "endTime": now,
        "reportableIdentifier": person.name,
        "modifiedProperties": summary.get("modifiedProperties", []),
        "provisioningSteps": _steps(summary, report, now),
        "statusInfo": {"status": _RESULTS[status], **_nothing(), **information},
        "sourceIdentity": summary.get("sourceIdentity", {"id": person.id, "type": "User"}),
        "sourceSystem": summary.get("sourceSystem"),
        "targetIdentity": summary.get("targetIdentity"),
        "targetSystem": summary.get("targetSystem", {"id": app.id, "displayName": app.name}),
    }
    return Answer(
        200,
        {
            "@odata.context": f"{call.base}/$metadata#microsoft.graph.stringKeyStringValuePair",
            "key": orjson.dumps(result).decode(),
            "value": orjson.dumps(story).decode(),
        },
    )


def _steps(summary: dict[str, Any], report: OnDemandReport, now: str) -> list[dict[str, Any]]:
    """The steps of the log entry; where nothing came to the log, those that were shown."""
    if not summary:
        return [_shown_step(step, now) for step in report.steps]
    return [
        {
            "name": step["name"],
            "type": _capital(step["provisioningStepType"]),
            "status": _capital(step["status"]),
            "description": step["description"],
            "timestamp": now,
            "details": step["details"],
        }
        for step in summary["provisioningSteps"]
    ]


def _shown_step(step: ShownStep, now: str) -> dict[str, Any]:
    said = {"description": step.description, "timestamp": now, "details": {}}
    return {"name": step.name, "type": "Processing", "status": _RESULTS[step.status], **said}


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _worst(report: OnDemandReport) -> Status:
    return Status.FAILURE if any(step.status is Status.FAILURE for step in report.steps) else Status.SKIPPED


def _nothing() -> dict[str, None]:
    return dict.fromkeys(("errorCode", "reason", "additionalDetails", "errorCategory", "recommendedAction"))
