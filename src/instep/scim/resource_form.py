"""How do flat target attributes (`emails[type eq "work"].value`) become one resource, and how are they read from one?

The flat form has one entry for each mapped target attribute, named by its path; it is what is compared, kept in links
and shown. Elements of a multi-valued attribute that share a filter are composed into one (mappings.md 1.7).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from instep.scim.errors import InvalidPath
from instep.scim.messages import CORE_1_URN, USER_URN
from instep.scim.paths import parse_path
from instep.scim.syntax import And, Compare, Filter, Operator, Path

Reader: TypeAlias = Callable[[Mapping[str, Any]], Any]


@dataclass(slots=True)
class _Place:
    """One container of the resource (its top, an extension, a complex attribute) with the targets that lie in it."""

    plain: list[tuple[str, str]] = field(default_factory=list)  # (attribute, target)
    references: list[tuple[str, str]] = field(default_factory=list)  # likewise; written as {"value": id}
    complex: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # attribute -> (sub-attribute, target)
    elements: dict[str, dict[str, tuple[dict[str, Any], list[tuple[str, str]]]]] = field(default_factory=dict)


class ResourceForm:
    """The form of one application's user: compiled once, for many users.

    `targets` are paths; those among `references` hold the id of another resource. Raises InvalidPath for a path that
    cannot be composed, naming it.
    """

    def __init__(self, schemas: Collection[str], targets: Collection[str], references: Collection[str] = ()) -> None:
        self._schemas = list(schemas)
        self._top = _Place()
        self._extensions: dict[str, _Place] = {}
        self._readers: list[tuple[str, Reader]] = []
        for target in targets:
            self._add(target, parse_path(target), is_reference=target in references)

    def resource(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of a create (RFC 7644, 3.3) that has the values given, by target."""
        body: dict[str, Any] = {"schemas": self._schemas}
        _fill(body, self._top, values)
        for urn, place in self._extensions.items():
            extension: dict[str, Any] = {}
            _fill(extension, place, values)
            if extension:
                body[urn] = extension
        return body

    def values(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that a resource has for the targets; absent ones are left out."""
        found = ((target, read(resource)) for target, read in self._readers)
        return {target: value for target, value in found if value is not None}

    def _add(self, target: str, path: Path, *, is_reference: bool) -> None:
        if path.attribute is None:
            raise InvalidPath(f"The target attribute {target} names a schema, not an attribute.")
        place = self._place(path.urn)
        if path.value_filter is not None:
            self._add_element(place, target, path)
        elif path.sub_attribute is not None:
            place.complex.setdefault(path.attribute, []).append((path.sub_attribute, target))
        else:
            (place.references if is_reference else place.plain).append((path.attribute, target))
        self._readers.append((target, _reader(path, is_reference=is_reference)))

    def _add_element(self, place: _Place, target: str, path: Path) -> None:
        attribute, sub_attribute = str(path.attribute), path.sub_attribute
        if path.value_filter is None or sub_attribute is None:
            raise InvalidPath(f"The target attribute {target} names an element; add the sub-attribute, such as .value.")
        fixed = dict(_equalities(path.value_filter, target))
        if attribute == "emails" and fixed == {"type": "work"}:
            fixed["primary"] = True  # as Entra does on create (mappings.md 1.7)
        _, subs = place.elements.setdefault(attribute, {}).setdefault(str(path.value_filter), (fixed, []))
        subs.append((sub_attribute, target))

    def _place(self, urn: str | None) -> _Place:
        if urn is None or urn in (USER_URN, CORE_1_URN):
            return self._top
        return self._extensions.setdefault(urn, _Place())


def _fill(body: dict[str, Any], place: _Place, values: Mapping[str, Any]) -> None:
    get = values.get
    for attribute, target in place.plain:
        if (value := get(target)) is not None:
            body[attribute] = value
    for attribute, target in place.references:
        if (value := get(target)) is not None:
            body[attribute] = {"value": value}
    for attribute, subs in place.complex.items():
        if part := _part(subs, get):
            body[attribute] = part
    for attribute, elements in place.elements.items():
        built = []
        for fixed, subs in elements.values():
            if part := _part(subs, get):
                part.update(fixed)
                built.append(part)
        if built:
            body[attribute] = built


def _part(subs: list[tuple[str, str]], get: Callable[[str], Any]) -> dict[str, Any]:
    part = {}
    for sub, target in subs:
        if (value := get(target)) is not None:
            part[sub] = value
    return part


def _reader(path: Path, *, is_reference: bool) -> Reader:
    attribute, sub = str(path.attribute), path.sub_attribute or ("value" if is_reference else None)
    inside = None if path.urn in (None, USER_URN, CORE_1_URN) else path.urn
    wanted = None if path.value_filter is None else dict(_equalities(path.value_filter, str(path)))

    def read(resource: Mapping[str, Any]) -> Any:
        container = resource if inside is None else resource.get(inside)
        value = container.get(attribute) if isinstance(container, dict) else None
        if wanted is not None:
            value = _element(value, wanted)
        if sub is None:
            return _comparable(value)
        return _comparable(value.get(sub)) if isinstance(value, dict) else (value if is_reference else None)

    return read


def _element(elements: Any, wanted: Mapping[str, Any]) -> Any:
    for element in elements if isinstance(elements, list) else ():
        if isinstance(element, dict) and all(_equal(element.get(name), value) for name, value in wanted.items()):
            return element
    return None


def _equal(have: Any, want: Any) -> bool:
    return have.casefold() == want.casefold() if isinstance(have, str) and isinstance(want, str) else have == want


def _comparable(value: Any) -> Any:
    return None if value in ("", []) else value  # an empty value is an unassigned one (RFC 7643, 2.5)


def _equalities(value_filter: Filter, target: str) -> list[tuple[str, Any]]:
    match value_filter:
        case Compare(Path(None, str(name), None, None), Operator.EQ, value):
            return [(name, value == "True" if name == "primary" and isinstance(value, str) else value)]
        case And(terms):
            return [pair for term in terms for pair in _equalities(term, target)]
        case _:
            raise InvalidPath(f'The target attribute {target} needs a filter of the form [type eq "work"].')
