"""Do the steps of an entry read as those of Entra's provisioning log do?"""

import pytest

from instep.ledger.records import Action, LogEntry, Status
from instep.ledger.steps import Step, steps
from instep.ledger.wording import reason

OTHER, SKIPPED, SUCCESS, FAILURE = Action.OTHER, Status.SKIPPED, Status.SUCCESS, Status.FAILURE


def entry(action: Action, status: Status, code: str, account: str | None = "U1", **facts: object) -> LogEntry:
    return LogEntry("u1", "ada@corp.example", account, action, status, code, facts)


def walked(logged: LogEntry) -> list[Step]:
    return steps(logged, "Proxyclick")


WAYS = [
    (entry(Action.CREATE, SUCCESS, "EntryExportAdd"),
     ["EntryImportAdd", "EntryImportObjectNotFound", "EntrySynchronizationScoping", "EntrySynchronizationAdd",
      "EntryExportAdd"]),
    (entry(Action.UPDATE, SUCCESS, "EntryExportUpdate"),
     ["EntryImportUpdate", "EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationUpdate",
      "EntryExportUpdate"]),
    (entry(Action.UPDATE, SUCCESS, "EntryExportUpdateEnable"),
     ["EntryImportUpdate", "EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationUpdate",
      "EntryExportUpdate"]),
    (entry(Action.DISABLE, SUCCESS, "EntryExportUpdateSoftDelete", cause="disabled"),
     ["EntryImportUpdate", "EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationUpdate",
      "EntryExportUpdateSoftDelete"]),
    (entry(Action.DELETE, SUCCESS, "EntryExportDelete", cause="purged"),
     ["EntryImportDelete", "EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationUpdate",
      "EntryExportDelete"]),
    (entry(OTHER, SKIPPED, "RedundantExport"),
     ["EntryImportUpdate", "EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationSkip"]),
    (entry(OTHER, SKIPPED, "NotEffectivelyEntitled", None, cause="not_assigned"),
     ["EntryImportUpdate", "EntrySynchronizationScoping", "EntrySynchronizationSkip"]),
    (entry(Action.STAGED_DELETE, Status.WARNING, "StagedDelete", cause="not_assigned", kind="disable"),
     ["EntryImportUpdate", "EntryImport", "EntrySynchronizationScoping", "EntrySynchronizationUpdate",
      "EntryExportUpdateSoftDelete"]),
    (entry(Action.CREATE, FAILURE, "InternalServerError", None, detail="HTTP 500: oops"),
     ["EntryImportAdd", "EntryImportObjectNotFound", "EntrySynchronizationScoping", "EntrySynchronizationAdd",
      "EntryExportAdd"]),
    (entry(OTHER, FAILURE, "ImportSkipped", None, detail="no value"), ["EntryImportUpdate"]),
    (entry(OTHER, FAILURE, "DuplicateTargetEntries", None, detail="2 accounts"), ["EntryImportUpdate", "EntryImport"]),
    (entry(OTHER, FAILURE, "EntryConflict", None, detail="409"),
     ["EntryImportUpdate", "EntryImportObjectNotFound", "EntrySynchronizationScoping", "EntrySynchronizationAdd",
      "EntryExportAdd"]),
    (entry(OTHER, FAILURE, "MissingValues", None, detail="needed", property="name.givenName"),
     ["EntryImportUpdate", "EntrySynchronizationScoping", "EntrySynchronizationSkip"]),
]  # fmt: skip


@pytest.mark.parametrize(("logged", "names"), WAYS)
def test_the_steps_are_those_of_entra_as_far_as_the_user_came(logged: LogEntry, names: list[str]) -> None:
    found = walked(logged)
    assert [step.name for step in found] == names
    assert found[-1].description == reason(logged)
    assert found[-1].status is logged.status


@pytest.mark.parametrize("logged", [logged for logged, _ in WAYS])
def test_a_step_before_the_last_went_well_or_says_that_the_user_is_out_of_scope(logged: LogEntry) -> None:
    earlier = walked(logged)[:-1]
    assert all(step.status is SUCCESS or step.type == "scoping" for step in earlier)


@pytest.mark.parametrize(
    ("cause", "details"),
    [
        (None, {"Active in the source system": "True", "Assigned to the application": "True",
                "User has the required role": "True", "Scoping filter evaluation passed": "True"}),
        ("disabled", {"Active in the source system": "False", "Assigned to the application": "True",
                      "User has the required role": "True", "Scoping filter evaluation passed": "True"}),
        ("not_assigned", {"Active in the source system": "True", "Assigned to the application": "False",
                          "User has the required role": "False"}),
        ("default_access_only", {"Active in the source system": "True", "Assigned to the application": "True",
                                 "User has the required role": "False"}),
        ("fails_filter", {"Active in the source system": "True", "Assigned to the application": "True",
                          "User has the required role": "True", "Scoping filter evaluation passed": "False"}),
        ("purged", {"Active in the source system": "False"}),
    ],
)  # fmt: skip
def test_the_scoping_step_says_what_is_known_and_nothing_else(cause: str | None, details: dict[str, str]) -> None:
    facts = {} if cause is None else {"cause": cause}
    [scoping] = [step for step in walked(entry(OTHER, SKIPPED, "AlreadyDisabled", **facts)) if step.type == "scoping"]
    assert scoping.details == details


def test_someone_who_is_not_assigned_and_disabled_too_is_not_called_active() -> None:
    logged = entry(OTHER, SKIPPED, "NotEffectivelyEntitled", None, cause="not_assigned", disabled=True)
    [scoping] = [step for step in walked(logged) if step.type == "scoping"]
    assert scoping.details["Active in the source system"] == "False"


def test_a_skip_names_its_reason_the_user_and_the_property_that_is_to_blame() -> None:
    redundant = walked(entry(OTHER, SKIPPED, "RedundantExport"))[-1]
    assert redundant.details == {"SkipReason": "RedundantExport", "ReportableIdentifier": "ada@corp.example"}
    invalid = walked(entry(OTHER, FAILURE, "AttributeValidationFailed", None, detail="x", property="title"))[-1]
    assert (invalid.details["SkipReason"], invalid.details["PropertyName"]) == ("AttributeValidationFailed", "title")
