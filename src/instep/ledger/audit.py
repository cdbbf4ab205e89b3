"""What did an administrator do, in words and as Graph's directoryAudit (engine.md 13)?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from instep.clock import to_text
from instep.ledger.differences import differences

CATEGORY = "ProvisioningManagement"
SERVICE = "Account Provisioning"
MASK = "***"
OF_APPLICATIONS = frozenset(
    {
        "Add application",
        "Delete application",
        "Update application",
        "Add owner to application",
        "Remove owner from application",
        "Add app role assignment grant to user",
        "Add app role assignment to group",
        "Remove app role assignment from user",
        "Remove app role assignment from group",
    }
)
_SECRET = ("secret", "token", "password", "credential")
_CHANGED = ("before", "after")
_SUBJECTS = ("plan", "user", "group")  # of a deed such as "approved" or "protected"


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log; `details` may have what it was `before` and `after`."""

    id: int
    at: datetime
    actor: str
    activity: str
    app_id: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Modified:
    """One thing that was changed; None is none."""

    name: str
    old: str | None
    new: str | None


def modified(row: AuditRow) -> Iterator[Modified]:
    """Yield what differs between before and after, value by value, secrets masked."""
    before, after = (row.details.get(name) for name in _CHANGED)
    if isinstance(before, dict) and isinstance(after, dict):
        for each in differences(before, after):
            yield Modified(each.path, _shown(each.path, each.old), _shown(each.path, each.new))


def others(row: AuditRow) -> Iterator[tuple[str, str]]:
    """Yield what else is known of it, secrets masked."""
    for name, value in row.details.items():
        if name not in _CHANGED:
            yield name, _shown(name, value) or ""


def deed(row: AuditRow) -> str:
    """Return what was done in a few words: the activity, or what it was where Entra has no better word than *Other*."""
    known = row.details.get("event", row.details.get("deed"))
    if row.activity != "Other" or not isinstance(known, str):
        return row.activity
    subject = next((name for name in _SUBJECTS if name in row.details), None)
    return f"{subject} {known}".capitalize() if subject else known.capitalize()


def category(activity: str) -> str:
    """Return under which heading Entra's audit log has an activity."""
    return "ApplicationManagement" if activity in OF_APPLICATIONS else CATEGORY


def directory_audit(row: AuditRow, app_name: str | None) -> dict[str, Any]:
    """Return a row as Graph has it."""
    properties = [{"displayName": each.name, "oldValue": each.old, "newValue": each.new} for each in modified(row)]
    target = {"id": row.app_id, "displayName": app_name, "type": "ServicePrincipal", "modifiedProperties": properties}
    target |= dict.fromkeys(("userPrincipalName", "groupType"))
    user = {"id": None, "displayName": row.actor, "userPrincipalName": row.actor, "ipAddress": None}
    return {
        "id": str(row.id),
        "activityDateTime": to_text(row.at),
        "activityDisplayName": row.activity,
        "category": category(row.activity),
        "loggedByService": "Core Directory" if row.activity in OF_APPLICATIONS else SERVICE,
        "operationType": row.activity.partition(" ")[0],
        "result": "success",
        "resultReason": None,
        "correlationId": None,
        "initiatedBy": {"user": user, "app": None},
        "targetResources": [target] if row.app_id is not None else [],
        "additionalDetails": [{"key": name, "value": value} for name, value in others(row)],
    }


def _shown(name: str, value: object) -> str | None:
    if value is None:
        return None
    if any(word in name.casefold() for word in _SECRET):
        return MASK
    return value if isinstance(value, str) else orjson.dumps(_masked(value)).decode()


def _masked(value: object) -> object:
    """Mask secrets at any depth."""
    match value:
        case dict():
            return {name: MASK if _is_secret(name, each) else _masked(each) for name, each in value.items()}
        case list():
            return [_masked(each) for each in value]
        case _:
            return value


def _is_secret(name: str, value: object) -> bool:
    return isinstance(value, str) and any(word in name.casefold() for word in _SECRET)
