"""Who is assigned, what does another role mean, and what does the audit log say of it?"""

from fakes.installation import ME, Installation
from instep.admin.applications import Principal, find_role, reassign
from instep.admin.ports import AuditQuery
from instep.directory.applications import PrincipalType
from instep.ledger.audit import Modified, modified, others
from instep.store.history import StoredHistory


def gives(installed: Installation, user_id: str, role: str) -> bool:
    principal = Principal(PrincipalType.USER, user_id, user_id)
    held = find_role(installed.app, role)
    return reassign(installed.applications, installed.app, principal, held, installed.clock, installed.new_id, ME)


def test_another_role_takes_the_place_of_all_others(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada", "User")
    installed.wait(seconds=1)
    installed.assign("ada", "Default Access")
    assert gives(installed, "ada", "msiam_access")
    assert not gives(installed, "ada", "msiam_access")
    (kept,) = installed.applications.assignments(installed.app.id)
    assert kept.role_id == find_role(installed.app, "msiam_access").id
    row, *_ = StoredHistory(installed.database).audit(AuditQuery(limit=1))
    assert list(modified(row)) == [Modified("app_roles", "User, Default Access", "msiam_access")]
    assert dict(others(row)) == {"user": "ada@corp.example"}


def test_whoever_has_another_role_keeps_the_account(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada", "User")
    installed.cycle()
    gives(installed, "ada", "msiam_access")
    summary = installed.cycle()
    assert (summary.counts.users, summary.counts.disabled) == (1, 0)


def test_assignments_that_come_and_go_are_told_with_the_name_and_the_roles(installed: Installation) -> None:
    installed.assign_all()
    installed.unassign_all()
    ended, begun = StoredHistory(installed.database).audit(AuditQuery(limit=2))
    assert begun.activity == "Add app role assignment to group"
    assert list(modified(begun)) == [Modified("app_roles", None, "User")]
    assert ended.activity == "Remove app role assignment from group"
    assert dict(others(ended)) == {"group": "All users"}
