"""Where are jobs kept, what does the audit log say of each change, and who may run one?"""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from fakes.installation import Installation
from instep.admin.ports import JobIsRunning, LogQuery
from instep.ledger.cycles import CycleKind
from instep.ledger.jobs import JobSettings, JobState, target_identity
from instep.ledger.records import Status
from instep.rules.scoping.standing import Scope

HOLD = """
import sys
from pathlib import Path
from instep.store.database import open_sqlite
from instep.store.postgresql.database import open_postgresql

place, name = sys.argv[1:]
database = open_postgresql(place) if place.startswith("postgresql") else open_sqlite(Path(place))
with database.leases.hold(name):
    print("held", flush=True)
    sys.stdin.read()
"""


def audit(instep: Installation) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in instep.rows("SELECT activity, details FROM audit_log ORDER BY id")]


def test_settings_come_back_as_they_were_saved(installed: Installation) -> None:
    settings = JobSettings(Scope.ALL, 90, 7, 3, 2.5, 11.0, on_change=False, notify_failures=True)
    installed.jobs.save_settings(installed.job, settings, installed.now, "tester")
    assert installed.job.settings == settings
    after = json.loads(audit(installed)[-1][1])["after"]
    assert json.loads(after)["scope"] == "all"


def test_another_scope_is_another_configuration_and_other_settings_are_not(installed: Installation) -> None:
    before = installed.job.configuration_version
    installed.settle(removals=7, interval_seconds=90)
    assert installed.job.configuration_version == before
    installed.settle(scope=Scope.ALL)
    assert installed.job.configuration_version == before + 1


def test_a_secret_token_is_never_in_the_audit_log(installed: Installation) -> None:
    installed.jobs.connect(installed.job, "another-s3cr3t", installed.now, "tester")
    assert all("s3cr3t" not in details for _, details in audit(installed))
    assert audit(installed)[-1][0] == "Update provisioning setting or credentials"


def test_starting_stopping_and_restarting_are_in_the_audit_log_with_who_did_it(installed: Installation) -> None:
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "amy")
    assert installed.job.state is JobState.ACTIVE
    installed.jobs.set_state(installed.job, JobState.PAUSED, installed.now, "amy")
    installed.jobs.restart(installed.job, installed.now, "amy")
    assert [activity for activity, _ in audit(installed)][-3:] == [
        "Enable/start provisioning configuration",
        "Disable/pause provisioning configuration",
        "Enable/restart provisioning configuration",
    ]
    assert {row[0] for row in installed.rows("SELECT DISTINCT actor FROM audit_log")} == {"amy", "tester"}


def test_a_restart_clears_watermark_and_escrows_and_keeps_the_links(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.cycle()
    installed.jobs.restart(installed.job, installed.now, "tester")
    assert installed.job.since is None
    assert installed.link("ada") is not None
    assert installed.cycle().kind is CycleKind.INITIAL


def test_another_target_makes_the_next_cycle_initial_and_the_same_one_written_otherwise_does_not(
    installed: Installation,
) -> None:
    installed.cycle()
    same = replace(installed.job, tenant_url="https://SCIM.example:443/v2/?aadOptscim062020")
    installed.jobs.connect(same, "token", installed.now, "tester")
    assert installed.job.since is not None
    other = replace(installed.job, tenant_url="https://other.example/v2")
    installed.jobs.connect(other, "token", installed.now, "tester")
    assert installed.job.since is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://a.example/v2", "https://A.Example/v2/", True),
        ("https://a.example/v2", "https://a.example:443/v2?flag", True),
        ("https://a.example/v2", "https://a.example:8443/v2", False),
        ("https://a.example/v2", "https://a.example/V2", False),
        ("https://a.example/v2", "https://a.example/v1", False),
        ("https://a.example/v2", "https://b.example/v2", False),
        ("http://localhost:80/v2", "http://localhost/v2", True),
        ("http://localhost/v2", "https://localhost/v2", False),
    ],
)
def test_two_addresses_lead_to_the_same_accounts(one: str, other: str, is_same: bool) -> None:
    assert (target_identity(one) == target_identity(other)) is is_same


def test_a_job_that_runs_in_another_process_is_not_run_here(installed: Installation) -> None:
    with installed.jobs.lease(installed.job):
        pass
    url = installed.database.engine.url
    place = url.render_as_string(hide_password=False) if "postgresql" in url.drivername else str(url.database)
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, place, installed.job.id], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    with pytest.raises(JobIsRunning, match="running in another process"):
        installed.cycle()
    process.kill()
    process.wait()
    process.stdout.close()
    if process.stdin is not None:
        process.stdin.close()
    installed.cycle()


def test_a_job_is_not_run_twice_in_one_process_either(installed: Installation) -> None:
    with installed.jobs.lease(installed.job), pytest.raises(JobIsRunning):
        installed.cycle()


def test_the_log_is_asked_by_status_user_cycle_and_number(installed: Installation) -> None:
    installed.hire_all(["ada", "bob"])
    installed.hire("cid", accountEnabled=False)
    installed.assign_all()
    summary = installed.cycle()
    log, app = installed.jobs.log, installed.app.id
    assert len(log(LogQuery())) == len(log(LogQuery(app, cycle_id=summary.cycle_id))) == 3
    assert [row.entry.user_id for row in log(LogQuery(app, Status.SKIPPED))] == ["cid"]
    assert [row.entry.user_id for row in log(LogQuery(app, user_id="bob"))] == ["bob"]
    assert len(log(LogQuery(app, limit=2))) == 2
    assert log(LogQuery("another app")) == []
