"""Which attributes does a user of the directory have, of which type, and which texts are values of them?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from instep.directory.errors import BadValue

AttributeValue = str | bool | tuple[str, ...]

LONGEST_VALUE = 4096
VALUE_SEPARATOR = ";"  # between the values of a multi-valued attribute, where one text has them all
REQUIRED_ATTRIBUTES = ("userPrincipalName", "displayName", "accountEnabled")
EXTERNAL_ID = "externalId"  # of the identity provider that pushes the user or group: opaque, and no key
MANAGER = "manager"  # a reference to another user; kept beside the attributes


class AttributeType(Enum):
    """What a source attribute holds."""

    STRING = "String"
    BOOLEAN = "Boolean"
    STRINGS = "String, multi-valued"


@dataclass(frozen=True, slots=True)
class SourceAttribute:
    """One attribute of users in this directory."""

    name: str
    type: AttributeType


# mappings.md 1.5: those of the schema dump, then those that tutorials and 'Download users' use besides. What the
# service computes (IsSoftDeleted, appRoleAssignments, originalUserPrincipalName) and passwords are not kept.
_STRING_NAMES = """
    userPrincipalName displayName givenName surname mail mailNickname jobTitle department companyName
    streetAddress city state postalCode country physicalDeliveryOfficeName
    telephoneNumber mobile facsimileTelephoneNumber preferredLanguage onPremisesSecurityIdentifier
    employeeId employeeType employeeHireDate employeeLeaveDateTime
    employeeOrgData.costCenter employeeOrgData.division usageLocation userType creationType
    onPremisesDistinguishedName onPremisesDomainName onPremisesSamAccountName onPremisesUserPrincipalName
    onPremisesImmutableId alternativeSecurityIds preferredDataLocation showInAddressList netId externalId
"""
_EXTENSION_ATTRIBUTES = [f"extensionAttribute{number}" for number in range(1, 16)]

CATALOGUE: Mapping[str, SourceAttribute] = {
    name: SourceAttribute(name, kind)
    for kind, names in (
        (AttributeType.STRING, _STRING_NAMES.split() + _EXTENSION_ATTRIBUTES),
        (AttributeType.BOOLEAN, ["accountEnabled", "dirSyncEnabled"]),
        (AttributeType.STRINGS, ["otherMails", "proxyAddresses"]),
    )
    for name in names
}

_BY_FOLDED_NAME = {name.casefold(): attribute for name, attribute in CATALOGUE.items()}
_EXTENSION = re.compile(r"extension_[0-9A-Fa-f]{1,32}_[A-Za-z0-9_]{1,256}", re.ASCII)
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def find_attribute(name: str) -> SourceAttribute | None:
    """Return the source attribute of that name in any letter case; a directory extension's name is kept as it is."""
    known = _BY_FOLDED_NAME.get(name.casefold())
    if known is None and _EXTENSION.fullmatch(name):
        return SourceAttribute(name, AttributeType.STRING)
    return known


def attribute_named(name: str) -> SourceAttribute:
    """Return the source attribute of that name; raise BadValue, with the nearest name, where there is none."""
    attribute = find_attribute(name)
    if attribute is None:
        near = get_close_matches(name.casefold(), _BY_FOLDED_NAME, n=1)
        meant = f"; did you mean {_BY_FOLDED_NAME[near[0]].name}?" if near else "."
        raise BadValue(f"There is no source attribute {name!r}{meant}")
    return attribute


def parse_value(attribute: SourceAttribute, text: str) -> AttributeValue | None:
    """Return the value that a text stands for, None for a blank one; raise BadValue where it stands for none."""
    if not text or text.isspace():
        return None
    problem = problem_with_text(text)
    if problem:
        raise BadValue(problem)
    match attribute.type:
        case AttributeType.STRING:
            return text
        case AttributeType.BOOLEAN:
            return parse_boolean(text)
        case AttributeType.STRINGS:
            return tuple(part for raw in text.split(VALUE_SEPARATOR) if (part := raw.strip())) or None


def parse_boolean(text: str) -> bool:
    """Return what true, false, yes, no, 1 or 0 means, in any letter case; raise BadValue for anything else."""
    value = _BOOLEANS.get(text.strip().casefold())
    if value is None:
        raise BadValue(f"{shortened(text)!r} is neither true nor false; write true, false, yes, no, 1 or 0.")
    return value


def problem_with_text(text: str) -> str | None:
    """Say what forbids a text as a value, or nothing."""
    if len(text) > LONGEST_VALUE:
        return f"The value has {len(text):,} characters; at most {LONGEST_VALUE:,} are kept."
    if "\0" in text:
        return "The value contains a NUL character."
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "The value is not valid Unicode text."
    return None


def shortened(text: str) -> str:
    """Return a text cut to what fits into a message."""
    return text if len(text) <= 60 else text[:59] + "…"
