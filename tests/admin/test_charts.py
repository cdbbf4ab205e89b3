"""What do the charts say of what happened?"""

from datetime import datetime, timedelta

import pytest

from fakes.installation import Installation
from instep.admin.charts import Chart, Charts, FailureCode, Period, charts
from instep.clock import to_text
from instep.ledger.activity import DurationCount, percentile_ms
from instep.ledger.records import Action, LogEntry, Status
from instep.store.recording import write_log


def log(at: Installation, *entries: LogEntry, job_id: str = "job") -> None:
    with at.database.write() as connection:
        write_log(connection, entries, {"job": job_id, "cycle": "c", "now": to_text(at.now)})


def entry(action: Action = Action.CREATE, status: Status = Status.SUCCESS, code: str = "x", ms: int = 10) -> LogEntry:
    return LogEntry("u", "u@corp.example", None, action, status, code, {}, ms)


def drawn(at: Installation, period: Period = Period.DAY) -> Charts:
    return charts(at.jobs, at.job, period, at.now)


def last(chart: Chart) -> dict[str, float | None]:
    return {line.name: line.values[-1] for line in chart.series}


def test_what_cycles_did_is_drawn_in_the_hour_of_each(installed: Installation) -> None:
    at = installed
    at.hire_all(["ada", "bo"])
    at.assign_all()
    at.cycle()
    at.wait(hours=2)
    at.disable("ada")
    at.cycle()
    operations = drawn(at).operations
    assert len(operations.moments) == 24
    assert operations.moments[-1] == at.now.replace(minute=0)
    created, _, disabled, _ = (list(line.values) for line in operations.series)
    assert created[-4:] == [0, 2, 0, 0]
    assert disabled[-4:] == [0, 0, 0, 1]


def test_failures_are_counted_with_their_commonest_codes(installed: Installation) -> None:
    at = installed
    failed = [entry(status=Status.FAILURE, code=code) for code in ("Timeout", "Conflict", "Timeout")]
    log(at, *failed, entry(status=Status.WARNING), entry())
    found = drawn(at)
    assert last(found.failures) == {"Failures": 3, "Warnings": 1}
    assert found.codes == [FailureCode("Timeout", 2), FailureCode("Conflict", 1)]
    assert last(found.operations)["Created"] == 1


def test_an_account_that_was_found_gone_is_drift(installed: Installation) -> None:
    at = installed
    at.hire_all(["ada", "bo"])
    at.assign_all()
    at.cycle()
    at.target.accounts.clear()
    at.change("ada", jobTitle="Cook")
    at.cycle()
    assert last(drawn(at).drift) == {"Accounts found gone": 1}


def test_latency_is_that_of_operations_alone(installed: Installation) -> None:
    at = installed
    assert last(drawn(at).latency) == {"Median": None, "95 % took at most": None}
    log(at, *[entry(ms=100)] * 99, entry(ms=5_000), *[entry(Action.OTHER, ms=60_000)] * 50)
    found = last(drawn(at).latency)
    assert found["Median"] == pytest.approx(96, abs=4)
    assert found["95 % took at most"] == pytest.approx(125, abs=4)


def test_longer_periods_are_drawn_by_days(installed: Installation) -> None:
    at = installed
    log(at, entry())
    at.wait(hours=20)
    log(at, entry(), entry())
    found = drawn(at, Period.MONTH).operations
    assert len(found.moments) == 30
    assert list(found.series[0].values)[-2:] == [1, 2]
    assert found.moments[-1] == datetime.fromisoformat("2026-03-03T00:00:00+00:00")


def test_one_application_has_its_own_charts_and_all_have_theirs_together(installed: Installation) -> None:
    at = installed
    log(at, entry())
    log(at, entry(), job_id="another")
    assert last(drawn(at).operations)["Created"] == 1
    assert last(charts(at.jobs, None, Period.DAY, at.now).operations)["Created"] == 2


def test_a_preview_is_not_counted(installed: Installation) -> None:
    at = installed
    at.hire("ada")
    at.assign_all()
    at.preview()
    assert last(drawn(at).operations)["Created"] == 0


def test_charts_outlive_the_entries_that_are_thrown_away(installed: Installation) -> None:
    at = installed
    log(at, entry(), entry())
    at.wait(days=2)
    at.jobs.prune(at.job.id, at.now - timedelta(days=1), 100)
    assert sum(value or 0 for value in drawn(at, Period.WEEK).operations.series[0].values) == 2


def test_a_percentile_lies_between_the_bounds_of_its_count() -> None:
    at = datetime.fromisoformat("2026-03-03T00:00:00+00:00")
    counts = [DurationCount(at, 1, 5), DurationCount(at, 16, 5)]
    assert percentile_ms(counts, 0.5) == 1
    assert percentile_ms(counts, 1.0) == 16
    assert percentile_ms([], 0.5) is None
