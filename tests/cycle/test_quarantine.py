"""When is a job held back, how often is it tried, and what ends it? engine.md 6, with weeks that pass at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault
from instep.cycle.conductor import Retries
from instep.ledger.cycles import CycleKind, CycleState
from instep.ledger.jobs import JobState
from instep.ledger.quarantine import Quarantine
from instep.rules.health.outcomes import Answer, NotSent, Outcome
from instep.rules.health.quarantine import ENTRA, QuarantineReason, Thresholds
from instep.rules.scoping.standing import Scope

EVERYTHING = {"GET", "POST", "PATCH", "DELETE"}
REFUSED = Answer(401, b"the token has expired")
UNREACHABLE = NotSent("cannot connect")
REJECTED = Answer(400, b'{"detail": "the badge printer is on fire"}')


def names(count: int) -> list[str]:
    return [f"u{number:03d}" for number in range(count)]


def goes_wrong(instep: Installation, outcome: Outcome, methods: set[str] = EVERYTHING, concerning: str = "") -> None:
    instep.target.faults = [Fault(outcome, methods, times=1_000_000, concerning=concerning)]


def is_well_again(instep: Installation) -> None:
    instep.target.faults = []


def quarantine_of(instep: Installation) -> Quarantine:
    assert instep.job.quarantine is not None
    return instep.job.quarantine


def started(instep: Installation, *user_ids: str) -> None:
    """A started job that has provisioned these users."""
    instep.hire_all(user_ids)
    instep.assign_all()
    instep.jobs.set_state(instep.job, JobState.ACTIVE, instep.now, "tester")
    instep.cycle()
    instep.wait(minutes=40)
    instep.target.forget_requests()


def quarantined(instep: Installation, outcome: Outcome = REFUSED) -> None:
    """A started job with one user, in quarantine since now."""
    started(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    goes_wrong(instep, outcome)
    assert instep.cycle(Retries.DUE).state is CycleState.INTERRUPTED
    instep.target.forget_requests()


def wait_for_the_next_attempt(instep: Installation) -> None:
    attempt = quarantine_of(instep).next_attempt_at
    assert attempt is not None
    instep.now = attempt


def audited(instep: Installation, activity: str) -> list[dict]:
    rows = instep.rows(f"SELECT details FROM audit_log WHERE activity = '{activity}' ORDER BY id")
    return [orjson.loads(row[0]) for row in rows]


# --- Immediate, whatever the failure count (6.1)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Answer(401, b"expired"), "the target refuses the Secret Token: HTTP 401: expired"),
        (Answer(403, b"no"), "the target knows the Secret Token, but does not let it read users: HTTP 403: no"),
        (Answer(404, b"nothing here"), "the Tenant URL does not lead to a SCIM service"),
        (Answer(302, b"", location="https://login.example"), "redirects to https://login.example"),
    ],
)
def test_invalid_credentials_and_scim_non_compliance_quarantine_at_once_whatever_the_failure_count(
    instep: Installation, outcome: Outcome, words: str
) -> None:
    started(instep, "ada")
    instep.hire("bob")
    goes_wrong(instep, outcome, {"GET"})
    instep.target.put(userName="someone@else.example")
    summary = instep.cycle()
    assert summary.state is CycleState.INTERRUPTED
    quarantine = quarantine_of(instep)
    assert quarantine.reason is QuarantineReason.QUARANTINE_EXCEPTION
    assert words in quarantine.problem.message
    assert quarantine.problem.is_for_the_administrator
    assert (quarantine.since, quarantine.imposed_at, quarantine.renewals) == (instep.now, instep.now, 0)


def test_the_exact_requests_that_caused_it_are_kept_with_it(instep: Installation) -> None:
    quarantined(instep)
    [request] = quarantine_of(instep).requests
    account = instep.link("ada").account_id
    assert (request.method, request.status) == ("PATCH", 401)
    assert request.url == f"https://scim.example/v2/Users/{account}"
    assert request.answer == "the token has expired"


# --- Escrow based (6.1), evaluated at cycle level


@pytest.mark.parametrize(
    ("thresholds", "reason"),
    [
        (Thresholds(minimum=5, percent=40), QuarantineReason.ESCROW_PROPORTION_THRESHOLD),
        (Thresholds(minimum=1, percent=100, failures=4), QuarantineReason.BASE_ESCROW_THRESHOLD),
        (Thresholds(minimum=1, percent=100, total=4), QuarantineReason.TOTAL_ESCROW_THRESHOLD),
        (Thresholds(minimum=6, percent=40), None),
        (Thresholds(minimum=1, percent=50), None),
        (Thresholds(minimum=1, percent=100, failures=5, total=5), None),
        (ENTRA, None),
    ],
)
def test_a_cycle_that_ends_with_more_failures_than_a_threshold_quarantines_the_job(
    instep: Installation, thresholds: Thresholds, reason: QuarantineReason | None
) -> None:
    started(instep, *names(10))
    instep.settle(quarantine=thresholds)
    for name in names(10):
        instep.change(name, jobTitle="Engineer" if name < "u005" else "Captain")
    goes_wrong(instep, REJECTED, {"PATCH"}, concerning="Engineer")
    summary = instep.cycle()
    assert (summary.state, summary.counts.failed, summary.counts.updated) == (CycleState.SUCCEEDED, 5, 5)
    found = instep.job.quarantine
    assert (found and found.reason) == reason
    if found is not None:
        assert "5 of 10 failed (50 %)" in found.problem.message
        assert "the badge printer is on fire" in found.problem.message
        assert {(r.method, r.status) for r in found.requests} == {("PATCH", 400)}


def test_while_so_many_fail_each_attempt_tries_all_of_them_and_a_good_one_ends_it(instep: Installation) -> None:
    started(instep, *names(10))
    instep.settle(quarantine=Thresholds(minimum=5))
    for name in names(10):
        instep.change(name, jobTitle="Engineer")
    goes_wrong(instep, REJECTED, {"PATCH"})
    instep.cycle(Retries.DUE)
    for hours in (6, 12, 24, 48, 72):
        assert quarantine_of(instep).next_attempt_at == quarantine_of(instep).since + timedelta(hours=hours)
        wait_for_the_next_attempt(instep)
        assert instep.cycle(Retries.DUE).counts.failed == 10
    assert quarantine_of(instep).renewals == 5
    is_well_again(instep)
    wait_for_the_next_attempt(instep)
    assert instep.cycle(Retries.DUE).counts.updated == 10
    assert instep.job.quarantine is None


def test_while_so_many_fail_a_leaver_goes_all_the_same_and_nothing_else_is_sent(instep: Installation) -> None:
    started(instep, *names(10))
    instep.settle(quarantine=Thresholds(minimum=5))
    for name in names(9):
        instep.change(name, jobTitle="Engineer")
    goes_wrong(instep, REJECTED, {"PATCH"}, concerning="Engineer")
    instep.cycle(Retries.DUE)
    before = quarantine_of(instep)
    instep.wait(minutes=10)
    instep.target.forget_requests()
    instep.disable("u009")
    instep.hire("newcomer")
    summary = instep.cycle(Retries.DUE)
    assert (summary.state, summary.counts.disabled, summary.counts.failed) == (CycleState.INTERRUPTED, 1, 0)
    assert [sent.method for sent in instep.target.sent] == ["PATCH"]
    assert instep.target.named("u009@corp.example")["active"] is False
    assert quarantine_of(instep) == before
    instep.disable("u000")
    assert instep.cycle(Retries.DUE).counts.disabled == 2, "the cycle goes on, and takes up who left since"
    is_well_again(instep)
    wait_for_the_next_attempt(instep)
    assert instep.cycle(Retries.DUE).state is CycleState.SUCCEEDED
    instep.cycle(Retries.DUE)
    assert instep.target.named("newcomer@corp.example") is not None
    assert instep.job.quarantine is None


# --- Backoff (6.2)


def test_attempts_come_at_6_12_and_24_hours_then_daily_until_day_28_when_the_job_is_disabled(
    instep: Installation,
) -> None:
    quarantined(instep)
    began = quarantine_of(instep).since
    attempts = []
    while instep.job.state is JobState.ACTIVE:
        wait_for_the_next_attempt(instep)
        instep.cycle(Retries.DUE)
        attempts.append((instep.now - began) / timedelta(hours=1))
        assert len(attempts) < 100
    assert attempts == [6, 12, *(24 * day for day in range(1, 29))]
    quarantine = quarantine_of(instep)
    assert (instep.job.state, quarantine.next_attempt_at, quarantine.renewals) == (JobState.DISABLED, None, 30)
    assert (quarantine.since, quarantine.imposed_at) == (began, instep.now)
    assert instep.job.health.complete_failures == 31


def test_at_day_28_escrows_are_removed_and_a_job_that_is_started_again_evaluates_everyone(
    instep: Installation,
) -> None:
    quarantined(instep)
    is_well_again(instep)
    goes_wrong(instep, REJECTED, {"PATCH"})
    wait_for_the_next_attempt(instep)
    instep.cycle()
    assert instep.rows("SELECT user_id FROM escrows") == [("ada",)]
    instep.hire("bob")
    goes_wrong(instep, REFUSED)
    instep.cycle()
    instep.wait(days=28)
    instep.cycle()
    assert instep.job.state is JobState.DISABLED
    assert instep.rows("SELECT user_id FROM escrows") == []
    is_well_again(instep)
    instep.jobs.set_state(instep.job, JobState.ACTIVE, instep.now, "tester")
    summary = instep.cycle(Retries.DUE)
    assert (summary.counts.created, summary.counts.updated) == (1, 1)


def test_each_attempt_begins_with_one_credential_test_before_any_user_is_touched(instep: Installation) -> None:
    quarantined(instep)
    wait_for_the_next_attempt(instep)
    summary = instep.cycle(Retries.DUE)
    [asked] = instep.target.sent
    assert (asked.method, asked.query[:16]) == ("GET", 'userName eq "id-')
    assert summary.counts.reads_because["whether the target works again"] == 1
    is_well_again(instep)
    instep.target.forget_requests()
    wait_for_the_next_attempt(instep)
    instep.cycle(Retries.DUE)
    assert [sent.method for sent in instep.target.sent] == ["GET", "PATCH"]


def test_a_successful_attempt_ends_it_and_the_cycle_goes_on_where_it_was(instep: Installation) -> None:
    quarantined(instep)
    is_well_again(instep)
    wait_for_the_next_attempt(instep)
    summary = instep.cycle(Retries.DUE)
    assert (summary.state, summary.counts.updated) == (CycleState.SUCCEEDED, 1)
    assert (instep.job.quarantine, instep.job.not_before, instep.job.health.complete_failures) == (None, None, 0)
    assert instep.job.held_back_until is None


# --- Probe and recover early (12.2)


@pytest.mark.parametrize(("outcome", "minutes"), [(REFUSED, 60), (Answer(302, b""), 60), (UNREACHABLE, 10)])
def test_between_attempts_a_single_request_asks_and_one_that_works_lets_the_job_go_on_at_once(
    instep: Installation, outcome: Outcome, minutes: int
) -> None:
    quarantined(instep)
    goes_wrong(instep, outcome)
    wait_for_the_next_attempt(instep)
    instep.cycle(Retries.DUE)
    before = quarantine_of(instep)
    for number in range(1, 4):
        assert instep.job.held_back_until == before.imposed_at + timedelta(minutes=number * minutes)
        instep.now = instep.job.held_back_until
        instep.target.forget_requests()
        assert instep.cycle(Retries.DUE).state is CycleState.INTERRUPTED
        assert [sent.method for sent in instep.target.sent] == ["GET"]
    after = quarantine_of(instep)
    assert (after.renewals, after.next_attempt_at, after.imposed_at) == (
        before.renewals,
        before.next_attempt_at,
        before.imposed_at,
    )
    is_well_again(instep)
    instep.now = instep.job.held_back_until
    assert instep.cycle(Retries.DUE).counts.updated == 1
    assert instep.job.quarantine is None


def test_a_target_that_is_away_for_less_than_an_hour_pauses_the_job_for_two_minutes_at_a_time(
    instep: Installation,
) -> None:
    started(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    goes_wrong(instep, UNREACHABLE)
    began = instep.now
    for minutes in (2, 2, 2, 54):
        instep.cycle(Retries.DUE)
        assert instep.job.quarantine is None
        assert instep.job.held_back_until == instep.now + timedelta(minutes=2)
        instep.wait(minutes=minutes)
    assert instep.job.health.failing_since == began
    instep.cycle(Retries.DUE)
    quarantine = quarantine_of(instep)
    assert quarantine.problem.message == "the target cannot be used now: cannot connect"
    assert not quarantine.problem.is_for_the_administrator
    assert instep.job.held_back_until == instep.now + timedelta(minutes=10)
    is_well_again(instep)
    instep.wait(minutes=10)
    assert instep.cycle(Retries.DUE).counts.updated == 1
    assert instep.job.quarantine is None


def test_a_target_that_asks_for_time_is_not_quarantined_and_is_given_that_time_even_in_quarantine(
    instep: Installation,
) -> None:
    started(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    goes_wrong(instep, Answer(429, b"", retry_after_seconds=50_000))
    for _ in range(3):
        instep.cycle(Retries.DUE)
        assert instep.job.held_back_until == instep.now + timedelta(seconds=50_000)
        instep.now = instep.job.held_back_until
    assert instep.job.quarantine is None
    goes_wrong(instep, REFUSED)
    instep.cycle(Retries.DUE)
    goes_wrong(instep, Answer(429, b"", retry_after_seconds=50_000))
    instep.now = instep.job.held_back_until
    instep.cycle(Retries.DUE)
    assert instep.job.held_back_until == instep.now + timedelta(seconds=50_000)


# --- Leaving (6.3)


def start(instep: Installation) -> None:
    instep.jobs.set_state(instep.job, JobState.ACTIVE, instep.now, "tester")


def restart(instep: Installation) -> None:
    instep.jobs.restart(instep.job, instep.now, "tester")


def save_credentials(instep: Installation) -> None:
    instep.jobs.connect(instep.job, "another", instep.now, "tester")


def save_scope(instep: Installation) -> None:
    instep.settle(scope=Scope.ALL)


@pytest.mark.parametrize("lifts", [start, restart, save_credentials, save_scope])
def test_an_administrators_act_lifts_it_and_the_job_is_tried_at_once(
    instep: Installation, lifts: Callable[[Installation], None]
) -> None:
    quarantined(instep)
    is_well_again(instep)
    instep.wait(minutes=1)
    lifts(instep)
    assert instep.job.quarantine is None
    assert instep.job.held_back_until in (None, instep.now)
    assert instep.cycle(Retries.DUE).counts.updated == 1


@pytest.mark.parametrize("lifts", [start, restart, save_credentials, save_scope])
def test_the_same_act_lets_a_job_run_again_that_was_disabled_after_four_weeks(
    instep: Installation, lifts: Callable[[Installation], None]
) -> None:
    quarantined(instep)
    instep.wait(days=28)
    instep.cycle(Retries.DUE)
    assert instep.job.state is JobState.DISABLED
    lifts(instep)
    assert (instep.job.state, instep.job.quarantine) == (JobState.ACTIVE, None)


def test_a_cycle_by_hand_that_works_ends_it_and_lets_a_disabled_job_run_again(instep: Installation) -> None:
    quarantined(instep)
    instep.wait(days=28)
    instep.cycle(Retries.DUE)
    is_well_again(instep)
    instep.cycle(Retries.ALL)
    assert (instep.job.state, instep.job.quarantine) == (JobState.ACTIVE, None)


def test_a_series_ends_when_it_is_lifted_and_the_next_one_begins_anew(instep: Installation) -> None:
    quarantined(instep)
    wait_for_the_next_attempt(instep)
    instep.cycle(Retries.DUE)
    assert quarantine_of(instep).renewals == 1
    start(instep)
    instep.wait(minutes=1)
    instep.cycle(Retries.DUE)
    assert (quarantine_of(instep).renewals, quarantine_of(instep).since) == (0, instep.now)


def test_a_stopped_job_in_quarantine_stays_stopped_and_in_quarantine(instep: Installation) -> None:
    quarantined(instep)
    instep.jobs.set_state(instep.job, JobState.PAUSED, instep.now, "tester")
    assert instep.job.quarantine is not None
    assert instep.job.state is JobState.PAUSED


def test_what_an_administrator_did_while_the_cycle_ran_is_not_undone_by_its_end(instep: Installation) -> None:
    """The old token was refused after the new one was saved: that says nothing of the new one."""
    started(instep, "ada")
    instep.change("ada", jobTitle="Engineer")
    goes_wrong(instep, REFUSED)
    instep.target.on_request = lambda _sent: save_credentials(instep)
    instep.cycle(Retries.DUE)
    assert instep.job.quarantine is None


# --- The initial cycle (1.6)


def test_an_initial_cycle_with_too_many_failures_drops_the_escrows_runs_to_its_end_and_pauses_the_job(
    instep: Installation,
) -> None:
    instep.hire_all(names(50))
    instep.assign_all()
    instep.jobs.set_state(instep.job, JobState.ACTIVE, instep.now, "tester")
    for name in names(30):
        instep.change(name, jobTitle="Engineer")
    goes_wrong(instep, REJECTED, {"POST"}, concerning="Engineer")
    summary = instep.cycle(Retries.DUE)
    assert (summary.kind, summary.state) == (CycleKind.INITIAL, CycleState.SUCCEEDED)
    assert (summary.counts.created, summary.counts.failed) == (20, 30)
    job = instep.job
    assert (job.state, job.health.are_escrows_pruned, job.quarantine) == (JobState.PAUSED, True, None)
    assert instep.rows("SELECT * FROM escrows") == []

    is_well_again(instep)
    instep.jobs.set_state(instep.job, JobState.ACTIVE, instep.now, "tester")
    again = instep.cycle(Retries.DUE)
    assert (again.kind, again.counts.created) == (CycleKind.INITIAL, 30), "nobody was forgotten"
    assert not instep.job.health.are_escrows_pruned
    assert instep.job.state is JobState.ACTIVE


# --- What is left of it


def test_it_and_its_end_are_in_the_audit_log(instep: Installation) -> None:
    quarantined(instep)
    wait_for_the_next_attempt(instep)
    instep.cycle(Retries.DUE)
    is_well_again(instep)
    wait_for_the_next_attempt(instep)
    instep.cycle(Retries.DUE)
    began, ended = audited(instep, "Quarantine")
    assert (began["event"], began["reason"]) == ("quarantined", "EncounteredQuarantineException")
    assert ended["event"] == "quarantine lifted"


def test_another_reason_is_told_and_the_same_one_is_not_told_twice(instep: Installation) -> None:
    quarantined(instep)
    for outcome in (REFUSED, REFUSED, UNREACHABLE, UNREACHABLE, REFUSED):
        goes_wrong(instep, outcome)
        wait_for_the_next_attempt(instep)
        instep.cycle(Retries.DUE)
    told = [each["event"] for each in audited(instep, "Quarantine")]
    assert told == ["quarantined", "quarantined for another reason", "quarantined for another reason"]


def test_retries_of_those_who_failed_are_in_the_audit_log(instep: Installation) -> None:
    started(instep, "ada", "bob")
    for name in ("ada", "bob"):
        instep.change(name, jobTitle="Engineer")
    goes_wrong(instep, REJECTED, {"PATCH"})
    instep.cycle()
    assert audited(instep, "Process escrow") == []
    is_well_again(instep)
    summary = instep.cycle()
    assert summary.counts.retried == 2
    assert audited(instep, "Process escrow") == [{"cycle": summary.cycle_id, "retried": 2, "failed": 0}]


def test_a_job_is_steady_once_nothing_is_left_to_do(instep: Installation) -> None:
    first = instep.now
    started(instep, "ada")
    assert (instep.job.health.first_steady_at, instep.job.health.last_steady_at) == (first, first)
    instep.change("ada", jobTitle="Engineer")
    goes_wrong(instep, REJECTED, {"PATCH"})
    instep.cycle()
    assert instep.job.health.last_steady_at == first
    is_well_again(instep)
    instep.wait(hours=1)
    instep.cycle()
    assert instep.job.health == replace(instep.job.health, first_steady_at=first, last_steady_at=instep.now)
