"""Can a person read why? Every code of the provisioning log in a sentence."""

import inspect

import pytest

from instep.ledger import wording
from instep.ledger.records import Action, LogEntry, Status
from instep.ledger.wording import reason
from instep.rules.planning.plan import Reason
from instep.rules.scoping.standing import Cause


def entry(action: Action, status: Status, code: str, account: str | None = "U1", **facts: object) -> LogEntry:
    return LogEntry("u1", "ada@corp.example", account, action, status, code, facts)


OTHER, SKIPPED, SUCCESS = Action.OTHER, Status.SKIPPED, Status.SUCCESS
SENTENCES = [
    (entry(Action.CREATE, SUCCESS, "EntryExportAdd"),
     "ada@corp.example is active and in scope, and had no account: U1 was created."),
    (entry(Action.UPDATE, SUCCESS, "EntryExportUpdate"),
     "The account U1 differed from what ada@corp.example should have; that was updated."),
    (entry(Action.UPDATE, SUCCESS, "EntryExportUpdate", matched_by="userName"),
     "ada@corp.example was matched by userName with the account U1; what differed was updated."),
    (entry(Action.UPDATE, SUCCESS, "EntryExportUpdateEnable"),
     "ada@corp.example is active and in scope again: the account U1 was enabled."),
    (entry(Action.DISABLE, SUCCESS, "EntryExportUpdateSoftDelete", cause="not_assigned"),
     "ada@corp.example's account U1 was disabled, because the user is not assigned to the application."),
    (entry(Action.DISABLE, SUCCESS, "EntryExportUpdateSoftDelete", cause="disabled", gone=True),
     "ada@corp.example's account U1 was to be disabled, because the user is disabled in the directory, and is gone "
     "from the target already."),
    (entry(Action.DELETE, SUCCESS, "EntryExportDelete", cause="purged"),
     "ada@corp.example's account U1 was deleted, because the user was deleted from the directory for good."),
    (entry(OTHER, SKIPPED, "RedundantExport"),
     "The account U1 of ada@corp.example is already as it should be; nothing was sent."),
    (entry(OTHER, SKIPPED, "NotEffectivelyEntitled", None, cause="default_access_only"),
     "ada@corp.example gets no account, because the user is assigned with the role Default Access only, "
     "which does not entitle to an account; assign an app role."),
    (entry(OTHER, SKIPPED, "AlreadyDisabled", cause="soft_deleted"),
     "ada@corp.example's account U1 is disabled already, because the user was deleted from the directory "
     "(and is in its recycle bin)."),
    (entry(Action.STAGED_DELETE, Status.WARNING, "StagedDelete", cause="not_assigned", removals=21, budget=20),
     "The removal of ada@corp.example's account U1 is held, because the user is not assigned to the "
     "application: 21 removals together exceed the budget of 20 in 24 hours. Check whether that is meant: the page "
     "Held, or instep apps held, shows what is held, to be approved or rejected."),
    (entry(Action.STAGED_DELETE, Status.WARNING, "StagedDelete", removals=500, budget=499, threshold=500),
     "The removal of ada@corp.example's account U1 is held: 500 removals in one cycle reach the accidental deletion "
     "threshold of 500. Check whether that is meant: the page Held, or instep apps held, shows "
     "what is held, to be approved or rejected."),
    (entry(Action.CREATE, Status.FAILURE, "InternalServerError", None, detail="HTTP 500: oops", attempts=1),
     "The account of ada@corp.example could not be created: HTTP 500: oops. It is tried again."),
    (entry(Action.UPDATE, Status.FAILURE, "Timeout", detail="late", attempts=3,
           next_attempt_at="2026-03-02T08:00:00.000Z"),
     "The account of ada@corp.example could not be updated: late. This operation was retried 2 times. It will be "
     "retried again after this date: 2026-03-02T08:00:00.000Z."),
]  # fmt: skip


@pytest.mark.parametrize(("logged", "sentence"), SENTENCES)
def test_an_entry_is_said_in_a_sentence(logged: LogEntry, sentence: str) -> None:
    assert reason(logged) == sentence


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_its_words(cause: Cause) -> None:
    assert wording.CAUSES[cause.value] in reason(
        entry(OTHER, SKIPPED, "NotEffectivelyEntitled", None, cause=cause.value)
    )


@pytest.mark.parametrize("code", list(Reason))
def test_no_reason_of_a_plan_is_left_without_words(code: Reason) -> None:
    assert reason(entry(OTHER, SKIPPED, code.value, cause="not_assigned")) != f"ada@corp.example: {code.value}."


def test_a_code_of_a_later_version_is_shown_as_it_is() -> None:
    assert reason(entry(OTHER, SKIPPED, "SomethingNew")) == "ada@corp.example: SomethingNew."


def test_the_words_are_written_from_values_and_from_nothing_else() -> None:
    assert list(inspect.signature(reason).parameters) == ["entry"]
