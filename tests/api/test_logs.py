"""Are entries of the provisioning log told in Graph's words, whatever happened?"""

from datetime import UTC, datetime

import pytest
from jsonschema_rs import Draft202012Validator
from tests.api.told import DOCUMENT

from instep.admin.provisioning_log import ShownEntry
from instep.api.logs import shape_entry
from instep.ledger.object_summary import LoggedJob
from instep.ledger.records import Action, LogEntry, RecordedLogEntry, SourceType, Status

AT = datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC)
KIND = {"components": DOCUMENT["components"], "$ref": "#/components/schemas/provisioningObjectSummary"}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_an_entry_has_the_words_of_graph(action: Action, status: Status) -> None:
    logged = LogEntry("u1", "ada", "U1", action, status, "EntryExportAdd", {}, duration_ms=42)
    recorded = RecordedLogEntry(7, AT, "job-1", "cycle-1", logged, {"title": None}, {"title": "new"})
    said = shape_entry(ShownEntry(recorded, LoggedJob("app-1", "Proxyclick")))
    assert [each.message for each in Draft202012Validator(KIND).iter_errors(said)] == []
    assert said["provisioningAction"].lower() == action.value
    assert said["sourceIdentity"]["identityType"] == SourceType.USER.value


def test_a_held_removal_is_spelt_as_the_sdks_know_it() -> None:
    logged = LogEntry("u1", "ada", "U1", Action.STAGED_DELETE, Status.WARNING, "StagedDelete", {}, duration_ms=1)
    recorded = RecordedLogEntry(7, AT, "job-1", "cycle-1", logged, {}, {})
    assert shape_entry(ShownEntry(recorded, LoggedJob("a", "b")))["provisioningAction"] == "stagedDelete"
