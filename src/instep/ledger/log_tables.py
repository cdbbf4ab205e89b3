"""Which rows does a log entry have in the three files of Entra's CSV download, which share the change id (9.5)?"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

Row = Sequence[str]

ENTRIES_FILE = "ProvisioningLogs.csv"
STEPS_FILE = "ProvisioningLogs_ProvisioningSteps.csv"
PROPERTIES_FILE = "ProvisioningLogs_ModifiedProperties.csv"

ENTRIES_HEADING = (
    "changeId",
    "activityDateTime (UTC)",
    "jobId",
    "cycleId",
    "provisioningAction",
    "status",
    "errorCode",
    "reason",
    "recommendedAction",
    "sourceIdentityId",
    "sourceIdentityDisplayName",
    "targetIdentityId",
    "targetIdentityDisplayName",
    "sourceSystem",
    "targetSystem",
    "initiatedBy",
    "durationInMilliseconds",
)
STEPS_HEADING = ("changeId", "step", "name", "provisioningStepType", "status", "description", "details")
PROPERTIES_HEADING = ("changeId", "displayName", "oldValue", "newValue")


def entry_row(summary: dict[str, Any], reason: str) -> Row:
    """Return the row of an entry, from its object summary; a null is an empty cell."""
    status = summary["provisioningStatusInfo"]
    error = status["errorInformation"] or {}
    source, target = summary["sourceIdentity"], summary["targetIdentity"]
    cells = (
        summary["changeId"],
        summary["activityDateTime"],
        summary["jobId"],
        summary["cycleId"],
        summary["provisioningAction"],
        status["status"],
        error.get("errorCode"),
        reason,
        error.get("recommendedAction"),
        source["id"],
        source["displayName"],
        target["id"],
        target["displayName"],
        summary["sourceSystem"]["displayName"],
        summary["targetSystem"]["displayName"],
        summary["initiatedBy"]["displayName"],
        summary["durationInMilliseconds"],
    )
    return _cells(cells)


def step_rows(summary: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows of an entry's steps, numbered from 1; the details are a JSON object."""
    for number, step in enumerate(summary["provisioningSteps"], 1):
        yield _cells(
            (
                summary["changeId"],
                number,
                step["name"],
                step["provisioningStepType"],
                step["status"],
                step["description"],
                orjson.dumps(step["details"]).decode(),
            )
        )


def property_rows(summary: dict[str, Any]) -> Iterator[Row]:
    """Yield the rows of what an entry changed."""
    for changed in summary["modifiedProperties"]:
        yield _cells((summary["changeId"], changed["displayName"], changed["oldValue"], changed["newValue"]))


def _cells(values: Sequence[object]) -> Row:
    return ["" if value is None else str(value) for value in values]
