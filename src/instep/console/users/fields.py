"""Which attributes of a user does a form have, in which order, and under which names?"""

from collections.abc import Mapping
from dataclasses import dataclass

from instep.console.forms import Form
from instep.directory.attributes import CATALOGUE, MANAGER, VALUE_SEPARATOR, AttributeType, AttributeValue
from instep.directory.users import User


@dataclass(frozen=True, slots=True)
class Field:
    """One attribute. Its name in the form is the attribute's own; `kind` is text, manager, or check."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Attributes that belong together."""

    title: str
    fields: tuple[Field, ...]


_IDENTITY = (
    Field("displayName", "Display name", is_required=True),
    Field("userPrincipalName", "User principal name", hint="Mostly an e-mail address.", is_required=True),
    Field("givenName", "First name"),
    Field("surname", "Last name"),
    Field("mail", "E-mail address"),
    Field("mailNickname", "Mail nickname"),
    Field("accountEnabled", "Account enabled", "check", hint="Whoever is not enabled has no active account anywhere."),
)
_JOB = (
    Field("jobTitle", "Job title"),
    Field("department", "Department"),
    Field("companyName", "Company"),
    Field(MANAGER, "Manager", "manager", hint="A user principal name, or an id."),
    Field("employeeId", "Employee id"),
    Field("employeeType", "Employee type"),
    Field("employeeHireDate", "Hire date"),
    Field("employeeLeaveDateTime", "Leave date"),
    Field("employeeOrgData.costCenter", "Cost center"),
    Field("employeeOrgData.division", "Division"),
)
_CONTACT = (
    Field("streetAddress", "Street address"),
    Field("city", "City"),
    Field("state", "State or province"),
    Field("postalCode", "Postal code"),
    Field("country", "Country"),
    Field("physicalDeliveryOfficeName", "Office"),
    Field("telephoneNumber", "Business phone"),
    Field("mobile", "Mobile phone"),
    Field("facsimileTelephoneNumber", "Fax"),
    Field("otherMails", "Other e-mail addresses", hint="Separated by semicolons."),
    Field("proxyAddresses", "Proxy addresses", hint="Separated by semicolons."),
)
_SETTINGS = (
    Field("usageLocation", "Usage location", hint="Two letters, such as BE."),
    Field("preferredLanguage", "Preferred language", hint="Such as en-GB."),
    Field("userType", "User type"),
)
_SHOWN = {field.name for field in (*_IDENTITY, *_JOB, *_CONTACT, *_SETTINGS)}
_OTHER = tuple(
    Field(name, name, "check" if attribute.type is AttributeType.BOOLEAN else "text")
    for name, attribute in CATALOGUE.items()
    if name not in _SHOWN
)
_KNOWN = _SHOWN | {field.name for field in _OTHER}
YES = "yes"


def field_groups(user: User | None) -> list[FieldGroup]:
    """Return all fields of a form; directory extensions are those that the user has."""
    extensions = () if user is None else tuple(Field(each, each) for each in user.attributes if each not in _KNOWN)
    return [
        FieldGroup("Identity", _IDENTITY),
        FieldGroup("Job", _JOB),
        FieldGroup("Contact", _CONTACT),
        FieldGroup("Settings", _SETTINGS),
        FieldGroup("Other attributes", _OTHER + extensions),
    ]


def form_of(user: User, manager: User | None) -> Form:
    """Return a form that is filled with what a user has."""
    texts = {name: _text(name, value) for name, value in user.attributes.items()}
    return Form({**texts, MANAGER: manager.user_principal_name if manager is not None else user.manager_id or ""})


def typed_texts(form: Form, groups: list[FieldGroup]) -> Mapping[str, str]:
    """Return what was typed, by attribute; a box that is not ticked is a no, if it is about what has to be known."""
    texts: dict[str, str] = {}
    for field in (field for group in groups for field in group.fields):
        text = form.text(field.name)
        texts[field.name] = ("true" if text == YES else _unticked(field.name)) if field.kind == "check" else text
    return texts


def _unticked(name: str) -> str:
    return "false" if name == "accountEnabled" else ""


def _text(name: str, value: AttributeValue) -> str:
    if isinstance(value, bool):
        return YES if value else ""
    return VALUE_SEPARATOR.join(value) if isinstance(value, tuple) else value
