"""Which pages does a search of the provisioning log have?"""

from datetime import timedelta
from typing import Any

import pytest

from fakes.installation import Installation
from instep.admin.log_search import MOST_STRETCHES, LogPage, newest_entry, search_log
from instep.admin.ports import LogQuery
from instep.clock import to_text
from instep.ledger.records import Action, LogEntry, Status
from instep.store.recording import write_log


def write(at: Installation, *names: str, cycle: str = "c", **more: Any) -> None:
    """One entry for each name, in one batch."""
    values = {"action": Action.CREATE, "status": Status.SUCCESS, "code": "EntryExportAdd", "facts": {}, **more}
    entries = [LogEntry(name, f"{name}@corp.example", f"acc-{name}", **values) for name in names]
    with at.database.write() as connection:
        write_log(connection, entries, {"job": "job", "cycle": cycle, "now": to_text(at.now)})


def search(at: Installation, stretch: int = 50_000, **query: Any) -> LogPage:
    return search_log(at.applications, at.jobs, LogQuery(**query), stretch)


def names(page: LogPage) -> list[str]:
    return [entry.recorded.entry.user_id for entry in page.entries]


@pytest.fixture
def at(installed: Installation) -> Installation:
    """A log of a hundred entries, one an hour; every tenth failed."""
    for number in range(100):
        status = Status.FAILURE if number % 10 == 0 else Status.SUCCESS
        write(installed, f"u{number:02d}", status=status)
        installed.wait(hours=1)
    return installed


def test_pages_follow_each_other_without_a_gap_to_the_end(at: Installation) -> None:
    found, before = [], None
    while True:
        page = search(at, limit=30, before=before)
        found += names(page)
        before = page.older
        if before is None:
            break
        assert len(page.entries) == 30
    assert found == [f"u{number:02d}" for number in range(99, -1, -1)]


def test_a_page_that_is_exactly_full_has_no_next_one(at: Installation) -> None:
    assert search(at, limit=100).older is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"status": Status.FAILURE, "limit": 3}, ["u90", "u80", "u70"]),
        ({"named": "U7@"}, []),
        ({"named": "u07@CORP"}, ["u07"]),
        ({"named": "%"}, []),
        ({"user_id": "u42"}, ["u42"]),
        ({"account_id": "acc-u42"}, ["u42"]),
        ({"job_id": "another"}, []),
        ({"action": Action.DELETE}, []),
        ({"entry_id": 5}, ["u04"]),
        ({"code": "entryexportadd", "limit": 1}, ["u99"]),
    ],
)
def test_entries_are_found_by(at: Installation, query: dict[str, Any], expected: list[str]) -> None:
    assert names(search(at, **query)) == expected


def test_a_period_is_found_without_going_through_the_rest(at: Installation) -> None:
    since = at.now - timedelta(hours=5)
    assert names(search(at, since=since)) == ["u99", "u98", "u97", "u96", "u95"]
    assert names(search(at, since=since, until=since + timedelta(hours=2))) == ["u96", "u95"]
    places = at.jobs.log_places(LogQuery(since=since, until=since + timedelta(hours=2)))
    assert 2 <= len(places) <= 4


def test_the_entries_of_a_cycle_are_found_by_when_it_ran(installed: Installation) -> None:
    at = installed
    write(at, *(f"u{number:02d}" for number in range(50)))
    at.wait(hours=1)
    at.hire("ada")
    at.assign_all()
    cycle_id = at.cycle().cycle_id
    at.wait(hours=1)
    write(at, *(f"v{number:02d}" for number in range(50)))
    assert names(search(at, cycle_id=cycle_id)) == ["ada"]
    assert len(at.jobs.log_places(LogQuery(cycle_id=cycle_id))) <= 2


def test_a_search_that_was_stopped_says_how_far_back_it_looked_and_goes_on(at: Installation) -> None:
    page = search(at, stretch=10, named="u05@")
    assert names(page) == []
    assert page.searched_to == at.now - timedelta(hours=10 * MOST_STRETCHES)
    assert page.older is not None
    looked = 1
    while page.older is not None:
        page = search(at, stretch=10, named="u05@", before=page.older)
        looked += 1
    assert (names(page), looked) == (["u05"], 4)


def test_failures_are_found_however_far_back(at: Installation) -> None:
    with at.database.write() as connection:
        connection.exec_driver_sql("UPDATE provisioning_log SET status = 'success' WHERE id > 1")
    assert names(search(at, stretch=1, status=Status.FAILURE)) == ["u00"]


def test_the_newest_entry_is_known(installed: Installation) -> None:
    assert newest_entry(installed.jobs) == 0
    write(installed, "ada", "bo")
    assert newest_entry(installed.jobs) == 2
    assert search(installed).entries[0].job.app_name == "Proxyclick"


def test_the_empty_log_has_one_empty_page(installed: Installation) -> None:
    assert search(installed) == LogPage([], None)
