"""Does the store keep what the directory says, and nothing by halves?"""

from datetime import UTC, datetime

import pytest

from fakes.installation import open_database
from instep.directory.errors import ImportRunning
from instep.directory.imports import ImportMode, ImportOptions, ImportReport, ReadRow, SourceState, StagedImport
from instep.directory.users import create_user, edit_user, soft_delete_user
from instep.store.directory import DirectoryStore
from instep.store.directory.change_log import head_of_log

NOW = datetime(2026, 1, 1, 12, 30, 15, 123000, tzinfo=UTC)
AMY = create_user(
    "u1",
    {"userPrincipalName": "Amy@X", "displayName": "エイミー", "otherMails": ("a@y", "b@y"), "manager": "u2"},
    NOW,
)


@pytest.fixture
def database(tmp_path):
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
def directory(database):
    return DirectoryStore(database)


def test_a_user_comes_back_as_it_was_kept(directory):
    with directory.writing("admin") as writing:
        writing.save_user(AMY)
    with directory.reading() as reading:
        assert reading.user("u1") == AMY.user
    deleted = soft_delete_user(AMY.user, NOW)
    with directory.writing("admin") as writing:
        writing.save_user(deleted)
    with directory.reading() as reading:
        assert reading.user("u1") == deleted.user
        assert list(reading.live_users()) == []


def test_a_write_that_fails_keeps_neither_user_nor_change(directory, database):
    def fail() -> None:
        with directory.writing("admin") as writing:
            writing.save_user(AMY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as connection:
        assert head_of_log(connection) == 0
    with directory.reading() as reading:
        assert reading.user("u1") is None


def test_sequence_numbers_grow_and_are_never_used_again(directory, database):
    with directory.writing("admin") as writing:
        writing.save_user(AMY)
        writing.save_user(edit_user(AMY.user, {"department": "Sales"}, NOW))
    with database.write() as connection:
        assert head_of_log(connection) == 2
        connection.exec_driver_sql("DELETE FROM changes WHERE sequence = 2")
    with directory.writing("admin") as writing:
        writing.save_user(edit_user(AMY.user, {"department": "Law"}, NOW))
    with database.read() as connection:
        assert head_of_log(connection) == 3


def test_live_users_come_before_deleted_ones_of_the_same_name(directory):
    with directory.writing("admin") as writing:
        for number in (1, 2, 3):
            user = create_user(f"u{number}", {"userPrincipalName": "amy@x", "displayName": "Amy"}, NOW)
            writing.save_user(user)
            if number != 2:
                writing.save_user(soft_delete_user(user.user, NOW.replace(day=number)))
    with directory.reading() as reading:
        assert [user.id for user in reading.users_named("AMY@x")] == ["u2", "u3", "u1"]


def test_a_search_for_near_names_takes_no_pattern(directory):
    with directory.writing("admin") as writing:
        writing.save_user(AMY)
    with directory.reading() as reading:
        assert reading.names_like("%%") == []
        assert reading.names_like("am") == ["amy@x"]


def test_one_import_at_a_time(directory):
    with directory.imports.lease(), pytest.raises(ImportRunning), directory.imports.lease():
        pass
    with directory.imports.lease():
        pass


def test_a_name_that_a_half_applied_import_gives_away_is_taken(directory):
    imports, options = directory.imports, ImportOptions(ImportMode.MERGE)
    imports.begin(StagedImport("i1", "users.csv", "admin", NOW, options, frozenset()))
    gus = {"userPrincipalName": "gus@x", "displayName": "Gus"}
    imports.stage("i1", [ReadRow(2, "u7", "gus@x", gus)])
    with directory.reading() as reading:
        assert reading.holder_of_name("gus@x", other_than="u1") is None
    with imports.checking("i1") as check:
        check.finish(ImportReport("i1", "users.csv", ImportMode.MERGE), SourceState("f"), NOW)
    with directory.reading() as reading:
        assert reading.holder_of_name("GUS@x", other_than="u1") == "u7"
        assert reading.holder_of_name("GUS@x", other_than="u7") is None
