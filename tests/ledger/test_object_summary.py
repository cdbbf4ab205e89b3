"""Has an entry the form of Graph's provisioningObjectSummary?"""

from datetime import UTC, datetime
from typing import Any

import pytest

from instep.ledger.change_ids import change_id, entry_of
from instep.ledger.log_tables import (
    ENTRIES_HEADING,
    PROPERTIES_HEADING,
    STEPS_HEADING,
    entry_row,
    property_rows,
    step_rows,
)
from instep.ledger.object_summary import LoggedJob, object_summary
from instep.ledger.records import Action, LogEntry, RecordedLogEntry, Status

AT = datetime(2026, 3, 2, 8, 0, 1, 500_000, tzinfo=UTC)
JOB = LoggedJob("app-1", "Proxyclick")


def recorded(status: Status = Status.SUCCESS, code: str = "EntryExportAdd", **facts: object) -> RecordedLogEntry:
    logged = LogEntry("u1", "ada@corp.example", "U1", Action.CREATE, status, code, facts, duration_ms=42)
    after = {"userName": "ada@corp.example", "active": True, "tags": ["a", "b"], "level": 3}
    return RecordedLogEntry(7, AT, "job-1", "cycle-1", logged, {"title": "old"}, after)


def summary(status: Status = Status.SUCCESS, code: str = "EntryExportAdd", **facts: object) -> dict[str, Any]:
    return object_summary(recorded(status, code, **facts), JOB)


def test_it_has_graphs_properties() -> None:
    found = summary()
    assert found["activityDateTime"] == "2026-03-02T08:00:01.500Z"
    assert (found["jobId"], found["cycleId"], found["provisioningAction"]) == ("job-1", "cycle-1", "create")
    assert found["durationInMilliseconds"] == 42
    assert found["initiatedBy"]["initiatorType"] == "system"
    assert found["servicePrincipal"] == {"id": "app-1", "displayName": "Proxyclick"}
    assert found["targetSystem"]["details"]["ServicePrincipalDisplayName"] == "Proxyclick"
    assert found["sourceIdentity"]["details"]["UserPrincipalName"] == "ada@corp.example"
    assert found["targetIdentity"]["id"] == "U1"
    assert {step["provisioningStepType"] for step in found["provisioningSteps"]} == {
        "import", "matching", "scoping", "processing", "export",
    }  # fmt: skip


def test_modified_properties_are_texts_or_null() -> None:
    changed = {row["displayName"]: (row["oldValue"], row["newValue"]) for row in summary()["modifiedProperties"]}
    assert changed == {
        "title": ("old", None),
        "userName": (None, "ada@corp.example"),
        "active": (None, "True"),
        "tags": (None, '["a","b"]'),
        "level": (None, "3"),
    }


def test_a_success_has_no_error_information() -> None:
    assert summary()["provisioningStatusInfo"] == {"status": "success", "errorInformation": None}


def test_a_failure_says_what_was_answered_and_what_to_do() -> None:
    error = summary(Status.FAILURE, "EntryConflict", detail="HTTP 409: taken")["provisioningStatusInfo"][
        "errorInformation"
    ]
    assert error["errorCode"] == "EntryConflict"
    assert error["additionalDetails"] == "HTTP 409: taken"
    assert error["errorCategory"] == "nonServiceFailure"
    assert "matching attribute" in error["recommendedAction"]


def test_whoever_asked_for_it_by_hand_initiated_it() -> None:
    by_hand = RecordedLogEntry(7, AT, "job-1", "cycle-1", recorded().entry, {}, {}, initiated_by="root")
    assert object_summary(by_hand, JOB)["initiatedBy"] == {
        "id": "", "displayName": "root", "initiatorType": "user",
    }  # fmt: skip


@pytest.mark.parametrize("number", [1, 7, 2**40])
def test_a_change_id_is_a_guid_that_leads_back_to_its_entry(number: int) -> None:
    change = change_id("cycle-1", number)
    assert len(change) == 36
    assert entry_of(change) == entry_of(change.upper()) == number
    assert change != change_id("cycle-2", number)


@pytest.mark.parametrize("text", ["", "7", "cycle-1", "00000000-0000-4000-8000-000000000001"])
def test_what_is_no_change_id_leads_nowhere(text: str) -> None:
    assert entry_of(text) is None


def test_the_three_tables_are_joined_by_the_change_id() -> None:
    found = summary(Status.FAILURE, "EntryConflict", detail="HTTP 409")
    [row] = [entry_row(found, "the reason")]
    assert len(row) == len(ENTRIES_HEADING)
    assert {len(each) for each in step_rows(found)} == {len(STEPS_HEADING)}
    assert {len(each) for each in property_rows(found)} == {len(PROPERTIES_HEADING)}
    assert {each[0] for each in (row, *step_rows(found), *property_rows(found))} == {found["changeId"]}
