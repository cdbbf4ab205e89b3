"""Which source attributes does a mapping see: what the directory has, and what is computed (mappings.md 1.5)?"""

from collections.abc import Mapping

from instep.rules.mapping.expressions import Value
from instep.rules.mapping.wanted import IS_SOFT_DELETED
from instep.rules.scoping.standing import Standing
from instep.rules.source_user import SourceUser

_GUEST_MARK = "#EXT#"


def source_values(user: SourceUser, standing: Standing, manager_account_id: str | None) -> Mapping[str, Value]:
    """Return the source attributes of one user; `manager` is the manager's account, where there is one yet.

    A guest's userPrincipalName loses what follows `#EXT#`; originalUserPrincipalName keeps the stored form.
    """
    values: dict[str, Value] = {**user.attributes, "objectId": user.id, IS_SOFT_DELETED: standing.is_soft_deleted}
    name = user.attributes.get("userPrincipalName")
    if isinstance(name, str):
        values["originalUserPrincipalName"] = name
        if _GUEST_MARK in name:
            values["userPrincipalName"] = guest_name(name)
    if manager_account_id is not None:
        values["manager"] = manager_account_id
    if user.roles:
        values["appRoleAssignments"] = user.roles
    return values


def guest_name(stored: str) -> str:
    """Return `alias@theirdomain` for a stored `alias_theirdomain#EXT#@yourdomain` (mappings.md 1.5)."""
    alias, underscore, domain = stored.partition(_GUEST_MARK)[0].rpartition("_")
    return f"{alias}@{domain}" if underscore else stored
