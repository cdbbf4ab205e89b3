"""Whose turn is it? Every reason for a job to run, and everything that holds one back, as a table."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from instep.ledger.jobs import Job, JobSettings, JobState
from instep.ledger.quarantine import Problem, Quarantine
from instep.rules.health.quarantine import QuarantineReason
from instep.runtime.schedule import Due, Movement, Remembered, WaitingTimes, due, follow

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = JobSettings()
IDENTITY = "http://127.0.0.1:9000/scim/v2"
# Its last cycle ended ten minutes ago, with everything that the directory's feed had said by then.
QUIET = Job(
    id="job",
    app_id="app",
    app_name="Proxyclick",
    template_id="proxyclick",
    tenant_url=IDENTITY,
    state=JobState.ACTIVE,
    settings=SETTINGS,
    configuration_version=3,
    watermark=7,
    watermark_version=3,
    watermark_identity=IDENTITY,
    last_ended_at=NOW - timedelta(minutes=10),
    last_begun_at=NOW - timedelta(minutes=11),
)
SEEN = Remembered(JobState.ACTIVE, SETTINGS, is_unfinished=False)
STANDING = Movement(7, NOW - timedelta(minutes=5), NOW - timedelta(minutes=5))
MOVED = Movement(8, NOW - timedelta(seconds=2), NOW - timedelta(seconds=2))


def in_quarantine_until(moment: datetime) -> Quarantine:
    problem = Problem("Refused", "the token was refused")
    since = NOW - timedelta(hours=7)
    return Quarantine(QuarantineReason.QUARANTINE_EXCEPTION, problem, since, since, moment)


TOO_MANY_FAIL = replace(
    in_quarantine_until(NOW + timedelta(hours=1)), reason=QuarantineReason.ESCROW_PROPORTION_THRESHOLD
)


@pytest.mark.parametrize(
    ("job", "remembered", "movement", "expected"),
    [
        pytest.param(QUIET, SEEN, STANDING, None, id="nothing has happened"),
        pytest.param(QUIET, SEEN, MOVED, Due.CHANGED, id="the directory changed"),
        pytest.param(
            replace(QUIET, settings=JobSettings(on_change=False)),
            replace(SEEN, settings=JobSettings(on_change=False)),
            MOVED,
            None,
            id="the directory changed, and the job waits for its interval",
        ),
        pytest.param(
            QUIET, SEEN, replace(MOVED, moved_at=NOW - timedelta(seconds=0.5)), None, id="it changes this very moment"
        ),
        pytest.param(
            replace(QUIET, approved_at=NOW - timedelta(minutes=11)), SEEN, STANDING, Due.APPROVED, id="approved since"
        ),
        pytest.param(
            replace(QUIET, approved_at=NOW - timedelta(minutes=12)),
            SEEN,
            STANDING,
            None,
            id="approved, and had its cycle",
        ),
        pytest.param(
            replace(QUIET, last_ended_at=NOW - timedelta(minutes=40)), SEEN, STANDING, Due.INTERVAL, id="40 minutes"
        ),
        pytest.param(
            replace(QUIET, last_ended_at=NOW - timedelta(minutes=39, seconds=59)), SEEN, STANDING, None, id="nearly 40"
        ),
        pytest.param(
            replace(QUIET, settings=replace(SETTINGS, interval_seconds=60)),
            replace(SEEN, settings=replace(SETTINGS, interval_seconds=60)),
            STANDING,
            Due.INTERVAL,
            id="an interval of its own",
        ),
        pytest.param(replace(QUIET, watermark=None), SEEN, STANDING, Due.INITIAL, id="restarted"),
        pytest.param(replace(QUIET, configuration_version=4), SEEN, STANDING, Due.INITIAL, id="configured anew"),
        pytest.param(replace(QUIET, tenant_url="http://h/scim"), SEEN, STANDING, Due.INITIAL, id="another tenant"),
        pytest.param(replace(QUIET, watermark=None, last_ended_at=None), SEEN, STANDING, Due.INITIAL, id="never ran"),
        pytest.param(QUIET, replace(SEEN, is_unfinished=True), STANDING, Due.UNFINISHED, id="interrupted"),
        pytest.param(QUIET, replace(SEEN, state=JobState.PAUSED), STANDING, Due.STARTED, id="started"),
        pytest.param(
            replace(QUIET, settings=replace(SETTINGS, removals=90)), SEEN, STANDING, Due.SETTINGS, id="another budget"
        ),
        pytest.param(
            replace(QUIET, state=JobState.PAUSED, watermark=None), SEEN, MOVED, None, id="a stopped job never runs"
        ),
        pytest.param(
            replace(QUIET, quarantine=in_quarantine_until(NOW + timedelta(hours=1)), watermark=None),
            replace(SEEN, is_unfinished=True),
            MOVED,
            None,
            id="a quarantined job waits, whatever else",
        ),
        pytest.param(
            replace(QUIET, quarantine=TOO_MANY_FAIL),
            SEEN,
            MOVED,
            Due.LEAVERS,
            id="too many fail, and somebody may leave",
        ),
        pytest.param(
            replace(QUIET, quarantine=TOO_MANY_FAIL),
            replace(SEEN, head=MOVED.head),
            MOVED,
            None,
            id="too many fail, and nothing happened since",
        ),
        pytest.param(
            replace(QUIET, quarantine=TOO_MANY_FAIL, not_before=NOW + timedelta(hours=1)),
            SEEN,
            MOVED,
            None,
            id="too many fail, and the target asked for quiet",
        ),
        pytest.param(
            replace(QUIET, quarantine=in_quarantine_until(NOW)), SEEN, STANDING, Due.RETRY, id="quarantine's next try"
        ),
        pytest.param(
            replace(QUIET, not_before=NOW + timedelta(seconds=1)), SEEN, MOVED, None, id="the target asked for a pause"
        ),
        pytest.param(replace(QUIET, not_before=NOW), SEEN, STANDING, Due.RETRY, id="the target's pause is over"),
    ],
)
def test_a_job_is_due(job: Job, remembered: Remembered, movement: Movement, expected: Due | None) -> None:
    assert due(job, remembered, movement, NOW) is expected


def test_a_long_import_is_waited_for_but_only_five_seconds() -> None:
    movement, now = follow(None, 0, NOW), NOW
    begun_after = None
    for tenth in range(1, 100):
        now = NOW + timedelta(seconds=tenth / 10)
        movement = follow(movement, tenth, now)
        if begun_after is None and movement.is_over(now):
            begun_after = tenth / 10
    assert begun_after == 5.0
    assert not movement.is_over(now - timedelta(seconds=6))


def test_a_single_change_is_settled_after_one_second() -> None:
    movement = follow(follow(None, 7, NOW - timedelta(hours=1)), 8, NOW)
    movement = follow(movement, 8, NOW + timedelta(seconds=0.5))
    assert not movement.is_over(NOW + timedelta(seconds=0.5))
    assert movement.is_over(NOW + timedelta(seconds=1))


def test_changes_with_pauses_between_them_do_not_add_up() -> None:
    movement = follow(None, 0, NOW)
    for second in range(0, 20, 2):
        movement = follow(movement, second + 1, NOW + timedelta(seconds=second))
        assert not movement.is_over(NOW + timedelta(seconds=second))


def test_a_job_waits_its_interval_from_the_last_end_though_the_clock_was_set_back_by_a_month() -> None:
    times, then = WaitingTimes(), NOW - timedelta(days=30)
    assert times.now(QUIET, then) == QUIET.last_ended_at
    later = then + timedelta(seconds=SETTINGS.interval_seconds)
    assert due(QUIET, SEEN, STANDING, times.now(QUIET, later - timedelta(seconds=1))) is None
    assert due(QUIET, SEEN, STANDING, times.now(QUIET, later)) is Due.INTERVAL
    assert times.now(replace(QUIET, last_ended_at=later), later) == later


def test_a_target_that_asked_for_quiet_has_it_in_full_when_the_clock_is_set_back() -> None:
    job, times, then = replace(QUIET, not_before=NOW + timedelta(minutes=5)), WaitingTimes(), NOW - timedelta(days=1)
    for minutes in range(15):  # it asked for fifteen, when the cycle ended
        assert due(job, SEEN, MOVED, times.now(job, then + timedelta(minutes=minutes))) is None
    assert due(job, SEEN, MOVED, times.now(job, then + timedelta(minutes=15))) is Due.RETRY


def test_changes_have_paused_after_a_second_though_the_clock_was_set_back() -> None:
    then = NOW - timedelta(days=1)
    movement = follow(MOVED, MOVED.head, then)
    assert not movement.is_over(then)
    assert follow(movement, MOVED.head, then + timedelta(seconds=1)).is_over(then + timedelta(seconds=1))
