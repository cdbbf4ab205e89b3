"""How does one edit change the values of one attribute (RFC 7644, 3.5.2.1 to 3.5.2.3)?

Old values are never touched: every function answers with new ones, None for unassigned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from instep.scim.cleaning import attribute_cleaner, element_cleaner, same_element, says_something, settle
from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidPath, InvalidValue, Mutability, NoTarget
from instep.scim.predicates import compile_element_filter
from instep.scim.syntax import And, Compare, Filter, Operator, Path
from instep.scim.values import boolean, fold


class Verb(StrEnum):
    """What an operation does; `op` is read in any case, as Entra writes `Replace`."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one attribute, or of a sub-attribute, in the elements that a filter selects."""

    verb: Verb
    attribute: Attribute
    sub_attribute: Attribute | None
    value_filter: Filter | None
    value: Any


def edited(edit: Edit, old: Any) -> Any:
    """The attribute's new value. Raises InvalidValue, Mutability, NoTarget, or InvalidPath for a misplaced filter."""
    if edit.attribute.multi_valued:
        return _edit_list(edit, old or [])
    if edit.value_filter is not None:
        raise InvalidPath(f"'{edit.attribute.name}' has one value, so a filter cannot select among several.")
    if edit.sub_attribute is not None:
        return _none_if_empty(_with_sub(edit, edit.sub_attribute, old or {}))
    if edit.verb is Verb.REMOVE:
        return None
    if edit.attribute.type == "complex":
        return _merged(edit.attribute, old or {}, edit.value)
    return attribute_cleaner(edit.attribute)(edit.value)


def _merged(attribute: Attribute, old: Mapping[str, Any], value: Any) -> dict[str, Any] | None:
    """A complex value keeps the sub-attributes that are not mentioned; a reference to another resource keeps none."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    cleaned = attribute_cleaner(attribute)(value)
    if not isinstance(value, dict) or not value:
        return cleaned  # type: ignore[no-any-return]
    if cleaned and "value" in cleaned and cleaned["value"] != old.get("value"):
        return cleaned  # type: ignore[no-any-return]
    new = {**old, **(cleaned or {})}
    for key in value:
        sub = attribute.sub_attributes.get(key.lower())
        if sub is not None and not sub.read_only and sub.name not in (cleaned or {}):
            new.pop(sub.name, None)
    return _none_if_empty(new)


def _with_sub(edit: Edit, sub: Attribute, element: Mapping[str, Any]) -> dict[str, Any]:
    value = None if edit.verb is Verb.REMOVE else attribute_cleaner(sub, f"{edit.attribute.name}.")(edit.value)
    if element.get(sub.name) == value:
        return dict(element)
    if sub.mutability == "immutable" and sub.name in element:
        raise Mutability(f"'{edit.attribute.name}.{sub.name}' cannot be changed: remove the value and add another.")
    new = {name: kept for name, kept in element.items() if name != sub.name}
    if sub.name == "value":
        new.pop("$ref", None)  # it is the address of what the old value named
    if value is not None:
        new[sub.name] = value
    return new


def _edit_list(edit: Edit, old: list[Any]) -> list[Any] | None:
    if edit.value_filter is not None:
        return _edit_selected(edit, edit.value_filter, old)
    if edit.sub_attribute is not None:
        everywhere = old or ([] if edit.verb is Verb.REMOVE else [{}])
        return _settled([_with_sub(edit, edit.sub_attribute, element) for element in everywhere], set())
    if edit.verb is Verb.REMOVE:
        return None if edit.value in (None, "") else _without(edit.attribute, old, edit.value) or None
    new = attribute_cleaner(edit.attribute)(edit.value)
    return new if edit.verb is Verb.REPLACE or not old else _joined(old, new or [])


def _joined(old: list[Any], new: list[Any]) -> list[Any] | None:
    # A group has tens of thousands of members, and a patch may add them one by one.
    known = {element.get("value") if type(element) is dict else element for element in old}
    if not any(_value_of(element) in known or _is_primary(element) for element in new):
        return [*old, *new]
    return _settled([*old, *new], set(range(len(old), len(old) + len(new))))


def _without(attribute: Attribute, old: list[Any], value: Any) -> list[Any]:
    """Entra removes members by `path: members` with a value, where the RFC has a filter in the path."""
    unwanted = attribute_cleaner(attribute)(value) or []
    by_value: dict[Any, list[Any]] = {}
    for element in unwanted:
        by_value.setdefault(_value_of(element), []).append(element)
    return [
        element
        for element in old
        if (element.get("value") if type(element) is dict else element) not in by_value
        or not any(_says_of(other, element) for other in by_value[_value_of(element)])
    ]


def _value_of(element: Any) -> Any:
    return element.get("value") if isinstance(element, dict) else element


def _says_of(description: Any, element: Any) -> bool:
    if isinstance(description, dict) and "value" not in description:
        return all(element.get(name) == value for name, value in description.items())
    return same_element(description, element)


def _edit_selected(edit: Edit, value_filter: Filter, old: list[Any]) -> list[Any] | None:
    hits = _hits(edit.attribute, value_filter, old)
    if not hits:
        started = None if edit.verb is Verb.REMOVE else _implied(edit.attribute, value_filter)
        if started is None:
            raise NoTarget(f"No value of '{edit.attribute.name}' satisfies [{value_filter}].")
        if edit.value in (None, "", [], {}):
            return old or None  # to unassign what is not there changes nothing
        old, hits = [*old, started], {len(old)}
    if edit.verb is Verb.REMOVE and edit.sub_attribute is None:
        return [element for index, element in enumerate(old) if index not in hits] or None
    new = [_edit_element(edit, value_filter, old[i]) if i in hits else old[i] for i in range(len(old))]
    return _settled(new, hits)


def _hits(attribute: Attribute, value_filter: Filter, old: list[Any]) -> set[int]:
    wanted = exact_value(attribute, value_filter)
    if wanted is not None:
        return {place for place, element in enumerate(old) if type(element) is dict and element.get("value") == wanted}
    selects = compile_element_filter(value_filter, attribute)
    return {place for place, element in enumerate(old) if isinstance(element, dict) and selects(element)}


def exact_value(attribute: Attribute, value_filter: Filter) -> str | None:
    """The text that `[value eq "text"]` selects by, where case counts, which is quick to look for; else None."""
    match value_filter:
        case Compare(Path(None, str(name), None, None), Operator.EQ, str(wanted)) if name.lower() == "value":
            sub = attribute.sub_attributes.get("value")
            return wanted if sub is not None and sub.case_exact and sub.type == "string" else None
    return None


def _edit_element(edit: Edit, value_filter: Filter, element: dict[str, Any]) -> dict[str, Any]:
    if edit.sub_attribute is not None:
        return _with_sub(edit, edit.sub_attribute, element)
    cleaned = element_cleaner(edit.attribute)(edit.value)
    if cleaned is None:
        return {}
    kept = element if edit.verb is Verb.ADD else _implied(edit.attribute, value_filter) or {}
    return {**kept, **cleaned}


def _implied(attribute: Attribute, value_filter: Filter) -> dict[str, Any] | None:
    """The labels of a new element for which the filter would hold; None when it says more than labels can.

    RFC 7644 answers noTarget when nothing is selected, but Entra counts on `emails[type eq "work"].value` being
    made. Both hold if only types that the schema lists are made.
    """
    terms = value_filter.terms if isinstance(value_filter, And) else (value_filter,)
    labels: dict[str, Any] = {}
    for term in terms:
        if not isinstance(term, Compare) or term.operator is not Operator.EQ or term.path.attribute is None:
            return None
        name = term.path.attribute.lower()
        if name == "type" and (canonical := _canonical_type(attribute, term.value)) is not None:
            labels["type"] = canonical
        elif name == "primary" and name in attribute.sub_attributes and boolean(term.value):
            labels["primary"] = True
        else:
            return None
    return labels


def _canonical_type(attribute: Attribute, wanted: object) -> str | None:
    """The type as the schema spells it, or as it came where the schema lists none; None for one that it has not."""
    sub = attribute.sub_attributes.get("type")
    if sub is None or not isinstance(wanted, str):
        return None
    return next(
        (one for one in sub.canonical_values if fold(one) == fold(wanted)), None if sub.canonical_values else wanted
    )


def _settled(elements: list[Any], touched: set[int]) -> list[Any] | None:
    """One primary, the one that was touched last; and no element that says nothing."""
    chosen = max((place for place in touched if _is_primary(elements[place])), default=None)
    settled = settle(elements, chosen)
    return [element for element in settled if not isinstance(element, dict) or says_something(element)] or None


def _is_primary(element: Any) -> bool:
    return isinstance(element, dict) and element.get("primary") is True


def _none_if_empty(value: dict[str, Any]) -> dict[str, Any] | None:
    return value if says_something(value) else None


def check_writable(attribute: Attribute, sub_attribute: Attribute | None, verb: Verb) -> None:
    """Raises Mutability when clients may not write there, or may not remove what is required."""
    for place in (attribute, sub_attribute):
        if place is not None and place.read_only:
            raise Mutability(f"'{place.name}' is read-only: the service sets it.")
    if verb is Verb.REMOVE and sub_attribute is None and attribute.required:
        raise Mutability(f"'{attribute.name}' is required and cannot be removed.")


def as_members(value: Any) -> dict[str, Any]:
    """The members of an operation's value that names several attributes. Raises InvalidValue."""
    if not isinstance(value, dict):
        raise InvalidValue("An operation without a path has an object as its value, with a member for each attribute.")
    return value
