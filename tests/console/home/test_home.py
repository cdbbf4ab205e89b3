"""What does Home say, in every state that an application can be in?"""

import re
import threading
from datetime import timedelta
from html import unescape

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.faulty_target import FaultyTarget, answers, faulty_target
from instep.admin.applications import add_app
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState
from instep.runtime.pulse import Pulse, Trouble
from instep.runtime.supervision import WorkerHealth, WorkerState


@pytest.fixture
def target():
    with faulty_target() as found:
        yield found


def text_of(html: str) -> str:
    """The page's words, one space between them."""
    words = " ".join(unescape(re.sub(r"<[^>]*>", " ", html.replace("<wbr>", ""))).split())
    return re.sub(r" ([,:.;)])", r"\1", words)


def page(site: Site) -> str:
    answer = site.get()
    assert answer.status_code == 200
    return text_of(answer.text)


def connect(admin: Administrator, target: FaultyTarget) -> None:
    admin.connects(target.tenant_url, target.token)
    admin.assigns_everyone()


def start(admin: Administrator) -> None:
    admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "the administrator")


def test_an_application_that_is_not_connected_says_how_to_connect_it(site: Site) -> None:
    said = page(site)
    assert "Proxyclick NotConfigured" in said
    assert "Connect it next" in said
    assert f'/apps/{site.admin.app.id}/provisioning/connection"' in site.get().text


def test_a_connected_application_says_how_to_start_it(admin: Administrator, target: FaultyTarget, site: Site) -> None:
    connect(admin, target)
    said = page(site)
    assert "NotRun" in said
    assert f"Tenant URL {target.tenant_url}" in said
    assert "The first cycle evaluates everyone who is assigned. Start provisioning." in said
    assert "No cycle has run yet." in said
    assert "Next cycle when it is started" in said


def test_a_completed_cycle_is_shown_with_its_counts_requests_and_reads(
    admin: Administrator, target: FaultyTarget, site: Site
) -> None:
    connect(admin, target)
    start(admin)
    admin.hires("ada", "bo")
    admin.provisions()
    said = page(site)
    assert "Active Follows the directory" in said
    assert "Initial cycle Completed 2026-01-05 10:00:00 UTC" in said
    assert "Users 2 Created 2 Updated 0 Disabled 0 Deleted 0 Skipped 0 Held 0 Failed 0" in said
    assert "3 requests: 1 GET, 2 POST. 1 read for: how many accounts there are" in said
    assert "Accounts linked 2 of them active 2 Last completed cycle 2026-01-05 10:00:00 UTC" in said
    assert "Its duration under 0.1 s (initial cycle)" in said
    assert "Next cycle 2026-01-05 10:40:00 UTC (in 40 min, or as soon as the directory changes)" in said
    assert "ada@corp.example Create Success ada@corp.example is active and in scope" in said


def test_a_cycle_that_changes_nothing_needed_no_request(admin: Administrator, target: FaultyTarget, site: Site) -> None:
    connect(admin, target)
    admin.hires("ada")
    admin.provisions()
    admin.provisions()
    said = page(site)
    assert "Incremental cycle Completed" in said
    assert "No request was needed." in said
    assert "Paused Stopped; everything is kept" in said


def test_a_running_cycle_shows_how_far_it_is(
    admin: Administrator, target: FaultyTarget, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("instep.console.home.status._PATIENCE_SECONDS", 60)
    connect(admin, target)
    start(admin)
    admin.hires("ada", "bo", "cleo", "dan")
    ledger, service = admin.instep.service.ledger, admin.instep.service
    cycle, counts = ledger.begin(admin.job, admin.clock(), admin.clock(), service.new_id())
    counts.users = counts.created = 1
    ledger.end(admin.job, cycle, CycleState.RUNNING, counts, admin.clock(), None)
    html = site.get().text
    assert 'max="4" value="1"' in html
    assert "Running since" in text_of(html)
    assert "1 of 4 users 25 %" in text_of(html)


def test_a_running_cycle_whose_users_are_still_counted_says_how_many_it_has_done(
    admin: Administrator, target: FaultyTarget, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(admin, target)
    start(admin)
    counted = threading.Event()
    monkeypatch.setattr(type(admin.instep.service.feed), "count", lambda *_: 4 if counted.wait(60) else 0)
    admin.instep.service.ledger.begin(admin.job, admin.clock(), admin.clock(), admin.instep.new_id())
    assert "0 users so far" in page(site)
    counted.set()
    monkeypatch.setattr("instep.console.home.status._PATIENCE_SECONDS", 60)
    assert "0 of 4 users 0 %" in page(site)


def test_a_cycle_whose_process_was_killed_does_not_seem_to_run(
    admin: Administrator, target: FaultyTarget, site: Site
) -> None:
    connect(admin, target)
    admin.hires("ada")
    admin.instep.service.ledger.begin(admin.job, admin.clock(), admin.clock(), admin.instep.new_id())
    said = page(site)
    assert "Interrupted it goes on where it stopped when the job runs again" in said
    with admin.instep.jobs.lease(admin.job):
        assert "Running since" in page(site)


def test_a_failing_user_is_named_with_the_cause_and_what_to_do(
    admin: Administrator, target: FaultyTarget, site: Site
) -> None:
    connect(admin, target)
    admin.hires("ada", *(f"p{number}" for number in range(6)))
    target.goes_wrong(answers(400, "the badge printer is on fire"), "POST")
    admin.provisions()
    said = page(site)
    assert "7 users fail" in said
    assert "ada@corp.example: " in said
    assert "the badge printer is on fire" in said
    assert "and 2 more" in said
    assert "See what they failed with." in said


def test_held_removals_say_why_and_what_to_do(admin: Administrator, target: FaultyTarget, site: Site) -> None:
    connect(admin, target)
    admin.hires("ada", "bo")
    admin.provisions()
    admin.sets(budget_removals="0")
    admin.disables("ada")
    admin.provisions()
    said = page(site)
    assert "1 removal is held Together they exceed the budget" in said
    assert f'/apps/{admin.app.id}/provisioning/held"' in site.get().text
    assert "StagedDelete Warning" in said


def test_a_quarantine_says_why_since_when_and_when_it_is_tried_next(
    admin: Administrator, target: FaultyTarget, site: Site
) -> None:
    connect(admin, target)
    start(admin)
    admin.hires("ada")
    target.token = "another"
    admin.provisions(CycleState.INTERRUPTED)
    said = page(site)
    assert "Quarantine Held back" in said
    assert "In quarantine since 2026-01-05 10:00:00 UTC Reason: EncounteredQuarantineException" in said
    assert "The next attempt is at 2026-01-05 16:00:00 UTC (in 6 h)" in said
    assert "the next in 60 min" in said
    assert f"The request that caused it: GET {target.tenant_url}/Users?startIndex=1&count=500 HTTP 401" in said
    assert "Interrupted the target refuses the Secret Token" in said


def test_a_job_that_was_disabled_says_so_and_how_to_go_on(
    admin: Administrator, target: FaultyTarget, site: Site
) -> None:
    connect(admin, target)
    start(admin)
    admin.hires("ada")
    target.token = "another"
    admin.provisions(CycleState.INTERRUPTED)
    admin.clock.now += timedelta(days=28)
    admin.provisions(CycleState.INTERRUPTED)
    said = page(site)
    assert "Disabled after four weeks in quarantine, 2026-01-05 10:00:00 UTC" in said
    assert "Nothing is tried any more" in said
    assert "Once the cause is mended, start it." in said


def test_a_job_whose_cycle_cannot_be_run_says_what_to_put_right(
    admin: Administrator, target: FaultyTarget, site: Site
) -> None:
    connect(admin, target)
    start(admin)
    trouble = Trouble("The key is missing; restore it.", admin.clock() + timedelta(minutes=1))
    site.health = WorkerHealth(WorkerState.WORKING, 1, 0.1, 0, Pulse(troubles={admin.job.id: trouble}))
    said = page(site)
    assert "Its cycle cannot be run The key is missing; restore it. It is tried again at 2026-01-05 09:01:00" in said


def test_a_worker_that_has_ended_is_told_on_the_page(site: Site) -> None:
    assert "the service is running" in page(site)
    site.health = WorkerHealth(WorkerState.ENDED, 1, 3.0, 0, Pulse())
    assert "The worker process has ended; it is started again by itself." in page(site)


def test_names_are_never_markup(admin: Administrator, site: Site) -> None:
    hostile = "<script>alert('x')</script>"
    add_app(admin.instep.applications, "proxyclick", hostile, admin.clock, admin.instep.new_id, "me")
    html = site.get().text
    assert "<script>alert" not in html
    assert hostile in text_of(html)
