"""What becomes of a form about a user: which of its fields are wrong, and what does SCIM call them?

An edit is made of patch operations, so that one engine changes users, whoever asks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from instep.scim.messages import USER_URN
from instep.scim.patch import Operation, Verb
from instep.scim.paths import parse_path
from proxyclick.people.person import City, city_address, person_of
from proxyclick.people.rules import is_email, is_phone

User = Mapping[str, Any]

LONGEST = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", re.ASCII)
_CITY_PATHS = {
    City.OF_PRIMARY: "addresses[primary eq true].locality",
    City.OF_WORK: 'addresses[type eq "work"].locality',
    City.OF_HOME: 'addresses[type eq "home"].locality',
    City.OF_OTHER: 'addresses[type eq "other"].locality',
}
_PATHS = {
    "email": "userName",
    "first_name": "name.givenName",
    "last_name": "name.familyName",
    "title": "title",
    "language": "preferredLanguage",
    "mobile_phone": 'phoneNumbers[type eq "mobile"].value',
    "work_phone": 'phoneNumbers[type eq "work"].value',
}


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a form says of a user, by the names of its fields; empty is blank."""

    email: str
    first_name: str
    last_name: str
    title: str = ""
    city: str = ""
    language: str = ""
    mobile_phone: str = ""
    work_phone: str = ""


def particulars_of(user: User) -> Particulars:
    """What the form shows of a user who is there."""
    person = person_of(user)
    return Particulars(**{field.name: getattr(person, field.name) for field in fields(Particulars)})


def problems(found: Particulars) -> dict[str, str]:
    """What is wrong, by field, in words that stand beside it."""
    return dict(_problems(found))


def new_body(found: Particulars) -> dict[str, Any]:
    """The body with which SCIM would create the user."""
    body: dict[str, Any] = {
        "schemas": [USER_URN],
        "userName": found.email,
        "name": {"givenName": found.first_name, "familyName": found.last_name},
        "emails": [{"type": "work", "value": found.email, "primary": True}],
        "active": True,
    }
    phones = (("mobile", found.mobile_phone), ("work", found.work_phone))
    body["phoneNumbers"] = [{"type": kind, "value": number} for kind, number in phones if number]
    body["addresses"] = [{"type": "work", "locality": found.city}] if found.city else []
    return body | {"title": found.title or None, "preferredLanguage": found.language or None}


def edits(user: User, wanted: Particulars) -> list[Operation]:
    """The operations that make a user what the form says; none for what the form did not change."""
    current = particulars_of(user)
    changed = [
        (field.name, getattr(wanted, field.name))
        for field in fields(Particulars)
        if getattr(wanted, field.name) != getattr(current, field.name)
    ]
    operations = [_set(_path(name, user), value) for name, value in changed]
    renamed = {"first_name", "last_name"} & {name for name, _ in changed}
    if renamed and "formatted" in user.get("name", {}):
        operations.append(_set("name.formatted", f"{wanted.first_name} {wanted.last_name}"))
    return operations


def activation(*, active: bool) -> list[Operation]:
    """The operation that enables or disables a user."""
    return [Operation(Verb.REPLACE, parse_path("active"), active)]


def is_language(text: str) -> bool:
    """Whether a text is the code of a language, such as en or fr-BE."""
    return _LANGUAGE.fullmatch(text) is not None


def _path(field: str, user: User) -> str:
    return _CITY_PATHS[city_address(user)] if field == "city" else _PATHS[field]


def _set(path: str, value: str) -> Operation:
    return Operation(Verb.REPLACE, parse_path(path), value) if value else Operation(Verb.REMOVE, parse_path(path))


def _problems(found: Particulars) -> Iterator[tuple[str, str]]:
    for field in fields(Particulars):
        value = getattr(found, field.name)
        if len(value) > LONGEST:
            yield field.name, f"This has {len(value)} characters; {LONGEST} are allowed."
        elif not value.isprintable():
            yield field.name, "This has characters that cannot be shown, such as a line break: leave them out."
        elif problem := _problem(field.name, value):
            yield field.name, problem


def _problem(field: str, value: str) -> str | None:
    match field:
        case "email" if not value:
            return "Enter an e-mail address: people sign in with it, and are known by it at every location."
        case "email" if not is_email(value):
            return f"{value} is no e-mail address: write it like name@company.example."
        case "first_name" | "last_name" if not value:
            return f"Enter a {field.removesuffix('_name')} name."
        case "mobile_phone" | "work_phone" if value and not is_phone(value):
            return f"{value} is no international number: write it like +32 2 123 45 67."
        case "language" if value and not is_language(value):
            return f"{value} is no language: write a code such as en or fr-BE."
    return None
