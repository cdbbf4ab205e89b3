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
from instep.scim.values import boolean

Reader: TypeAlias = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one target's value stands in a resource; `element` names the element of a multi-valued attribute."""

    urn: str | None
    attribute: str
    sub_attribute: str | None
    element: tuple[str, str] | None = None  # what identifies it among elements, and its sub-attribute
    fixed: Mapping[str, Any] = field(default_factory=dict)  # what a new element says besides
    wanted: Mapping[str, Any] = field(default_factory=dict)  # what an element says that is the one


class ResourceForm:
    """The form of one application's user: compiled once, for many users.

    `targets` are paths; those among `references` hold the id of another resource, those among `booleans` are read as
    true and false even where a service answers with texts. Raises InvalidPath for a path that cannot be composed,
    naming it.
    """

    def __init__(
        self,
        schemas: Collection[str],
        targets: Collection[str],
        references: Collection[str] = (),
        booleans: Collection[str] = (),
    ) -> None:
        self.targets = frozenset(targets)
        self.references = frozenset(references)
        self._schemas = list(schemas)
        self._places = {target: _place(target, is_reference=target in references) for target in targets}
        readers = [(target, _reader(parse_path(target), is_reference=target in references)) for target in targets]
        self._readers = [(t, _reads_boolean(read) if t in booleans else read) for t, read in readers]

    def resource(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the body of a create (RFC 7644, 3.3) that has the values given, by target."""
        body: dict[str, Any] = {"schemas": self._schemas}
        elements: dict[str, dict[str, Any]] = {}
        places = self._places
        for target, value in values.items():
            place = places[target]
            container = body if place.urn is None else body.setdefault(place.urn, {})
            if place.element is not None:
                key, sub_attribute = place.element
                if (part := elements.get(key)) is None:
                    part = elements[key] = dict(place.fixed)
                    container.setdefault(place.attribute, []).append(part)
                part[sub_attribute] = value
            elif place.sub_attribute is None:
                container[place.attribute] = value
            elif (part := container.get(place.attribute)) is None:
                container[place.attribute] = {place.sub_attribute: value}
            else:
                part[place.sub_attribute] = value
        return body

    def element_of(self, target: str) -> str | None:
        """Return what tells the element of a multi-valued attribute that a target is in from others; None elsewhere."""
        place = self._places.get(target)
        return None if place is None or place.element is None else place.element[0]

    def attribute_of(self, target: str) -> str:
        """Return the path of the whole attribute that a target is, or is a part of."""
        place = self._places[target]
        return place.attribute if place.urn is None else f"{place.urn}:{place.attribute}"

    def elements(self, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Return the elements that values make up, by the path of their attribute."""
        body = self.resource(values)
        places = {self.attribute_of(target): self._places[target] for target in values}
        return {path: (body if p.urn is None else body[p.urn])[p.attribute] for path, p in places.items()}

    def replaced(self, resource: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a resource that was read with these values in their places; None takes a value away.

        What the values do not speak of stays, but for what only the service sets (`meta`).
        """
        body = {name: value for name, value in resource.items() if name != "meta"}
        for target, value in values.items():
            place = self._places[target]
            if place.urn is None:
                _put(body, place, value)
            else:
                container = dict(body.get(place.urn) or {})
                _put(container, place, value)
                _keep(body, place.urn, container)
        return body

    def values(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values that a resource has for the targets; absent ones are left out."""
        found = ((target, read(resource)) for target, read in self._readers)
        return {target: value for target, value in found if value is not None}


def _place(target: str, *, is_reference: bool) -> _Place:
    path = parse_path(target)
    if path.attribute is None:
        raise InvalidPath(f"The target attribute {target} names a schema, not an attribute.")
    urn = None if path.urn in (None, USER_URN, CORE_1_URN) else path.urn
    if path.value_filter is None:
        return _Place(urn, path.attribute, path.sub_attribute or ("value" if is_reference else None))
    if path.sub_attribute is None:
        raise InvalidPath(f"The target attribute {target} names an element; add the sub-attribute, such as .value.")
    wanted = dict(_equalities(path.value_filter, target))
    fixed = dict(wanted)
    if path.attribute == "emails" and fixed == {"type": "work"}:
        fixed["primary"] = True  # as Entra does on create (mappings.md 1.7)
    element = f"{urn}:{path.attribute}[{path.value_filter}]", path.sub_attribute
    return _Place(urn, path.attribute, None, element, fixed, wanted)


def _put(container: dict[str, Any], place: _Place, value: Any) -> None:
    """Write one value into its place; nothing that was read is changed itself."""
    have = container.get(place.attribute)
    if place.element is not None:
        elements = list(have) if isinstance(have, list) else []
        found = _element(elements, place.wanted)
        part = dict(place.fixed if found is None else found)
        _keep(part, place.element[1], value)
        if found is not None:
            elements[elements.index(found)] = part
        elif value is not None:
            elements.append(part)
        container[place.attribute] = elements
    elif place.sub_attribute is not None:
        part = dict(have) if isinstance(have, dict) else {}
        if place.sub_attribute == "value" and part.get("value") != value:
            part = {}  # its other members say something of what the old value named
        _keep(part, place.sub_attribute, value)
        _keep(container, place.attribute, part)
    else:
        _keep(container, place.attribute, value)


def _keep(container: dict[str, Any], name: str, value: Any) -> None:
    if value is None or value == {}:
        container.pop(name, None)
    else:
        container[name] = value


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


def _reads_boolean(read: Reader) -> Reader:
    def read_boolean(resource: Mapping[str, Any]) -> Any:
        value = read(resource)
        found = boolean(value)
        return value if found is None else found

    return read_boolean


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
