"""How does an administrator edit the app roles of an application, and who feels it?"""

import pytest

from fakes.installation import ME, Installation
from instep.admin.app_roles import RoleTexts, add_role, change_role, remove_role
from instep.admin.applications import find_app, find_role
from instep.admin.ports import AuditQuery
from instep.directory.applications import App, AppRole
from instep.directory.errors import BadValue, NameTaken, NotFound, NotPossible
from instep.ledger.audit import Modified, modified, others
from instep.ledger.cycles import CycleKind
from instep.store.history import StoredHistory


def now(installed: Installation) -> App:
    return find_app(installed.applications, installed.app.id)


def add(installed: Installation, name: str, value: str = "", description: str = "") -> AppRole:
    texts = RoleTexts(name, value, description)
    return add_role(installed.applications, installed.app, texts, installed.clock, installed.new_id, ME)


def change(installed: Installation, role: AppRole, texts: RoleTexts) -> AppRole:
    return change_role(installed.applications, now(installed), role.id, texts, installed.clock, ME)


def user_role(installed: Installation) -> AppRole:
    return find_role(now(installed), "User")


def test_a_role_that_was_added_can_be_assigned(installed: Installation) -> None:
    role = add(installed, "Receptionist", "reception", "Sees all visits of the day")
    assert find_role(now(installed), "receptionist") == role
    row, *_ = StoredHistory(installed.database).audit(AuditQuery(limit=1))
    assert dict(others(row)) == {"app_role": "Receptionist"}
    assert Modified("value", None, "reception") in list(modified(row))


def test_a_changed_role_that_somebody_holds_makes_the_next_cycle_an_initial_one(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.cycle()
    change(installed, user_role(installed), RoleTexts("User", "employee"))
    assert installed.cycle().kind is CycleKind.INITIAL


def test_a_changed_role_that_nobody_holds_changes_no_cycle(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.cycle()
    spare = add(installed, "Spare", "spare")
    change(installed, spare, RoleTexts("Spare", "other"))
    change(installed, user_role(installed), RoleTexts("User", "User", "only a description"))
    assert installed.cycle().kind is CycleKind.INCREMENTAL


def test_whoever_holds_only_a_disabled_role_is_not_entitled_any_more(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.cycle()
    change(installed, user_role(installed), RoleTexts("User", "User", is_enabled=False))
    summary = installed.cycle()
    assert summary.counts.disabled == 1


def test_a_role_that_somebody_holds_is_not_removed(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    with pytest.raises(NotPossible, match="1 user or group holds the role User"):
        remove_role(installed.applications, installed.app, user_role(installed).id, installed.clock, ME)
    installed.unassign("ada")
    remove_role(installed.applications, installed.app, user_role(installed).id, installed.clock, ME)
    with pytest.raises(NotFound):
        user_role(installed)


@pytest.mark.parametrize(
    ("name", "value", "refusal", "words"),
    [
        ("user", "", NameTaken, "app role named User already"),
        ("Guest", "USER", NameTaken, "is that of the app role User"),
        ("default access", "", NameTaken, "built in"),
        (" ", "", BadValue, "needs a display name"),
        ("Guest", "two words", BadValue, "no space"),
        ("x" * 121, "", BadValue, "at most 120"),
        ("a\tb", "", BadValue, "control character"),
    ],
)
def test_what_is_no_role_of_its_own_is_refused(
    installed: Installation, name: str, value: str, refusal: type[Exception], words: str
) -> None:
    with pytest.raises(refusal, match=words):
        add(installed, name, value)


def test_a_role_that_is_gone_cannot_be_changed(installed: Installation) -> None:
    with pytest.raises(NotFound, match="no such app role"):
        change(installed, AppRole("gone", "Gone", "", is_enabled=True), RoleTexts("Gone"))
