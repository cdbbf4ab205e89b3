"""What does each edit of a group change?"""

from datetime import UTC, datetime

import pytest

from instep.directory.changes import ChangeKind
from instep.directory.errors import NotPossible
from instep.directory.groups import ALL_USERS, create_group, delete_group, edit_group

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SALES = create_group("g1", "Sales", NOW).group


def test_a_rename_says_both_names():
    (change,) = edit_group(SALES, {"displayName": "Selling"}, NOW).changes
    assert (change.kind, change.attributes) == (ChangeKind.GROUP_UPDATED, {"displayName": ("Sales", "Selling")})
    assert edit_group(SALES, {"displayName": "Sales"}, NOW).changes == ()


def test_a_deletion_keeps_the_name():
    (change,) = delete_group(SALES, NOW).changes
    assert change.attributes == {"displayName": ("Sales", None)}


@pytest.mark.parametrize(
    "edit", [lambda: delete_group(ALL_USERS, NOW), lambda: edit_group(ALL_USERS, {"displayName": "X"}, NOW)]
)
def test_all_users_cannot_be_edited(edit):
    with pytest.raises(NotPossible, match="built in"):
        edit()
