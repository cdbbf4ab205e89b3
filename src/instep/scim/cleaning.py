"""What does a received value say, once it is brought into the form of its schema?

Tolerant where real clients are loose, and without loss where they are right: names in any case, "True" for true, null,
"" and [] for unassigned, a bare string for a complex value, unknown and read-only attributes left aside.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidValue
from instep.scim.values import Cleaner, fold, kind_of, simple_cleaner

# An element that has nothing else says nothing: it is what remains when its value was taken away.
LABELS = frozenset({"type", "primary"})


@cache
def attribute_cleaner(attribute: Attribute, prefix: str = "") -> Cleaner:
    """The cleaner of a whole attribute: a list if it is multi-valued. Raises InvalidValue."""
    element = element_cleaner(attribute, prefix)
    return _plural(element) if attribute.multi_valued else _singular(element, prefix + attribute.name)


@cache
def element_cleaner(attribute: Attribute, prefix: str = "") -> Cleaner:
    """The cleaner of one value of an attribute. Raises InvalidValue."""
    name = prefix + attribute.name
    return _complex(attribute, name) if attribute.type == "complex" else simple_cleaner(attribute, name)


def takes_any_text(attribute: Attribute) -> bool:
    """Whether an attribute has one value, and any text is one: an empty text means that it is unassigned."""
    return not attribute.multi_valued and attribute.type == "string"


def settle(elements: list[Any], chosen: int | None = None) -> list[Any]:
    """The elements without repetition and with at most one primary: the one at index `chosen`, else the first.

    Two elements repeat each other when one has the same `value`, and the same `type`, and nothing that differs.
    """
    if len(elements) < 2:
        return elements
    if sum(map(_is_primary, elements)) > 1:
        keep = chosen if chosen is not None and _is_primary(elements[chosen]) else None
        elements = _with_one_primary(elements, keep)
    values = {element.get("value") if isinstance(element, dict) else element for element in elements}
    return elements if len(values) == len(elements) else _without_repetition(elements)


def _without_repetition(elements: list[Any]) -> list[Any]:
    # By table, not pair by pair: a group has tens of thousands of members.
    found: list[Any] = []
    places: dict[Any, int] = {}
    for element in elements:
        exact, loose = _identities(element)
        place = places.get(exact, places.get(loose))
        if place is None:
            place = len(found)
            found.append(element)
        elif isinstance(element, dict):
            places.pop(loose, None)
            found[place] = found[place] | element
        known_as, _ = _identities(found[place])
        places.setdefault(known_as, place)
        if known_as[0] == "typed":
            places.setdefault(("any", known_as[1]), place)
    return found


def _identities(element: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """What an element is known by, and what else it is the same as: one without a type fits any type."""
    if not isinstance(element, dict) or "value" not in element:
        parts = sorted(element.items()) if isinstance(element, dict) else element
        return ("whole", repr(parts)), ("whole", repr(parts))
    value = element["value"]
    if "type" in element:
        return ("typed", value, fold(element["type"])), ("untyped", value)
    return ("untyped", value), ("any", value)


def same_element(one: Any, other: Any) -> bool:
    """Whether two values of a multi-valued attribute are the same value: equal `value` and no different `type`."""
    if not isinstance(one, dict) or not isinstance(other, dict) or "value" not in one:
        return bool(one == other)
    types = [fold(element["type"]) for element in (one, other) if "type" in element]
    return bool(one["value"] == other.get("value")) and len(set(types)) < 2


def says_something(element: Mapping[str, Any]) -> bool:
    """Whether a complex value holds more than labels."""
    return not element.keys() <= LABELS


def _with_one_primary(elements: list[Any], keep: int | None) -> list[Any]:
    if keep is None:
        keep = next(index for index, element in enumerate(elements) if _is_primary(element))
    return [
        {**element, "primary": False} if _is_primary(element) and index != keep else element
        for index, element in enumerate(elements)
    ]


def _is_primary(element: Any) -> bool:
    return isinstance(element, dict) and element.get("primary") is True


def _singular(element: Cleaner, name: str) -> Cleaner:
    def clean(value: Any) -> Any:
        if type(value) is list:
            # Seen from an older Entra: the manager as a list of one reference.
            if len(value) > 1:
                raise InvalidValue(f"'{name}' has one value, not {len(value)}.")
            value = value[0] if value else None
        return element(value)

    return clean


def _plural(element: Cleaner) -> Cleaner:
    def clean(value: Any) -> list[Any] | None:
        listed = value if type(value) is list else [value]
        found = [cleaned for cleaned in map(element, listed) if cleaned is not None]
        return settle(found) or None

    return clean


def _complex(attribute: Attribute, name: str) -> Cleaner:
    subs = {
        key: (sub.name, attribute_cleaner(sub, f"{name}."), takes_any_text(sub))
        for key, sub in attribute.sub_attributes.items()
        if not sub.read_only
    }
    if "display" in subs and "displayname" not in attribute.sub_attributes:
        subs["displayname"] = subs["display"]  # seen from Microsoft, of members
    subs |= {sub[0]: sub for sub in subs.values()}

    def clean(value: Any) -> dict[str, Any] | None:
        if type(value) is not dict:
            value = _as_object(value, name, subs)
        found = {}
        for key, given in value.items():
            sub = subs.get(key) or subs.get(key.lower())
            if sub is None:
                continue
            if type(given) is str and sub[2]:  # what most values are, without a call
                if given:
                    found[sub[0]] = given
            elif (cleaned := sub[1](given)) is not None:
                found[sub[0]] = cleaned
        packed = found.get("value")
        if type(packed) is str and packed.startswith("{") and (unpacked := _unpacked(packed)):
            return clean(unpacked)
        return found if says_something(found) else None

    return clean


def _as_object(value: Any, name: str, subs: Mapping[str, Any]) -> dict[str, Any]:
    if value is None or value == "" or value == []:
        return {}
    if type(value) is str and "value" in subs:
        return {"value": value}
    raise InvalidValue(f"'{name}' must be an object, not {kind_of(value)}.")


def _unpacked(text: str) -> dict[str, Any] | None:
    """The object in a text: Entra's AppRoleAssignmentsComplex sends a role as JSON in a string."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # refuses half a surrogate pair, which no store can keep
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("value"), str) or found["value"].startswith("{"):
        return None
    return {"display": found.get("displayName"), **found}
