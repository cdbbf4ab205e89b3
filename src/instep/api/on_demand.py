"""How is a provisioning on demand answered in Graph's form (graph-api.md 1.8)? Both values are JSON in a text."""

from dataclasses import dataclass
from typing import Any

import orjson

from instep.admin.on_demand import OnDemandReport, provision_on_demand
from instep.admin.on_demand_group import provision_group_on_demand
from instep.admin.people import find_person
from instep.api.calls import Answer, Call, Document
from instep.api.errors import bad_request
from instep.api.logs import shape_entry
from instep.api.members import live_group
from instep.clock import to_text
from instep.cycle.on_demand_steps import ShownStep
from instep.directory.applications import App
from instep.ledger.jobs import Job
from instep.ledger.records import SourceType, Status

_RESULTS = {
    Status.SUCCESS: "Success",
    Status.SKIPPED: "Skipped",
    Status.FAILURE: "Failure",
    Status.WARNING: "Warning",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a call asks for: the user, or the group with some of its members."""

    type: SourceType
    id: str
    member_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """Who was taken through all steps, and what happened."""

    id: str
    name: str
    report: OnDemandReport


def read_subject(document: Document) -> Subject:
    """Return the one subject of the body of a call. Raises GraphError."""
    match document:
        case {"parameters": [{"subjects": [{"objectId": str(object_id), **rest}]}]}:
            pass
        case _:
            raise bad_request(
                'The body must name one user or group: {"parameters":[{"ruleId":"","subjects":[{"objectId":"..."}]}]}.'
            )
    kind = str(rest.get("objectTypeName") or "User").lower()
    if kind not in ("user", "group"):
        raise bad_request(f"objectTypeName is User or Group, not '{rest['objectTypeName']}'.")
    match rest.get("links") or {}:
        case {"members": list(members)} if all(isinstance(each, dict) for each in members):
            ids = tuple(str(each.get("objectId", "")) for each in members)
        case _:
            ids = ()
    return Subject(SourceType.GROUP if kind == "group" else SourceType.USER, object_id, ids)


async def take_on_demand(call: Call, app: App, subject: Subject) -> Taken:
    """Take the subject through all steps now."""
    instep = call.instep
    if subject.type is SourceType.USER:
        person = find_person(instep.directory, instep.jobs, subject.id)
        report = await provision_on_demand(instep.service, app, person, call.caller.name)
        return Taken(person.id, person.name, report)
    with instep.directory.reading() as reading:
        group = live_group(reading, subject.id)
    people = [find_person(instep.directory, instep.jobs, each) for each in subject.member_ids]
    reports = await provision_group_on_demand(instep.service, instep.directory, app, group, people, call.caller.name)
    return Taken(group.id, group.display_name, reports.all[-1])


def on_demand_answer(call: Call, app: App, job: Job, taken: Taken) -> Answer:
    """Return what came of it: the result in `key`, the whole story in `value`."""
    report = taken.report
    summary: dict[str, Any] = {}
    if report.entry is not None:
        summary = shape_entry(report.entry)
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
        "reportableIdentifier": taken.name,
        "modifiedProperties": summary.get("modifiedProperties", []),
        "provisioningSteps": _steps(summary, report, now),
        "statusInfo": {"status": _RESULTS[status], **_nothing(), **information},
        "sourceIdentity": summary.get("sourceIdentity", {"id": taken.id, "displayName": taken.name}),
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
