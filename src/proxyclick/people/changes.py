"""What changed about a user, in the words of the screens: `Title: Analyst -> Director`?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from instep.scim.values import fold

User = Mapping[str, Any]

_NOT_TOLD = frozenset({"schemas", "id", "meta"})
_LABELS = {
    "active": "Status",
    "userName": "User name",
    "emails[work]": "E-mail",
    "name.givenName": "First name",
    "name.familyName": "Last name",
    "name.formatted": "Full name",
    "displayName": "Display name",
    "title": "Title",
    "preferredLanguage": "Language",
    "phoneNumbers[mobile]": "Mobile phone",
    "phoneNumbers[work]": "Work phone",
    "addresses[work].locality": "City",
    "department": "Department",
    "division": "Division",
    "costCenter": "Cost center",
    "organization": "Organization",
    "employeeNumber": "Employee number",
    "manager": "Manager",
    "externalId": "External id",
}
_ORDER = {label: place for place, label in enumerate(_LABELS.values())}


@dataclass(frozen=True, slots=True)
class Change:
    """One attribute and its two values in words; empty where there was, or is, none."""

    attribute: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.attribute} set to {self.after}"
        return f"{self.attribute}: {self.before} → {self.after or 'blank'}"


def changes_between(before: User, after: User) -> tuple[Change, ...]:
    """What differs, the best known attributes first; a new user has `before` empty, a deleted one `after`."""
    old, new = dict(_told(before)), dict(_told(after))
    labels = sorted({*old, *new}, key=lambda label: (_ORDER.get(label, len(_ORDER)), label))
    found = (Change(label, old.get(label, ""), new.get(label, "")) for label in labels)
    return tuple(change for change in found if change.before != change.after)


def _told(user: User) -> Iterator[tuple[str, str]]:
    for name, value in user.items():
        if name.startswith("urn:") and isinstance(value, dict):
            yield from _told(value)  # the attributes of an extension have names of their own
        elif name not in _NOT_TOLD:
            yield from ((_LABELS.get(path, path), text) for path, text in _paths(name, value) if text)


def _paths(path: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            for name, inner in value.items():
                yield from _part(path, name, inner)
        case list():
            for place, element in enumerate(value, 1):
                yield from _element_paths(path, place, element)
        case bool():
            yield path, _truth(path, value=value)
        case _:
            yield path, str(value)


def _element_paths(path: str, place: int, element: object) -> Iterator[tuple[str, str]]:
    """A value of several is named by its type, `emails[work]`, or without one by its place."""
    if not isinstance(element, dict):
        yield from _paths(f"{path}[{place}]", element)
        return
    named = f"{path}[{fold(str(element.get('type') or place))}]"
    for name, inner in element.items():
        if name not in ("type", "primary"):
            yield from _part(named, name, inner)


def _part(path: str, name: str, inner: object) -> Iterator[tuple[str, str]]:
    if name == "value":
        yield from _paths(path, inner)
    elif name != "$ref":
        yield from _paths(f"{path}.{name}", inner)


def _truth(path: str, *, value: bool) -> str:
    words = ("Inactive", "Active") if path == "active" else ("no", "yes")
    return words[value]
