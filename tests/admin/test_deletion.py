"""What goes with an application that is deleted, and what stays?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from fakes.installation import ME, TENANT_URL, Installation
from fakes.memory_target import Fault
from instep.admin import deletion
from instep.admin.applications import add_app
from instep.admin.deletion import (
    DeletionRefused,
    StillRunning,
    delete_application,
    delete_job,
    deletion_of,
)
from instep.admin.ports import AuditQuery, LogQuery
from instep.admin.provisioning import NotConnected, save_connection
from instep.admin.provisioning_log import read_log
from instep.admin.retention import all_logs, prune
from instep.ledger.jobs import JobState
from instep.rules.health.outcomes import Answer
from instep.store.history import StoredHistory
from instep.store.tables import metadata

KEPT = {"provisioning_log", "cycles", "operations", "plans", "planned_operations", "mails"}
KEPT |= {"hourly_entries", "hourly_durations", "former_jobs"}


@pytest.fixture
def at_work(installed: Installation) -> Installation:
    """Ada, Bob and a group are provisioned; Cy failed."""
    installed.hire_all(["ada", "bob", "cy"])
    installed.add_group("Sales", "ada", "bob")
    installed.assign_all()
    installed.assign_group("Sales")
    installed.protect_group("Sales")
    installed.target.faults = [Fault(Answer(400, b"{}"), {"POST"}, times=99, concerning="cy@")]
    installed.cycle()
    return installed


def delete_the_job(at: Installation) -> None:
    asyncio.run(delete_job(at.service, at.app, ME))


def delete_the_application(at: Installation) -> None:
    asyncio.run(delete_application(at.service, at.app, ME))


def rows_of(at: Installation, job_id: str) -> dict[str, int]:
    """How many rows each table has that names jobs."""
    named = [table.name for table in metadata.sorted_tables if "job_id" in table.c]
    return {name: at.rows(f"SELECT count(*) FROM {name} WHERE job_id = '{job_id}'")[0][0] for name in named}


def test_nothing_but_its_log_is_kept_of_a_job_and_no_request_is_sent(at_work: Installation) -> None:
    job = at_work.job
    before, written = rows_of(at_work, job.id), len(at_work.target.requests)
    assert before["links"] == 2
    assert before["escrows"] == 1
    delete_the_job(at_work)
    after = rows_of(at_work, job.id)
    assert {name: number for name, number in after.items() if number} == {
        name: number for name, number in before.items() if number and name in KEPT
    }
    assert at_work.rows("SELECT * FROM written_memberships") == []
    assert at_work.jobs.job_of(at_work.app) is None
    assert len(at_work.target.requests) == written
    assert len(at_work.applications.assignments(at_work.app.id)) == 2


def test_the_log_is_still_shown_with_the_name_and_what_is_hidden_in_it(at_work: Installation) -> None:
    before = list(read_log(at_work.applications, at_work.jobs, LogQuery()))
    delete_the_application(at_work)
    after = list(read_log(at_work.applications, at_work.jobs, LogQuery()))
    assert after == before
    assert {entry.job.app_name for entry in after} == {at_work.app.name}
    assert len(at_work.jobs.log(LogQuery(app_id=at_work.app.id))) == len(before)


def test_a_job_that_is_created_afterwards_matches_everybody_again(at_work: Installation) -> None:
    delete_the_job(at_work)
    at_work.target.faults = []
    at_work.target.forget_requests()
    save_connection(at_work.service, at_work.app, TENANT_URL, "token", ME)
    summary = at_work.cycle()
    assert (summary.counts.created, summary.counts.failed) == (1, 0)
    assert len(at_work.target.accounts) == 3
    assert at_work.link("ada") is not None


def test_an_application_goes_with_its_assignments_and_each_has_its_change(at_work: Installation) -> None:
    delete_the_application(at_work)
    assert at_work.applications.all() == []
    for table in ("assignments", "app_roles", "jobs"):
        assert at_work.rows(f"SELECT * FROM {table}") == []
    assert at_work.rows("SELECT * FROM protections WHERE app_id <> '*'") == []
    ended = at_work.rows("SELECT count(*) FROM changes WHERE kind = 'unassigned'")
    assert ended == [(2,)]
    activities = [row.activity for row in StoredHistory(at_work.database).audit(AuditQuery())]
    assert activities[:2] == ["Delete application", "Delete provisioning configuration"]
    assert at_work.applications.names() == {at_work.app.id: at_work.app.name}


def test_what_would_go_is_told_before(at_work: Installation) -> None:
    told = deletion_of(at_work.service, at_work.app)
    assert (told.assigned, told.accounts, told.active_accounts, told.held_removals) == (2, 2, 2, 0)
    assert at_work.jobs.job_of(at_work.app) == told.job


def test_an_application_without_a_job_is_deleted_and_has_none_to_delete(installed: Installation) -> None:
    app, _ = add_app(installed.applications, "proxyclick", "Annex", installed.clock, installed.new_id, ME)
    at = replace(installed, app=app)
    with pytest.raises(NotConnected, match="no job"):
        delete_the_job(at)
    assert deletion_of(at.service, app).job is None
    delete_the_application(at)
    assert [each.id for each in at.applications.all()] == [installed.app.id]


def test_while_removals_are_held_nothing_is_deleted(at_work: Installation) -> None:
    at_work.settle(removals=0)
    at_work.unprotect_group("Sales")
    at_work.disable("ada")
    at_work.cycle()
    assert deletion_of(at_work.service, at_work.app).held_removals == 1
    for refused in (delete_the_job, delete_the_application):
        with pytest.raises(DeletionRefused, match="holds 1 removal"):
            refused(at_work)
    [held] = at_work.held()
    at_work.reject(held)
    delete_the_application(at_work)


def test_a_job_that_does_not_end_in_time_is_stopped_and_not_deleted(
    at_work: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deletion, "MOST_LOOKS", 2)
    monkeypatch.setattr(deletion, "LOOK_EVERY_SECONDS", 0)
    at_work.jobs.set_state(at_work.job, JobState.ACTIVE, at_work.now, ME)
    with at_work.jobs.lease(at_work.job), pytest.raises(StillRunning, match="nothing was deleted"):
        delete_the_job(at_work)
    assert at_work.job.state is JobState.PAUSED
    delete_the_job(at_work)


def test_the_log_of_a_job_that_is_gone_is_thrown_away_in_time(at_work: Installation) -> None:
    delete_the_application(at_work)
    at_work.wait(days=31)
    [gone] = prune(at_work.jobs, all_logs(at_work.jobs), at_work.clock)
    assert gone.log.app_name == at_work.app.name
    assert gone.pruned.entries
    assert at_work.rows("SELECT * FROM provisioning_log") == []
    assert at_work.rows("SELECT * FROM operations") == []
    assert at_work.now - timedelta(days=31) == at_work.jobs.former()[0].deleted_at
