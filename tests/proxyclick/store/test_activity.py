"""The activity in the store: along with commits, and no longer than it is to be kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from proxyclick.integrations.activity import Deed, Line
from proxyclick.store.activity import ActivityLog, ActivityReader
from proxyclick.store.commits import GroupCommit
from proxyclick.store.database import open_database

FIND = Line("GET", "/Users", 200, Deed.READ)


async def test_what_is_older_than_it_is_to_be_kept_goes_with_a_later_commit(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    log, reader = ActivityLog(connection, lambda: now, lambda: timedelta(days=90)), ActivityReader(connection)
    commits = GroupCommit(connection)
    log.go_along_with(commits)
    log.note(1, 1, FIND)
    await commits.write(lambda: None)
    now += timedelta(days=89)
    log.note(1, 1, FIND)
    await commits.write(lambda: None)
    assert len(reader.page(1, "", 10)) == 2
    now += timedelta(days=2)
    await commits.write(lambda: None)
    assert [line.at.month for line in reader.page(1, "", 10)] == [3]


async def test_lines_are_paged_and_followed_by_their_numbers(tmp_path: Path) -> None:
    connection = open_database(tmp_path)
    log, reader = ActivityLog(connection, lambda: datetime.now(UTC), lambda: None), ActivityReader(connection)
    commits = GroupCommit(connection)
    log.go_along_with(commits)
    for _ in range(5):
        log.note(1, 1, FIND)
    log.note(2, 2, FIND)
    with log.listening() as event:
        await commits.write(lambda: None)
        assert event.is_set()
    first = reader.page(1, "", 3)
    assert [line.number for line in first] == [4, 3, 2]
    assert [line.number for line in reader.page(1, "", 3, before=2)] == [1, 0]
    assert [line.number for line in reader.after(1, 3, 10)] == [4]
    assert ActivityLog(connection, lambda: datetime.now(UTC), lambda: None).write(1, FIND) == 6
