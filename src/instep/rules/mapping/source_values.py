"""Which source attributes does a mapping see: what the directory has, and what is computed (mappings.md 1.5)?"""

from collections.abc import Mapping

from instep.rules.mapping.expressions import DROP, Value
from instep.rules.mapping.wanted import IS_SOFT_DELETED
from instep.rules.scoping.standing import Standing
from instep.rules.source_user import SourceUser


def source_values(user: SourceUser, standing: Standing, manager_account_id: str | None) -> Mapping[str, Value]:
    """Return the source attributes of one user; `manager` is the manager's account.

    As long as the manager has none, the attribute is dropped: it is not null, which would clear it where that is asked.
    """
    values = user.named_attributes()
    values[IS_SOFT_DELETED] = standing.is_soft_deleted
    if manager_account_id is not None:
        values["manager"] = manager_account_id
    elif user.manager_id is not None:
        values["manager"] = DROP
    if user.roles:
        values["appRoleAssignments"] = user.roles
    return values
