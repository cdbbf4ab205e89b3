"""Which properties has a group in Graph's form (graph-api.md 1.3)?"""

from collections.abc import Mapping, Sequence
from typing import Any

from instep.api.calls import Document
from instep.api.errors import bad_request
from instep.api.wishes import Properties
from instep.clock import to_text
from instep.directory.groups import Group
from instep.odata.conditions import Condition, Lambda, Path
from instep.odata.errors import QueryRefused
from instep.odata.rewriting import of_texts

KEPT = (
    "displayName",
    "description",
    "groupTypes",
    "mail",
    "mailEnabled",
    "mailNickname",
    "onPremisesSecurityIdentifier",
    "proxyAddresses",
    "securityEnabled",
)
_MANY = ("groupTypes", "proxyAddresses")
ALWAYS_NULL = (
    "classification",
    "isAssignableToRole",
    "membershipRule",
    "membershipRuleProcessingState",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesSamAccountName",
    "onPremisesSyncEnabled",
    "renewedDateTime",
    "securityIdentifier",
    "visibility",
)
_READ_ONLY = ("id", "createdDateTime", "deletedDateTime", "members", "owners")
SPELT = {name.lower(): name for name in (*KEPT, *ALWAYS_NULL, *_READ_ONLY)}


def shape_group(group: Group, select: Sequence[str] | None = None) -> Document:
    """Return a group, or what is selected of it. Raises GraphError for a property that groups do not have."""
    attributes = group.attributes
    said: Document = {name: _said(name, attributes.get(name)) for name in KEPT}
    said |= dict.fromkeys(ALWAYS_NULL)
    said |= {
        "id": group.id,
        "displayName": group.display_name,
        "securityEnabled": attributes.get("securityEnabled", True),
        "mailEnabled": attributes.get("mailEnabled", False),
        "createdDateTime": to_text(group.created_at),
        "deletedDateTime": to_text(group.deleted_at) if group.deleted_at else None,
    }
    if select is None or "*" in select:
        return said
    return {"id": group.id} | {(known := _property(name)): said.get(known) for name in select}


def values_from(document: Mapping[str, Any]) -> dict[str, object]:
    """Return the attributes that a body gives a group. Raises GraphError for what groups do not have."""
    values: dict[str, object] = {}
    for name, value in document.items():
        known = _property(name)
        if known in _READ_ONLY:
            raise bad_request(f"Property '{known}' is read-only and cannot be set here.")
        if known in KEPT:
            values[known] = value
        elif value is not None:
            raise bad_request(f"Property '{known}' of groups is not kept by this directory.")
    return values


def source_path(path: Path) -> Path:
    """Return the attribute of a property. Raises QueryRefused."""
    known = SPELT.get(str(path).lower(), "")
    if known not in KEPT and known not in ("id", "createdDateTime"):
        raise QueryRefused(f"Property '{path}' of groups cannot be filtered or ordered by, or there is none.")
    return Path((known,))


def _collection(condition: Lambda) -> Condition:
    if (path := source_path(condition.path)).names[0] not in _MANY:
        raise QueryRefused(f"{condition.path} is no collection: any and all are for {', '.join(_MANY)}.")
    return of_texts(condition, path)


def _property(name: str) -> str:
    known = SPELT.get(name.lower())
    if known is None:
        raise bad_request(f"Could not find a property named '{name}' on type 'microsoft.graph.group'.", "BadRequest")
    return known


def _said(name: str, value: Any) -> Any:
    return list(value or ()) if name in _MANY else value


KEPT_AT = Properties(source_path, _collection)
