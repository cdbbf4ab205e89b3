"""How does an administrator say who answers for an application?"""

import pytest

from fakes.installation import ME, Installation
from instep.admin.app_owners import add_owner, remove_owner
from instep.admin.ports import AuditQuery
from instep.directory.errors import NotFound
from instep.ledger.audit import others
from instep.store.history import StoredHistory


def test_an_owner_is_added_once_and_removed_and_both_are_told(installed: Installation) -> None:
    installed.hire("ada")
    ada = installed.directory_user("ada")
    assert add_owner(installed.applications, installed.app, ada, installed.clock, ME)
    assert not add_owner(installed.applications, installed.app, ada, installed.clock, ME)
    (owner,) = installed.applications.owners(installed.app.id)
    assert (owner.user_id, owner.added_by, owner.since) == ("ada", ME, installed.now)
    remove_owner(installed.applications, installed.app, "ada", "Ada", installed.clock, ME)
    assert installed.applications.owners(installed.app.id) == []
    rows = StoredHistory(installed.database).audit(AuditQuery(limit=2))
    assert [row.activity for row in rows] == ["Remove owner from application", "Add owner to application"]
    assert dict(others(rows[0])) == {"owner": "ada@corp.example"}


def test_whoever_is_no_owner_cannot_be_removed(installed: Installation) -> None:
    with pytest.raises(NotFound, match="Ada does not own Proxyclick"):
        remove_owner(installed.applications, installed.app, "ada", "Ada", installed.clock, ME)
