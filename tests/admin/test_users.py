"""What can an administrator do with one user, and what is refused?"""

from datetime import UTC, datetime, timedelta

import pytest

from instep.admin.groups import add_group, add_member
from instep.admin.users import (
    delete_user,
    disable_user,
    enable_user,
    purge_expired,
    purge_user,
    restore_deleted_user,
    set_user,
    show_user,
)
from instep.directory.errors import BadValue, NameTaken, NotFound, NotPossible
from instep.directory.users import create_user
from instep.store.database import open_sqlite
from instep.store.directory import DirectoryStore
from instep.store.tables import metadata

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LOG = "SELECT kind, user_id, group_id, attributes, actor FROM changes ORDER BY sequence"


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
        for number, name in enumerate(["amy", "bob", "cid"], 1):
            edit = {"userPrincipalName": f"{name}@x.example", "displayName": name.title()}
            writing.save_user(create_user(f"u{number}", edit, NOW))
    return directory


@pytest.fixture
def log(database):
    def read():
        with database.read() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(LOG) if row.actor != "setup"]

    return read


@pytest.mark.parametrize("who", ["u1", "amy@x.example", "AMY@X.EXAMPLE ", "U1"])
def test_a_user_is_found_by_id_or_name(directory, who):
    assert show_user(directory, who).user.id == "u1"


def test_an_unknown_user_is_answered_with_near_names(directory):
    with pytest.raises(NotFound, match=r"Did you mean amy@x\.example"):
        show_user(directory, "amyy@x.example")


def test_attributes_are_set_from_texts(directory, log):
    texts = {"DEPARTMENT": "Sales", "manager": "bob@x.example", "otherMails": "a@y;b@y", "accountEnabled": "no"}
    edited = set_user(directory, "u1", texts, "admin", NOW)
    assert show_user(directory, "u1").user == edited.user
    assert show_user(directory, "u1").manager.id == "u2"
    assert edited.user.attributes["otherMails"] == ("a@y", "b@y")
    attributes = (
        '{"accountEnabled":[true,false],"department":[null,"Sales"],'
        '"manager":[null,"u2"],"otherMails":[null,["a@y","b@y"]]}'
    )
    assert log() == [("user_updated", "u1", None, attributes, "admin")]
    set_user(directory, "u1", {"manager": "", "department": ""}, "admin", NOW)
    assert show_user(directory, "u1").manager is None


def test_what_is_so_already_writes_nothing(directory, log):
    assert enable_user(directory, "u1", "admin", NOW).changes == ()
    assert set_user(directory, "u1", {"displayName": "Amy"}, "admin", NOW).changes == ()
    assert log() == []


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"departmint": "x"}, "did you mean department"),
        ({"accountEnabled": "perhaps"}, "accountEnabled: 'perhaps' is neither"),
        ({"displayName": ""}, "amy@x.example needs a displayName"),
        ({"manager": "amy@x.example"}, "their own manager"),
        ({"department": "ok", "jobTitle": "x" * 5000}, "jobTitle: .*4,096"),
        ({"id": "u9"}, "no source attribute 'id'"),
    ],
)
def test_a_value_that_cannot_be_kept_changes_nothing(directory, log, texts, said):
    with pytest.raises(BadValue, match=said):
        set_user(directory, "u1", texts, "admin", NOW)
    assert log() == []


def test_a_name_of_another_live_user_is_refused_in_any_letter_case(directory):
    with pytest.raises(NameTaken, match="u2"):
        set_user(directory, "u1", {"userPrincipalName": "BOB@x.example"}, "admin", NOW)
    assert set_user(directory, "u1", {"userPrincipalName": "Amy@x.example"}, "admin", NOW).changes


def test_blocking_and_unblocking(directory):
    assert not disable_user(directory, "amy@x.example", "admin", NOW).user.is_enabled
    assert enable_user(directory, "amy@x.example", "admin", NOW).user.is_enabled


def test_a_deleted_user_can_be_restored_but_not_edited(directory, log):
    delete_user(directory, "u1", "admin", NOW)
    with pytest.raises(NotPossible, match="restore"):
        disable_user(directory, "u1", "admin", NOW)
    with pytest.raises(NotPossible, match="not deleted"):
        restore_deleted_user(directory, "u2", "admin", NOW)
    restore_deleted_user(directory, "amy@x.example", "admin", NOW)
    assert [row[0] for row in log()] == ["user_deleted", "user_restored"]


def test_a_deleted_user_whose_name_was_given_away_is_not_restored(directory):
    delete_user(directory, "u1", "admin", NOW)
    set_user(directory, "u2", {"userPrincipalName": "amy@x.example"}, "admin", NOW)
    with pytest.raises(NameTaken, match="u2"):
        restore_deleted_user(directory, "amy@x.example", "admin", NOW)


def test_several_deleted_users_of_one_name_are_told_apart_by_id(directory):
    delete_user(directory, "u1", "admin", NOW)
    set_user(directory, "u2", {"userPrincipalName": "amy@x.example"}, "admin", NOW)
    delete_user(directory, "u2", "admin", NOW)
    with pytest.raises(NotFound, match=r"u\d .*u\d .*by its id"):
        restore_deleted_user(directory, "amy@x.example", "admin", NOW)
    assert restore_deleted_user(directory, "u1", "admin", NOW).user.deleted_at is None


def test_a_purge_ends_memberships_and_clears_the_reports_and_keeps_the_name_in_the_log(directory, log):
    add_group(directory, "Sales", lambda: "g1", "setup", NOW)
    add_member(directory, "Sales", "u1", "setup", NOW)
    set_user(directory, "u2", {"manager": "u1"}, "setup", NOW)
    delete_user(directory, "u1", "setup", NOW)
    purge_user(directory, "u1", "admin", NOW)
    assert log() == [
        ("user_updated", "u2", None, '{"manager":["u1",null]}', "admin"),
        ("member_removed", "u1", "g1", None, "admin"),
        ("user_purged", "u1", None, '{"userPrincipalName":["amy@x.example",null]}', "admin"),
    ]
    with pytest.raises(NotFound):
        show_user(directory, "u1")


def test_a_live_user_cannot_be_purged(directory):
    with pytest.raises(NotPossible, match="only deleted users"):
        purge_user(directory, "u1", "admin", NOW)


def test_the_recycle_bin_is_emptied_after_30_days_and_not_before(directory):
    delete_user(directory, "u1", "admin", NOW)
    delete_user(directory, "u2", "admin", NOW + timedelta(days=1))
    assert purge_expired(directory, NOW + timedelta(days=30)) == 0
    assert purge_expired(directory, NOW + timedelta(days=30, seconds=1)) == 1
    assert purge_expired(directory, NOW + timedelta(days=30, seconds=1)) == 0
    assert show_user(directory, "u2").user.deleted_at is not None
