"""Which source attributes can mappings and scoping filters name: those that are kept, and those that are computed?"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from instep.directory.attributes import CATALOGUE, REQUIRED_ATTRIBUTES, AttributeType, find_attribute
from instep.rules.source_attributes import SourceAttributeDefinition

_DATES: Final = frozenset({"employeeHireDate", "employeeLeaveDateTime"})


def _kept(name: str) -> SourceAttributeDefinition:
    kind = CATALOGUE[name].type
    return SourceAttributeDefinition(
        name,
        type="DateTime" if name in _DATES else "Boolean" if kind is AttributeType.BOOLEAN else "String",
        multivalued=kind is AttributeType.STRINGS,
        required=name in REQUIRED_ATTRIBUTES,
    )


def _named(*definitions: SourceAttributeDefinition) -> Mapping[str, SourceAttributeDefinition]:
    return {definition.name: definition for definition in definitions}


# mappings.md 1.5; the first is the anchor. A mapping of appRoleAssignments goes through one of the role functions.
USER_ATTRIBUTES: Final = _named(
    SourceAttributeDefinition("objectId", required=True),
    SourceAttributeDefinition("IsSoftDeleted", "Boolean", required=True),
    *map(_kept, CATALOGUE),
    SourceAttributeDefinition("originalUserPrincipalName"),
    SourceAttributeDefinition("appRoleAssignments", "Reference", multivalued=True, references=("AppRoleAssignment",)),
    SourceAttributeDefinition("manager", "Reference", references=("User",)),
)

GROUP_ATTRIBUTES: Final = _named(
    SourceAttributeDefinition("objectId", required=True),
    SourceAttributeDefinition("displayName", required=True),
    SourceAttributeDefinition("description"),
    SourceAttributeDefinition("externalId"),
    SourceAttributeDefinition("groupTypes", multivalued=True),
    SourceAttributeDefinition("mail"),
    SourceAttributeDefinition("mailEnabled", "Boolean"),
    SourceAttributeDefinition("mailNickname"),
    SourceAttributeDefinition("members", "Reference", multivalued=True, references=("User", "Group")),
    SourceAttributeDefinition("onPremisesSecurityIdentifier"),
    SourceAttributeDefinition("proxyAddresses", multivalued=True),
    SourceAttributeDefinition("securityEnabled", "Boolean"),
)


def find_user_attribute(name: str) -> SourceAttributeDefinition:
    """Return what is known of a user's attribute; raise LookupError with near names where there is none.

    Names are case-sensitive. Those of directory extensions need no definition.
    """
    known = USER_ATTRIBUTES.get(name)
    if known is None and name.startswith("extension_") and find_attribute(name) is not None:
        return SourceAttributeDefinition(name)
    return known if known is not None else _unknown(name, USER_ATTRIBUTES, "user")


def find_group_attribute(name: str) -> SourceAttributeDefinition:
    """Return what is known of a group's attribute; raise LookupError with near names where there is none."""
    known = GROUP_ATTRIBUTES.get(name)
    return known if known is not None else _unknown(name, GROUP_ATTRIBUTES, "group")


def _unknown(name: str, among: Mapping[str, SourceAttributeDefinition], whose: str) -> SourceAttributeDefinition:
    folded = {known.casefold(): known for known in among}
    near = get_close_matches(name.casefold(), folded, n=1)
    meant = f"; did you mean {folded[near[0]]}?" if near else ""
    raise LookupError(f"a {whose} has no source attribute {name!r}{meant}")
