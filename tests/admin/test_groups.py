"""What can an administrator do with groups, and what is refused?"""

from datetime import UTC, datetime

import pytest

from instep.admin.groups import Membership, add_group, add_member, delete_group, find_group, list_groups, remove_member
from instep.admin.users import delete_user, show_user
from instep.directory.errors import BadValue, NameTaken, NotFound, NotPossible
from instep.directory.groups import ALL_USERS_GROUP_ID
from instep.directory.users import create_user
from instep.store.database import open_sqlite
from instep.store.directory import DirectoryStore
from instep.store.tables import metadata

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    database = open_sqlite(tmp_path / "instep.db")
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def directory(database):
    directory = DirectoryStore(database)
    with directory.writing("setup") as writing:
        for user_id in ("amy", "bob"):
            writing.save_user(create_user(user_id, {"userPrincipalName": f"{user_id}@x", "displayName": "N"}, NOW))
    add_group(directory, "Sales", lambda: "g1", "setup", NOW)
    return directory


def sizes(directory):
    return {each.group.display_name: each.members for each in list_groups(directory)}


def test_all_users_is_there_and_counts_everyone_who_is_live(directory):
    delete_user(directory, "bob", "admin", NOW)
    assert sizes(directory) == {"All users": 1, "Sales": 0}
    with directory.reading() as reading:
        assert [user.id for user in reading.members_of(ALL_USERS_GROUP_ID)] == ["amy"]


def test_members_come_and_go_once(directory, database):
    assert add_member(directory, "sales", "amy@x", "admin", NOW).outcome is Membership.CHANGED
    assert add_member(directory, "sales", "amy@x", "admin", NOW).outcome is Membership.AS_IT_WAS
    assert [group.id for group in show_user(directory, "amy").groups] == ["g1"]
    assert remove_member(directory, "g1", "amy", "admin", NOW).outcome is Membership.CHANGED
    assert remove_member(directory, "g1", "amy", "admin", NOW).outcome is Membership.AS_IT_WAS
    with database.read() as connection:
        query = "SELECT kind, user_id, group_id FROM changes WHERE kind LIKE 'member%'"
        rows = [tuple(row) for row in connection.exec_driver_sql(query)]
    assert rows == [("member_added", "amy", "g1"), ("member_removed", "amy", "g1")]


def test_a_deleted_group_keeps_its_members_until_they_are_read(directory, database):
    add_member(directory, "Sales", "amy", "admin", NOW)
    delete_group(directory, "Sales", "admin", NOW)
    assert sizes(directory) == {"All users": 2}
    assert show_user(directory, "amy").groups == ()
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT * FROM memberships").all() == [("g1", "amy")]


def test_the_name_of_a_deleted_group_is_free(directory):
    delete_group(directory, "Sales", "admin", NOW)
    assert add_group(directory, "Sales", lambda: "g2", "admin", NOW).id == "g2"


@pytest.mark.parametrize("name", ["SALES", " sales ", "all USERS"])
def test_a_name_is_given_once(directory, name):
    with pytest.raises(NameTaken, match="already"):
        add_group(directory, name, lambda: "g2", "admin", NOW)


@pytest.mark.parametrize("name", ["", "  ", "x" * 257, "a\0"])
def test_a_name_is_needed(directory, name):
    with pytest.raises(BadValue):
        add_group(directory, name, lambda: "g2", "admin", NOW)


def test_all_users_cannot_be_changed(directory):
    for refused in (
        lambda: delete_group(directory, "All users", "admin", NOW),
        lambda: add_member(directory, ALL_USERS_GROUP_ID, "amy", "admin", NOW),
        lambda: remove_member(directory, "all users", "amy", "admin", NOW),
    ):
        with pytest.raises(NotPossible, match="built in"):
            refused()


def test_a_deleted_user_joins_nothing(directory):
    delete_user(directory, "amy", "admin", NOW)
    with pytest.raises(NotPossible, match="restore"):
        add_member(directory, "Sales", "amy", "admin", NOW)


def test_an_unknown_group_is_answered_with_near_names(directory):
    with directory.reading() as reading, pytest.raises(NotFound, match="Did you mean Sales"):
        find_group(reading, "Slaes")
