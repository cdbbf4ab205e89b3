"""Which properties has a user in Graph's form, and which source attribute is each (graph-api.md 1.3)?"""

from collections.abc import Mapping, Sequence
from typing import Any

from instep.api.calls import Document
from instep.api.errors import bad_request
from instep.api.wishes import Properties
from instep.clock import to_text
from instep.directory.attributes import find_attribute
from instep.directory.users import User
from instep.odata.conditions import Condition, Lambda, Path
from instep.odata.errors import QueryRefused
from instep.odata.rewriting import of_one, of_texts

BY_DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
)
_OF_ONE_NAME = """
    accountEnabled userPrincipalName displayName givenName surname mail mailNickname jobTitle department companyName
    streetAddress city state postalCode country preferredLanguage employeeId employeeType employeeHireDate usageLocation
    userType creationType onPremisesSecurityIdentifier onPremisesDistinguishedName onPremisesDomainName
    onPremisesSamAccountName onPremisesUserPrincipalName onPremisesImmutableId preferredDataLocation showInAddressList
    employeeLeaveDateTime otherMails proxyAddresses
"""
_RENAMED = {
    "officeLocation": "physicalDeliveryOfficeName",
    "mobilePhone": "mobile",
    "faxNumber": "facsimileTelephoneNumber",
    "onPremisesSyncEnabled": "dirSyncEnabled",
}
PROPERTIES: Mapping[str, str] = {**{name: name for name in _OF_ONE_NAME.split()}, **_RENAMED}
"""Property -> source attribute, where there is one for one."""

COMPLEX: Mapping[str, Mapping[str, str]] = {
    "employeeOrgData": {name: f"employeeOrgData.{name}" for name in ("costCenter", "division")},
    "onPremisesExtensionAttributes": {f"extensionAttribute{n}": f"extensionAttribute{n}" for n in range(1, 16)},
}
_PHONES, _PHONE = "businessPhones", "telephoneNumber"
_MOMENTS = ("createdDateTime", "deletedDateTime")
_WRITE_ONLY = ("passwordProfile", "passwordPolicies")
_NOT_WRITTEN = ("id", *_MOMENTS)
_MANY = ("otherMails", "proxyAddresses")


def all_of(user: User) -> Document:
    """Return a user with every property."""
    extensions = {name: value for name, value in user.attributes.items() if name.startswith("extension_")}
    return {name: _value(user, name) for name in _READ} | extensions


def shape_user(user: User, select: Sequence[str] | None = None) -> Document:
    """Return a user with the properties of a read without $select, or those selected. Raises GraphError for others.

    Only these are made: of a page of a thousand users, making all of them is most of the work.
    """
    if select is None:
        return {name: _value(user, name) for name in BY_DEFAULT}
    if "*" in select:
        return all_of(user)
    shown: Document = {"id": user.id}
    for name in select:
        known = property_named(name)
        shown[known] = _value(user, known)
    return shown


def _value(user: User, name: str) -> Any:
    """What a user has of a property, by its right name; nothing of those that can only be written."""
    source = PROPERTIES.get(name)
    if source is not None:
        value = user.attributes.get(source)
        return list(value) if isinstance(value, tuple) else [] if value is None and name in _MANY else value
    match name:
        case "id":
            return user.id
        case "businessPhones":
            return [user.attributes[_PHONE]] if _PHONE in user.attributes else []
        case "createdDateTime":
            return to_text(user.created_at)
        case "deletedDateTime":
            return to_text(user.deleted_at) if user.deleted_at else None
        case "employeeOrgData" | "onPremisesExtensionAttributes":
            within = {part: user.attributes.get(source) for part, source in COMPLEX[name].items()}
            is_shown = name != "employeeOrgData" or any(value is not None for value in within.values())
            return within if is_shown else None
    return user.attributes.get(name)  # a directory extension


def property_named(name: str) -> str:
    """Return the name as it is spelt. Raises GraphError for a property that users do not have."""
    known = SPELT.get(name.lower())
    if known is None and find_attribute(name) is not None and name.startswith("extension_"):
        return name
    if known is None:
        raise bad_request(f"Could not find a property named '{name}' on type 'microsoft.graph.user'.", "BadRequest")
    return known


def values_from(document: Mapping[str, Any]) -> dict[str, object]:
    """Return the values of source attributes that a body gives. Raises GraphError for what users do not have."""
    values: dict[str, object] = {}
    for name, value in document.items():
        known = property_named(name)
        if known in _WRITE_ONLY:
            continue
        if known in _NOT_WRITTEN:
            raise bad_request(f"Property '{known}' is read-only and cannot be set.")
        if known == _PHONES:
            values[_PHONE] = _first_phone(value)
        elif known in COMPLEX:
            values |= _within(known, value)
        else:
            values[PROPERTIES.get(known, known)] = value
    return values


def source_path(path: Path) -> Path:
    """Return the source attribute of a property, as a path. Raises QueryRefused."""
    if len(path.names) == 2 and (parts := COMPLEX.get(SPELT.get(path.names[0].lower(), ""))) is not None:
        folded = {name.lower(): source for name, source in parts.items()}
        if path.names[1].lower() in folded:
            return Path((folded[path.names[1].lower()],))
    if len(path.names) != 1:
        raise QueryRefused(f"Could not find a property named '{path}' on type 'microsoft.graph.user'.")
    known = SPELT.get(path.names[0].lower(), path.names[0])
    if known in ("id", *_MOMENTS):
        return Path((known,))
    source = PROPERTIES.get(known, known if known.startswith("extension_") else "")
    if not source or find_attribute(source) is None:
        raise QueryRefused(f"Property '{path}' of users cannot be filtered or ordered by, or there is none.")
    return Path((source,))


def _collection(condition: Lambda) -> Condition:
    name = str(condition.path).lower()
    if name == _PHONES.lower():
        return of_one(condition, Path((_PHONE,)))
    if SPELT.get(name) not in _MANY:
        raise QueryRefused(f"{condition.path} is no collection: any and all are for {', '.join((*_MANY, _PHONES))}.")
    return of_texts(condition, source_path(condition.path))


def _first_phone(value: object) -> object:
    if value is None or value == []:
        return None
    if not isinstance(value, list) or len(value) != 1:
        raise bad_request("businessPhones takes one number, in a list.")
    return value[0]


def _within(name: str, value: object) -> dict[str, object]:
    parts = COMPLEX[name]
    if value is None:
        return dict.fromkeys(parts.values())
    if not isinstance(value, dict):
        raise bad_request(f"{name} takes an object.")
    if unknown := [each for each in value if each not in parts and not each.startswith("@")]:
        raise bad_request(f"Could not find a property named '{unknown[0]}' in {name}.", "BadRequest")
    return {parts[part]: each for part, each in value.items() if part in parts}


_READ = (*PROPERTIES, *COMPLEX, _PHONES, *_NOT_WRITTEN)
SPELT = {name.lower(): name for name in (*PROPERTIES, *COMPLEX, _PHONES, *_NOT_WRITTEN, *_WRITE_ONLY)}
KEPT_AT = Properties(source_path, _collection)
