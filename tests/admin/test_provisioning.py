"""What does an administrator do with a job: connect and test, and what is said when that fails?"""

import asyncio

import orjson
import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.admin.provisioning import ConnectionRefused, NotConnected, connect, provision, require_job
from instep.admin.status import status_of
from instep.ledger.jobs import JobState
from instep.rules.health.outcomes import Answer, NoAnswer, NotSent, Outcome

URL = "https://other.example/scim"


def connected(installed: Installation, token: str = "tok", url: str = URL) -> None:
    asyncio.run(connect(installed.service, installed.app, url, token, "tester"))


def test_a_connection_is_tested_with_a_user_who_cannot_exist_and_then_saved(installed: Installation) -> None:
    connected(installed)
    [asked] = installed.target.sent
    assert asked.query.startswith('userName eq "id-')
    assert installed.job.tenant_url == URL
    assert installed.jobs.secret_token(installed.job) == "tok"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Answer(401, b""), "Secret Token was refused"),
        (Answer(403, b""), "Secret Token is known, but may not read users"),
        (Answer(404, b""), "no SCIM service at this Tenant URL"),
        (Answer(301, b"", location="https://x/login"), "redirects to https://x/login"),
        (Answer(500, b"oops"), "HTTP 500: oops"),
        (Answer(429, b""), "HTTP 429"),
        (Answer(200, b"<html>"), "not understood"),
        (Answer(200, b"{}"), "no list of resources"),
        (Answer(200, orjson.dumps({"totalResults": 3, "Resources": []})), "it does not filter"),
        (NotSent("connection refused"), "connection refused"),
        (NoAnswer("no whole answer came in time"), "no whole answer came in time"),
    ],
)
def test_a_connection_that_does_not_work_is_refused_in_words_and_nothing_is_saved(
    installed: Installation, outcome: Outcome, words: str
) -> None:
    installed.target.faults = [Fault(outcome, {"GET"})]
    with pytest.raises(ConnectionRefused, match=words) as refused:
        connected(installed, "hunter2")
    assert "other.example" in str(refused.value)
    assert "hunter2" not in str(refused.value)
    assert installed.job.tenant_url != URL
    assert installed.jobs.secret_token(installed.job) == "s3cr3t-token"


def test_a_target_that_cannot_be_asked_for_a_user_is_asked_for_its_first_page(installed: Installation) -> None:
    installed.settle(switches={"filterable": "none", "page_size": "50"})
    installed.target.put(userName="somebody@corp.example")
    connected(installed)
    assert [sent.query for sent in installed.target.sent] == ["startIndex=1&count=50"]


def test_connecting_again_keeps_the_settings_and_lifts_the_quarantine(installed: Installation) -> None:
    installed.settle(removals=7)
    installed.hire("ada")
    installed.assign("ada")
    installed.target.faults = [Fault(Answer(401, b""), {"GET"}, times=1)]
    installed.cycle()
    assert status_of(installed.service, installed.app).code == "Quarantine"
    connected(installed)
    assert installed.job.quarantine is None
    assert installed.job.settings.removals == 7


def test_an_application_without_a_job_says_how_to_connect_it(installed: Installation) -> None:
    with installed.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM jobs")
    with pytest.raises(NotConnected, match="instep apps connect"):
        require_job(installed.service, installed.app)
    assert status_of(installed.service, installed.app).code == "NotConfigured"
    with pytest.raises(NotConnected):
        asyncio.run(provision(installed.service, installed.app))


def test_a_status_has_the_accounts_the_cycles_and_what_waits(installed: Installation) -> None:
    assert status_of(installed.service, installed.app).code == "NotRun"
    installed.hire_all(["ada", "bob", "cid"])
    installed.assign_all()
    installed.target.faults = [Fault(Answer(400, b"{}"), {"POST"}, concerning="cid@")]
    installed.cycle()
    installed.delete("bob")
    installed.cycle()
    status = status_of(installed.service, installed.app)
    assert (status.code, status.linked, status.active) == ("Paused", 3, 2)
    assert len(status.cycles) == 2
    assert status.next_cycle_at is None
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")
    status = status_of(installed.service, installed.app)
    assert status.code == "Active"
    assert status.next_cycle_at == installed.now
    installed.cycle()
    status = status_of(installed.service, installed.app)
    assert status.next_cycle_at == installed.now.replace(hour=8, minute=40)
