"""What is said of a job's state: its code, its executions, its progress, its steady state? engine.md 11.3 and 9.6."""

from datetime import timedelta
from typing import Any

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.admin.status import AppStatus, progress_of, status_of
from instep.admin.synchronization_status import NEVER, synchronization_status
from instep.clock import to_text
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState
from instep.rules.health.outcomes import Answer


def seen(installed: Installation) -> AppStatus:
    return status_of(installed.service, installed.app)


def said(installed: Installation) -> dict[str, Any]:
    status = seen(installed)
    return dict(synchronization_status(status, progress_of(installed.service, status), installed.now))


def start(installed: Installation) -> None:
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")


def test_a_job_has_not_run_before_its_first_cycle_is_complete_though_it_is_started(installed: Installation) -> None:
    assert seen(installed).code == "NotRun"
    start(installed)
    assert seen(installed).code == "NotRun"
    installed.hire("ada")
    installed.assign("ada")
    installed.target.faults = [Fault(Answer(429, b"", retry_after_seconds=9_000), {"GET"})]
    assert installed.cycle().state is CycleState.INTERRUPTED
    assert seen(installed).code == "NotRun", "its first run is not complete"
    installed.wait(hours=3)
    installed.cycle()
    assert seen(installed).code == "Active"
    installed.jobs.restart(installed.job, installed.now, "tester")
    assert seen(installed).code == "Active"
    installed.jobs.set_state(installed.job, JobState.PAUSED, installed.now, "tester")
    assert seen(installed).code == "Paused"


def test_a_job_that_is_stopped_in_its_first_cycle_is_paused(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.target.faults = [Fault(Answer(429, b"", retry_after_seconds=9_000), {"GET"})]
    installed.cycle()
    assert seen(installed).code == "Paused"


def test_before_the_first_cycle_nothing_is_said_but_the_schedule(installed: Installation) -> None:
    assert said(installed) == {
        "schedule": {"expiration": None, "interval": "PT40M", "state": "Paused"},
        "countSuccessiveCompleteFailures": 0,
        "escrowsPruned": False,
        "lastExecution": None,
        "lastSuccessfulExecution": None,
        "lastSuccessfulExecutionWithExports": None,
        "progress": [],
        "steadyStateFirstAchievedTime": NEVER,
        "steadyStateLastAchievedTime": NEVER,
        "synchronizedEntryCountByType": [{"key": "User", "value": 0}, {"key": "Group", "value": 0}],
    }


def test_an_execution_counts_what_was_read_entitled_exported_and_escrowed(installed: Installation) -> None:
    installed.hire_all(["ada", "bob", "cid"])
    installed.assign_all()
    installed.hire("dan", accountEnabled=False)
    installed.target.faults = [Fault(Answer(400, b"{}"), {"POST"}, concerning="cid@")]
    summary = installed.cycle()
    last = said(installed)["lastExecution"]
    assert last == {
        "activityIdentifier": summary.cycle_id,
        "countEntitled": 3,
        "countEntitledForProvisioning": 3,
        "countEscrowed": 1,
        "countEscrowedRaw": 1,
        "countExported": 2,
        "countExports": 3,
        "countImported": 4,
        "countImportedDeltas": 0,
        "countImportedReferenceDeltas": 0,
        "state": "EntryLevelErrors",
        "error": None,
        "timeBegan": to_text(installed.now),
        "timeEnded": to_text(installed.now),
    }


def test_the_last_successful_execution_is_free_of_errors_and_the_one_with_exports_wrote_something(
    installed: Installation,
) -> None:
    installed.hire_all(["ada", "bob"])
    installed.assign_all()
    wrote = installed.cycle()
    installed.wait(hours=1)
    idle = installed.cycle()
    installed.wait(hours=1)
    installed.change("ada", jobTitle="Engineer")
    installed.target.faults = [Fault(Answer(400, b"{}"), {"PATCH"})]
    failed = installed.cycle()
    status = said(installed)
    assert status["lastExecution"]["activityIdentifier"] == failed.cycle_id
    assert status["lastSuccessfulExecution"]["activityIdentifier"] == idle.cycle_id
    assert status["lastSuccessfulExecutionWithExports"]["activityIdentifier"] == wrote.cycle_id
    assert status["lastExecution"]["countImportedDeltas"] == 1


def test_runs_that_fail_as_a_whole_are_counted_until_one_does_not(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.target.faults = [Fault(Answer(401, b""), {"GET", "POST"}, times=99)]
    for count in (1, 2):
        installed.cycle()
        status = said(installed)
        assert status["countSuccessiveCompleteFailures"] == count
        assert status["lastExecution"]["state"] == "Failed"
        assert "refuses the Secret Token" in status["lastExecution"]["error"]["message"]
    installed.target.faults = []
    installed.cycle()
    assert said(installed)["countSuccessiveCompleteFailures"] == 0


def test_progress_is_of_the_users_of_the_cycle_that_runs(installed: Installation) -> None:
    installed.hire_all(["ada", "bob", "cid"])
    installed.assign_all()
    ledger = installed.service.ledger
    cycle, counts = ledger.begin(installed.job, installed.now, installed.now, "cycle")
    counts.users = 2
    ledger.end(installed.job, cycle, CycleState.RUNNING, counts, installed.now, None)
    [progress] = said(installed)["progress"]
    assert (progress["completedUnits"], progress["totalUnits"], progress["units"]) == (2, 3, "Users")


def test_the_steady_state_is_the_first_and_last_time_that_nothing_was_left_to_do(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.cycle()
    first = installed.now
    installed.wait(hours=1)
    installed.cycle()
    status = said(installed)
    assert status["steadyStateFirstAchievedTime"] == to_text(first)
    assert status["steadyStateLastAchievedTime"] == to_text(first + timedelta(hours=1))
    assert status["synchronizedEntryCountByType"][0] == {"key": "User", "value": 1}


@pytest.mark.parametrize(("seconds", "text"), [(2_400, "PT40M"), (90, "PT1M30S"), (7_200, "PT2H"), (3_661, "PT1H1M1S")])
def test_the_interval_is_an_iso_duration(installed: Installation, seconds: int, text: str) -> None:
    installed.settle(interval_seconds=seconds)
    assert said(installed)["schedule"]["interval"] == text
