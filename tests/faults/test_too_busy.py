"""What if the target asks for time: 429, or 503 with Retry-After? It is obeyed to the letter."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from fakes.administrator import Administrator, requests, upn
from fakes.faulty_target import Answer, FaultyTarget, answers, asks_to_wait_until, whole_seconds_from_now
from instep.ledger.cycles import CycleState

PEOPLE = [f"p{number:03}" for number in range(60)]


def _in_seconds(status: int) -> tuple[Answer, Callable[[datetime], datetime]]:
    return answers(status, "too busy", Retry_After="1"), lambda asked_at: asked_at + timedelta(seconds=1)


def _as_a_date(status: int) -> tuple[Answer, Callable[[datetime], datetime]]:
    moment = whole_seconds_from_now(3)
    return asks_to_wait_until(status, moment), lambda _asked_at: moment


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", [_in_seconds, _as_a_date])
def test_no_request_arrives_before_the_time_that_the_target_asked_for(
    admin: Administrator,
    target: FaultyTarget,
    status: int,
    form: Callable[[int], tuple[Answer, Callable[[datetime], datetime]]],
) -> None:
    admin.hires(*PEOPLE)
    admin.sets(concurrency="1")  # so that none is under way when the target asks
    answer, until = form(status)
    target.goes_wrong(answer, "POST", upn("p020"), times=1)
    summary = admin.provisions()

    (asked, *later) = target.arrived("POST")[20:]
    assert asked.about == upn("p020")
    assert later[0].about == upn("p020")
    assert min(arrival.on for arrival in later) >= until(asked.on)
    assert summary.counts.created == len(target.accounts) == 60
    assert requests(summary)["POST"] == len(target.arrived("POST")) == 61


def test_only_requests_already_under_way_arrive_after_the_target_asked_for_quiet(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires(*PEOPLE)
    admin.sets(concurrency="4")
    target.goes_wrong(answers(429, "too busy", Retry_After="1"), "POST", upn("p020"), times=1)
    admin.provisions()
    arrivals = target.arrived("POST")
    asked = next(arrival for arrival in arrivals if arrival.about == upn("p020"))
    quiet = [a for a in arrivals if asked.at < a.at < asked.at + 1.0]
    assert len(quiet) <= 3
    assert len(target.accounts) == 60


def test_reads_and_writes_together_keep_quiet_when_the_target_asks_for_it(
    admin: Administrator, target: FaultyTarget
) -> None:
    for number in range(1_500):  # so many that filters are cheaper than paging
        target.add(f"stranger{number}@corp.example")
    target.most_a_page = 1
    people = [f"n{number:03}" for number in range(1_000)]
    admin.hires(*people)
    admin.sets(concurrency="4")
    target.goes_wrong(answers(429, "too busy", Retry_After="1"), "POST", upn("n200"), times=1)
    summary = admin.provisions()
    asked = target.arrived("POST", upn("n200"))[0]
    quiet = [arrival for arrival in target.arrived() if asked.at < arrival.at < asked.at + 1.0]
    assert len(quiet) <= 3
    assert summary.counts.created == 1_000
    assert len(target.arrived("POST")) == 1_001


def test_a_target_that_asks_for_an_hour_interrupts_the_cycle_which_goes_on_from_where_it_was(
    admin: Administrator, target: FaultyTarget
) -> None:
    admin.hires(*PEOPLE)
    admin.sets(concurrency="1")
    target.goes_wrong(answers(429, "too busy", Retry_After="3600"), "POST", upn("p020"), times=1)
    summary = admin.provisions(CycleState.INTERRUPTED)
    assert summary.counts.created == len(target.accounts) == 20
    assert summary.reason is not None
    assert "too busy" in summary.reason
    assert admin.job.not_before == admin.clock() + timedelta(hours=1)
    assert admin.job.quarantine is None
    assert admin.escrows() == {}

    resumed = admin.provisions()
    assert resumed.cycle_id == summary.cycle_id
    assert resumed.counts.created == len(target.accounts) == 60
    assert len(target.arrived("POST")) == 61
    assert set(admin.codes(resumed).values()) == {"EntryExportAdd"}
    assert admin.job.not_before is None


def test_a_429_that_does_not_say_how_long_is_repeated_later(admin: Administrator, target: FaultyTarget) -> None:
    admin.hires("ada")
    target.goes_wrong(answers(429, "too busy"), "POST", times=1)
    assert admin.codes(admin.provisions()) == {"ada": "EntryExportAdd"}
    first, second = target.arrived("POST")
    assert second.at - first.at >= 1.0
