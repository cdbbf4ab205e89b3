"""What happens when an administrator stops a job while its cycle runs, in this process or in another one?"""

import threading
import time
from collections.abc import Callable

import pytest

from fakes.administrator import Administrator, types, upn
from fakes.faulty_target import SECRET_TOKEN, FaultyTarget, answers, does_first, takes
from instep.ledger.cycles import CycleKind, CycleState, CycleSummary
from instep.ledger.jobs import JobState
from journeys.test_the_service_follows_the_directory import serving, until

PEOPLE = [f"p{number:03}" for number in range(300)]
STOP_TAKES_AT_MOST_SECONDS = 1.0


@pytest.fixture
def busy(admin: Administrator, target: FaultyTarget) -> Administrator:
    """An administrator with three hundred people, all assigned, connected to a target that takes its time."""
    admin.connects(target.tenant_url, SECRET_TOKEN)
    admin.hires(*PEOPLE)
    admin.assigns_everyone()
    target.forget_arrivals()
    return admin


def stops(admin: Administrator) -> None:
    admin.instep.jobs.set_state(admin.job, JobState.PAUSED, admin.clock(), "the administrator")


def starts(admin: Administrator) -> None:
    admin.instep.jobs.set_state(admin.job, JobState.ACTIVE, admin.clock(), "the administrator")


def left_after(target: FaultyTarget, moment: float) -> int:
    """How many requests left later than a second after the moment."""
    return sum(arrival.at > moment + STOP_TAKES_AT_MOST_SECONDS for arrival in target.arrivals)


def run_and(admin: Administrator, target: FaultyTarget, act: Callable[[], None]) -> tuple[CycleSummary, float]:
    """Run a cycle during whose first requests an administrator acts; return its end and the moment of the act."""
    acted: list[float] = []

    def act_once() -> None:
        act()
        acted.append(time.monotonic())

    target.goes_wrong(does_first(act_once), "POST", times=1)
    target.goes_wrong(takes(0.03), "POST")
    summary = admin.provisions(CycleState.INTERRUPTED)
    return summary, acted[0]


def test_no_new_request_leaves_within_a_second_and_what_was_under_way_is_recorded(
    busy: Administrator, target: FaultyTarget
) -> None:
    busy.sets(concurrency="1")
    summary, stopped_at = run_and(busy, target, lambda: stops(busy))
    assert left_after(target, stopped_at) == 0
    assert 0 < summary.counts.created == len(target.accounts) == len(target.arrived("POST")) < 300
    assert summary.reason == "the job was stopped; started again, it goes on from here"
    assert busy.job.quarantine is None
    assert busy.job.health.complete_failures == 0

    target.is_well_again()
    starts(busy)
    resumed = busy.provisions()
    assert (resumed.cycle_id, resumed.kind) == (summary.cycle_id, CycleKind.INITIAL)
    assert resumed.counts.created == len(target.accounts) == len(target.arrived("POST")) == 300


def test_requests_that_wait_for_their_turn_at_a_slow_rate_do_not_leave_any_more(
    busy: Administrator, target: FaultyTarget
) -> None:
    busy.sets(rate="4", concurrency="16")
    _, stopped_at = run_and(busy, target, lambda: stops(busy))
    assert left_after(target, stopped_at) == 0


def test_a_cycle_that_waits_because_the_target_asked_for_time_ends_at_once(
    busy: Administrator, target: FaultyTarget
) -> None:
    target.goes_wrong(answers(429, "too busy", Retry_After="600"), "POST")
    threading.Timer(0.5, lambda: stops(busy)).start()
    summary = busy.provisions(CycleState.INTERRUPTED)
    assert summary.counts.created == 0
    assert summary.reason == "the job was stopped; started again, it goes on from here"
    assert len(target.arrived("POST")) <= 16


def test_a_cycle_by_hand_of_a_stopped_job_runs_and_another_stop_ends_it(
    busy: Administrator, target: FaultyTarget
) -> None:
    assert busy.job.state is JobState.PAUSED
    busy.sets(concurrency="1")
    summary, stopped_at = run_and(busy, target, lambda: stops(busy))
    assert left_after(target, stopped_at) == 0
    assert summary.counts.created > 0


def test_a_cycle_whose_connection_is_saved_anew_ends_as_soon_and_goes_on_with_the_new_one(
    busy: Administrator, target: FaultyTarget
) -> None:
    busy.sets(concurrency="1")
    saved = busy.job

    def connects_anew() -> None:
        busy.instep.jobs.connect(saved, SECRET_TOKEN, busy.clock(), "the administrator")

    summary, connected_at = run_and(busy, target, connects_anew)
    assert left_after(target, connected_at) == 0
    assert summary.reason == "the connection was saved anew; it goes on from here"
    assert busy.job.held_back_until == busy.clock()
    target.is_well_again()
    assert busy.provisions().counts.created == 300


def test_a_saved_scope_ends_a_running_cycle_as_soon(busy: Administrator, target: FaultyTarget) -> None:
    busy.sets(concurrency="1")
    acted: list[float] = []

    def widen() -> None:
        busy.sets(scope="all")
        acted.append(time.monotonic())

    target.goes_wrong(does_first(widen), "POST", times=1)
    target.goes_wrong(takes(0.03), "POST")
    summary = busy.provisions(CycleState.SUPERSEDED)
    assert left_after(target, acted[0]) == 0
    assert summary.counts.created == len(target.accounts) < 300


def test_a_cycle_in_the_service_is_stopped_by_a_command_and_goes_on_when_it_is_started_again(
    busy: Administrator, target: FaultyTarget
) -> None:
    busy.sets(concurrency="1")
    target.goes_wrong(takes(0.05), "POST")
    starts(busy)
    data = busy.instep.settings.data_directory
    with serving(data):
        until(lambda: len(target.arrived("POST")) >= 5, expected=True)
        assert types("apps", "stop", "proxyclick", data=data).returncode == 0
        stopped_at = time.monotonic()
        until(lambda: busy.instep.jobs.last_cycles(busy.job, 1)[0].state, CycleState.INTERRUPTED)
        assert left_after(target, stopped_at) == 0
        done = len(target.accounts)
        assert done < 300
        target.is_well_again()
        assert types("apps", "start", "proxyclick", data=data).returncode == 0
        until(lambda: len(target.accounts), 300)
    assert len(target.arrived("POST")) == 300
    assert len(target.named(upn("p000"))) == 1
