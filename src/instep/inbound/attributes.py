"""Which source attribute of the directory is which attribute of SCIM (decision 86)?

A multi-valued attribute of SCIM has slots: each is one source attribute, or for addresses several, and has a type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from instep.directory.attributes import CATALOGUE, EXTERNAL_ID, MANAGER
from instep.scim.messages import ENTERPRISE_USER_URN

INSTEP_USER_URN: Final = "urn:ietf:params:scim:schemas:extension:Instep:2.0:User"

CORE: Final[Mapping[str, str]] = {
    "userName": "userPrincipalName",
    "displayName": "displayName",
    "title": "jobTitle",
    "userType": "employeeType",
    "preferredLanguage": "preferredLanguage",
    "active": "accountEnabled",
    EXTERNAL_ID: EXTERNAL_ID,
}
NAME: Final[Mapping[str, str]] = {"givenName": "givenName", "familyName": "surname"}
ENTERPRISE: Final[Mapping[str, str]] = {
    "employeeNumber": "employeeId",
    "costCenter": "employeeOrgData.costCenter",
    "organization": "companyName",
    "division": "employeeOrgData.division",
    "department": "department",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One element of a multi-valued attribute; `is_many` where the source attribute has several values."""

    type: str
    sources: Mapping[str, str]  # sub-attribute -> source attribute
    is_primary: bool = False
    is_many: bool = False


SLOTS: Final[Mapping[str, tuple[Slot, ...]]] = {
    "emails": (Slot("work", {"value": "mail"}, is_primary=True), Slot("other", {"value": "otherMails"}, is_many=True)),
    "phoneNumbers": (
        Slot("work", {"value": "telephoneNumber"}),
        Slot("mobile", {"value": "mobile"}),
        Slot("fax", {"value": "facsimileTelephoneNumber"}),
    ),
    "addresses": (
        Slot(
            "work",
            {
                "formatted": "physicalDeliveryOfficeName",
                "streetAddress": "streetAddress",
                "locality": "city",
                "region": "state",
                "postalCode": "postalCode",
                "country": "country",
            },
        ),
    ),
}

_NAMED: Final = {
    *CORE.values(),
    *NAME.values(),
    *ENTERPRISE.values(),
    *(source for slots in SLOTS.values() for slot in slots for source in slot.sources.values()),
}
FURTHER: Final = tuple(attribute for name, attribute in CATALOGUE.items() if name not in _NAMED)
"""Source attributes for which SCIM has no name; they are in an extension under their own."""

SINGLE: Final[Mapping[tuple[str | None, str, str | None], str]] = {
    **{(None, name, None): source for name, source in CORE.items()},
    **{(None, "name", name): source for name, source in NAME.items()},
    **{(ENTERPRISE_USER_URN, name, None): source for name, source in ENTERPRISE.items()},
    **{(INSTEP_USER_URN, each.name, None): each.name for each in FURTHER},
    (ENTERPRISE_USER_URN, "manager", "value"): MANAGER,
}
"""Extension, attribute, sub-attribute -> source attribute, for what has one value."""
