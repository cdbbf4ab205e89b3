"""What does each edit of a user change?"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.directory.changes import ChangeKind
from instep.directory.errors import BadValue
from instep.directory.users import create_user, edit_user, purge_change, restore_user, soft_delete_user

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 2, tzinfo=UTC)
AMY = create_user("u1", {"userPrincipalName": "amy@x", "displayName": "Amy", "department": "Sales"}, NOW).user

EDITS = st.dictionaries(
    st.sampled_from(["department", "jobTitle", "manager", "displayName"]), st.sampled_from(["a", "b", "c"])
)


def test_a_new_user_is_enabled_unless_said_otherwise():
    assert AMY.is_enabled
    blocked = create_user("u2", {"userPrincipalName": "b", "displayName": "B", "accountEnabled": False}, NOW)
    assert not blocked.user.is_enabled


@pytest.mark.parametrize("missing", ["userPrincipalName", "displayName"])
def test_a_new_user_needs_a_name(missing):
    edit = {"userPrincipalName": "amy@x", "displayName": "Amy"}
    with pytest.raises(BadValue, match=missing):
        create_user("u1", {**edit, missing: None}, NOW)


def test_an_update_says_what_was_before_and_after():
    edited = edit_user(AMY, {"department": "Law", "jobTitle": "Clerk", "manager": "u2", "displayName": "Amy"}, LATER)
    (change,) = edited.changes
    assert (change.kind, change.at, change.user_id) == (ChangeKind.USER_UPDATED, LATER, "u1")
    assert change.attributes == {"department": ("Sales", "Law"), "jobTitle": (None, "Clerk"), "manager": (None, "u2")}
    assert edited.user.manager_id == "u2"


def test_clearing_removes_the_attribute():
    assert "department" not in edit_user(AMY, {"department": None}, NOW).user.attributes


@pytest.mark.parametrize("name", ["userPrincipalName", "displayName", "accountEnabled"])
def test_what_is_required_cannot_be_cleared(name):
    with pytest.raises(BadValue, match=name):
        edit_user(AMY, {name: None}, NOW)


@given(EDITS)
def test_the_same_edit_again_changes_nothing(edit):
    once = edit_user(AMY, edit, NOW).user
    assert edit_user(once, edit, LATER).changes == ()
    assert edit_user(once, edit, LATER).user is once


@given(EDITS)
def test_an_update_can_be_taken_back_by_its_own_record(edit):
    edited = edit_user(AMY, edit, NOW)
    for change in edited.changes:
        before = {name: values[0] for name, values in change.attributes.items()}
        assert edit_user(edited.user, before, NOW).user == AMY


def test_a_deleted_user_comes_back_as_it_was():
    deleted = soft_delete_user(AMY, LATER)
    assert deleted.user.deleted_at == LATER
    assert soft_delete_user(deleted.user, LATER).changes == ()
    assert restore_user(deleted.user, LATER).user == AMY
    assert restore_user(AMY, LATER).changes == ()


def test_a_purge_keeps_the_name():
    assert purge_change(AMY, NOW).attributes == {"userPrincipalName": ("amy@x", None)}
