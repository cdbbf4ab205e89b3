"""How does an administrator change what an application is called, and what is noted about it?"""

import pytest

from fakes.installation import ME, Installation
from instep.admin.app_properties import LONGEST_NOTES, change_properties
from instep.admin.applications import add_app, find_app
from instep.admin.ports import AuditQuery
from instep.directory.errors import BadValue, NameTaken
from instep.ledger.audit import Modified, directory_audit, modified
from instep.store.history import StoredHistory


def change(installed: Installation, name: str, notes: str = "") -> None:
    change_properties(installed.applications, installed.app, name, notes, installed.clock, ME)


def test_another_name_and_notes_are_kept_and_told_with_the_old_ones(installed: Installation) -> None:
    change(installed, "  Visitors ", "Contract 4711\r\nuntil 2030")
    found = find_app(installed.applications, "visitors")
    assert (found.id, found.name, found.notes) == (installed.app.id, "Visitors", "Contract 4711\nuntil 2030")
    assert installed.job.app_name == "Visitors"
    row, *_ = StoredHistory(installed.database).audit(AuditQuery(limit=1))
    assert (row.activity, row.actor) == ("Update application", ME)
    assert list(modified(row)) == [
        Modified("name", "Proxyclick", "Visitors"),
        Modified("notes", "", "Contract 4711\nuntil 2030"),
    ]
    assert directory_audit(row, "Visitors")["category"] == "ApplicationManagement"


def test_what_is_the_same_is_not_written_again(installed: Installation) -> None:
    rows = installed.rows("SELECT count(*) FROM audit_log")
    change(installed, "Proxyclick")
    assert installed.rows("SELECT count(*) FROM audit_log") == rows


def test_a_change_of_letter_case_alone_is_a_name_of_its_own(installed: Installation) -> None:
    change(installed, "PROXYCLICK")
    assert find_app(installed.applications, "proxyclick").name == "PROXYCLICK"


@pytest.mark.parametrize(
    ("name", "notes", "words"),
    [
        (" ", "", "needs a name"),
        ("x" * 121, "", "at most 120"),
        ("a\x00b", "", "control character"),
        ("Proxyclick", "x" * (LONGEST_NOTES + 1), "at most 1024"),
        ("Proxyclick", "a\x1bb", "control character"),
    ],
)
def test_what_is_no_name_or_note_is_refused(installed: Installation, name: str, notes: str, words: str) -> None:
    with pytest.raises(BadValue, match=words):
        change(installed, name, notes)


def test_a_name_that_another_application_has_is_refused(installed: Installation) -> None:
    add_app(installed.applications, "custom-scim", "Badges", installed.clock, installed.new_id, ME)
    with pytest.raises(NameTaken, match="Badges"):
        change(installed, "badges")
    with pytest.raises(BadValue, match="needs a name"):
        add_app(installed.applications, "custom-scim", " ", installed.clock, installed.new_id, ME)
