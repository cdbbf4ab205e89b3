"""Is what is old thrown away, and nothing that is needed?"""

from datetime import timedelta

import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.admin import retention
from instep.admin.ports import LogQuery, Pruned
from instep.admin.retention import all_logs, log_of, prune
from instep.admin.why import paragraph, tell
from instep.rules.health.outcomes import NoAnswer
from instep.store.history import StoredHistory


def pruned(at: Installation) -> Pruned:
    [each] = prune(at.jobs, all_logs(at.jobs), at.clock)
    return each.pruned


def count(at: Installation, table: str) -> int:
    return int(at.rows(f"SELECT count(*) FROM {table}")[0][0])


@pytest.fixture
def grown(installed: Installation) -> Installation:
    """Five were created on the second of March, and changed once a day since, for forty days."""
    users = [f"u{number}" for number in range(5)]
    installed.hire_all(users)
    installed.assign_all()
    installed.cycle()
    for day in range(40):
        installed.wait(days=1)
        for user in users:
            installed.change(user, jobTitle=f"title {day}")
        installed.cycle()
    return installed


def test_thirty_days_are_kept_and_what_is_older_goes(grown: Installation) -> None:
    before = count(grown, "provisioning_log"), count(grown, "operations")
    found = pruned(grown)
    assert before == (205, 205)
    assert (found.entries, found.operations) == (50, 50)
    oldest = min(each.at for each in grown.jobs.log(LogQuery()))
    assert oldest == grown.now - timedelta(days=30)
    assert pruned(grown).rows == 0


def test_portions_are_joined(grown: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "ROWS_AT_A_TIME", 7)
    assert pruned(grown).entries == 50
    assert count(grown, "operations") == 155


@pytest.mark.parametrize(("days", "entries"), [(10, 150), (39, 5), (365, 0)])
def test_the_days_are_a_setting(grown: Installation, days: int, entries: int) -> None:
    grown.settle(log_retention_days=days)
    assert pruned(grown).entries == entries


def test_for_good_is_for_good(grown: Installation) -> None:
    grown.settle(log_retention_days=None)
    grown.wait(days=4000)
    assert list(prune(grown.jobs, [log_of(grown.job)], grown.clock)) == []


def test_the_job_goes_on_as_if_nothing_had_gone(grown: Installation) -> None:
    job = grown.job
    grown.wait(days=400)
    pruned(grown)
    assert grown.job == job
    assert len(grown.jobs.last_cycles(grown.job, 100)) == 10
    assert grown.link("u0").last_written["title"] == "title 39"  # type: ignore[union-attr]
    grown.target.forget_requests()
    grown.change("u0", jobTitle="another")
    assert grown.cycle().counts.requests == {"PATCH": 1}
    assert len(grown.target.accounts) == 5


def test_change_ids_are_not_given_again_when_all_entries_are_gone(grown: Installation) -> None:
    newest = grown.log()[-1].id
    grown.wait(days=400)
    pruned(grown)
    grown.change("u0", jobTitle="another")
    grown.cycle()
    assert grown.log()[-1].id > newest


def test_an_operation_without_an_outcome_is_kept_however_old_and_found_out(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.cycle()
    installed.change("ada", jobTitle="Engineer")
    installed.target.faults = [Fault(NoAnswer("late"), {"PATCH"}, takes_effect=True)]
    installed.cycle()
    assert ("unknown",) in installed.rows("SELECT state FROM operations")
    installed.wait(days=400)
    pruned(installed)
    assert ("unknown",) in installed.rows("SELECT state FROM operations")
    assert installed.jobs.escrows(installed.job)
    installed.cycle()
    assert installed.target.accounts["account-000001"]["title"] == "Engineer"


def test_held_removals_and_decided_plans(installed: Installation) -> None:
    installed.hire_all(["ada", "bob"])
    installed.assign_all()
    rejected = installed.save_plan()
    installed.reject(rejected)
    installed.cycle()
    installed.settle(removals=0)
    installed.unassign_all()
    installed.cycle()
    assert installed.jobs.held(installed.job) == 2
    installed.wait(days=400)
    pruned(installed)
    assert installed.jobs.held(installed.job) == 2
    assert installed.rows(f"SELECT id FROM plans WHERE id = {rejected.id}") == []
    assert installed.rows(f"SELECT plan_id FROM planned_operations WHERE plan_id = {rejected.id}") == []


def test_each_job_is_pruned_by_its_own_days(grown: Installation) -> None:
    with grown.database.write() as connection:
        for table in ("provisioning_log", "operations"):
            connection.exec_driver_sql(f"UPDATE {table} SET job_id = 'another' WHERE user_id = 'u0'")
    assert pruned(grown).entries == 40
    assert grown.rows("SELECT count(*) FROM provisioning_log WHERE job_id = 'another'") == [(41,)]


def test_why_says_what_is_not_known_any_more(grown: Installation) -> None:
    grown.wait(days=400)
    pruned(grown)
    history = StoredHistory(grown.database)
    said = paragraph(tell(grown.service, grown.directory, history, grown.app, "u0"))
    assert "u0@corp.example) has an active account in Proxyclick, account-000001." in said
    assert "tester assigned the role User to everyone on 2026-03-02 08:00 UTC." in said
    assert "the log of that is not kept any more" in said
