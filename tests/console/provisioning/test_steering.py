"""Is provisioning watched, started, stopped and restarted by its page, and what is held decided about as shown?"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from console.console_site import Site
from fakes.administrator import Administrator
from fakes.console_browser import ConsoleBrowser
from fakes.faulty_target import FaultyTarget, faulty_target
from instep.admin.plans import held_sets
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState
from instep.ledger.plans import PlanState


@pytest.fixture
def target(admin: Administrator) -> Iterator[FaultyTarget]:
    with faulty_target() as found:
        admin.connects(found.tenant_url, found.token)
        admin.assigns_everyone()
        yield found


def act(root: ConsoleBrowser, path: str, **fields: str | list[str]) -> str:
    """What the page says after a button."""
    answer = root.post(path, **fields)
    if answer.status_code == 307:
        answer = root.post(answer.headers["location"], **fields)
    return root.follow(answer).text if answer.status_code == 303 else answer.text


def hold(admin: Administrator, site: Site) -> ConsoleBrowser:
    """Two leavers, a budget of none, and a browser in which somebody has just signed in."""
    admin.hires("ada", "bo", "cleo")
    admin.provisions()
    admin.sets(budget_removals="0")
    admin.disables("ada")
    admin.disables("bo")
    admin.provisions()
    return site.signed_in()


def test_it_is_started_and_stopped(root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget) -> None:
    page = root.get(f"{at}/provisioning").text
    assert "Start provisioning" in page
    assert "Stop provisioning" not in page
    assert "The initial cycle begins" in act(root, f"{at}/provisioning/start")
    assert admin.job.state is JobState.ACTIVE
    assert "Everything is kept" in act(root, f"{at}/provisioning/stop")
    assert admin.job.state is JobState.PAUSED


def test_the_details_say_what_the_last_cycle_did(
    site: Site, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo")
    admin.provisions()
    page = site.signed_in().get(f"{at}/provisioning").text
    for said in ("Synchronization Details", "Initial cycle", "Statistics to date", "3 requests: 1 GET, 2 POST."):
        assert said in page


def test_a_cycle_that_runs_shows_its_rate_and_the_time_left(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    admin.hires("ada", "bo", "cleo", "dan")
    ledger, service = admin.instep.service.ledger, admin.instep.service
    admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "root")
    cycle, counts = ledger.begin(admin.job, admin.clock(), admin.clock(), service.new_id())
    counts.requests["POST"] = 0
    ledger.end(admin.job, cycle, CycleState.RUNNING, counts, admin.clock(), None)
    assert "measuring" in root.get(f"{at}/provisioning").text
    admin.clock.now += timedelta(seconds=4)
    counts.users = counts.created = 2
    counts.requests["POST"] = 8
    ledger.end(admin.job, cycle, CycleState.RUNNING, counts, admin.clock(), None)
    page = root.get(f"{at}/provisioning").text.replace("\u00a0", " ")
    assert "0.5 users a second, 2.0 requests a second" in page
    assert "about 4.0 s" in page


def test_a_restart_clears_what_was_ticked(site: Site, admin: Administrator, at: str, target: FaultyTarget) -> None:
    admin.hires("ada")
    admin.provisions()
    root = site.signed_in()
    root.get(f"{at}/provisioning")
    assert "was restarted" in act(root, f"{at}/provisioning/restart", scope=["Watermark", "Escrows"])
    assert admin.job.since is None
    assert "Nothing was ticked" in act(root, f"{at}/provisioning/restart")
    assert "1 link was erased" in act(root, f"{at}/provisioning/restart", scope=["Full"])


def test_a_full_restart_wants_a_confirmation(
    root: ConsoleBrowser, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    root.get(f"{at}/provisioning")
    admin.clock.now += timedelta(minutes=6)
    answer = root.post(f"{at}/provisioning/restart", scope=["Full"])
    assert (answer.status_code, answer.headers["location"]) == (307, f"{at}/provisioning/restart/all")
    assert root.post(answer.headers["location"], scope=["Full"]).headers["location"].startswith("/confirm")


def test_a_held_set_is_listed_and_rejected(site: Site, admin: Administrator, at: str, target: FaultyTarget) -> None:
    root = hold(admin, site)
    page = root.get(f"{at}/provisioning/held").text
    assert "2 held removals" in page
    assert "2 removals together exceed the budget of 0 in 24 hours" in page
    assert "ada@corp.example" in page
    (plan,) = held_sets(admin.instep.service, admin.app)
    said = act(root, f"{at}/provisioning/held/{plan.id}/reject", left="2")
    assert "The held set is rejected" in said
    admin.provisions()
    assert target.writes == [each for each in target.writes if each.method == "POST"]


def test_a_held_set_is_approved_by_whoever_saw_it_as_it_is(
    site: Site, admin: Administrator, at: str, target: FaultyTarget
) -> None:
    root = hold(admin, site)
    root.get(f"{at}/provisioning/held")
    (plan,) = held_sets(admin.instep.service, admin.app)
    said = act(root, f"{at}/provisioning/held/{plan.id}/approve", left="3")
    assert "no longer as you saw it" in said
    assert held_sets(admin.instep.service, admin.app)[0].state is PlanState.PLANNED
    said = act(root, f"{at}/provisioning/held/{plan.id}/approve", left="2")
    assert "2 held removals are approved" in said
    assert admin.provisions().counts.disabled == 2


def test_an_approval_wants_a_confirmation(site: Site, admin: Administrator, at: str, target: FaultyTarget) -> None:
    root = hold(admin, site)
    root.get(f"{at}/provisioning/held")
    admin.clock.now += timedelta(minutes=6)
    (plan,) = held_sets(admin.instep.service, admin.app)
    answer = root.post(f"{at}/provisioning/held/{plan.id}/approve", left="2")
    assert re.match(r"/confirm\?form=", answer.headers["location"])
    assert held_sets(admin.instep.service, admin.app)[0].state is PlanState.PLANNED
