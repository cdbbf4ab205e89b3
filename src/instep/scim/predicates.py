"""How is a filter asked of many resources quickly: compiled once against a schema, then called for each?"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from instep.scim.comparisons import comparison, never
from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidFilter
from instep.scim.schemas import ResourceSchema, Target
from instep.scim.syntax import And, Compare, Filter, Not, Operator, Or, Path, Present, ValuePath

Predicate = Callable[[Mapping[str, Any]], bool]
_Reader = Callable[[Mapping[str, Any]], Sequence[Any]]


class _Scope(Protocol):
    def find(self, path: Path) -> Target | None: ...


class _ElementScope:
    """Inside the brackets of a value path, names are sub-attributes."""

    def __init__(self, attribute: Attribute) -> None:
        self._attribute = attribute

    def find(self, path: Path) -> Target | None:
        if path.urn is not None or path.attribute is None or path.sub_attribute is not None:
            return None
        found = self._attribute.sub_attributes.get(path.attribute.lower())
        return Target(None, found) if found else None


def compile_filter(wanted: Filter, schema: ResourceSchema) -> Predicate:
    """A predicate over resources in the schema's form. An unknown attribute matches nothing, in any comparison.

    Raises InvalidFilter where a comparison has no meaning for the attribute's type.
    """
    return _compile(wanted, schema)


def compile_element_filter(wanted: Filter, attribute: Attribute) -> Predicate:
    """A predicate over the elements of a multi-valued complex attribute, for the filter of a value path."""
    return _compile(wanted, _ElementScope(attribute))


def _compile(wanted: Filter, scope: _Scope) -> Predicate:
    match wanted:
        case And(terms):
            every = [_compile(term, scope) for term in terms]
            return lambda resource: all(test(resource) for test in every)
        case Or(terms):
            some = [_compile(term, scope) for term in terms]
            return lambda resource: any(test(resource) for test in some)
        case Not(term):
            inner = _compile(term, scope)
            return lambda resource: not inner(resource)
        case Present(path) | ValuePath(path):
            return _present(path, scope)
        case Compare():
            return _compare(wanted, scope)


def _present(path: Path, scope: _Scope) -> Predicate:
    target = scope.find(path)
    if target is None:
        return never
    read = _reader(path, target)
    return lambda resource: any(value not in ("", None, {}) for value in read(resource))


def _compare(wanted: Compare, scope: _Scope) -> Predicate:
    target = scope.find(wanted.path)
    if target is None or target.attribute is None:
        return never
    leaf = target.sub_attribute or target.attribute
    if leaf.type == "complex":
        default = leaf.sub_attributes.get("value")
        if default is None:
            raise InvalidFilter(f"{str(wanted.path)!r} has no value of its own: compare one of its sub-attributes.")
        leaf, target = default, Target(target.extension, target.attribute, default)
    read = _reader(wanted.path, target)
    if wanted.value is None and wanted.operator in (Operator.EQ, Operator.NE):
        absent = wanted.operator is Operator.EQ
        return lambda resource: any(value not in ("", None) for value in read(resource)) is not absent
    test = comparison(wanted.operator, wanted.value, leaf)
    if wanted.operator is Operator.NE:
        return lambda resource: not any(map(test, read(resource)))
    return lambda resource: any(map(test, read(resource)))


def _reader(path: Path, target: Target) -> _Reader:
    """Reads the values at a target: none, one, or those of every element that the path's filter selects."""
    if target.attribute is None:
        urn = target.extension or ""
        return lambda resource: [resource[urn]] if resource.get(urn) else []
    read = _attribute_reader(target.extension, target.attribute)
    if path.value_filter is not None:
        read = _selecting(read, compile_element_filter(path.value_filter, target.attribute))
    return read if target.sub_attribute is None else _descending(read, target.sub_attribute.name)


def _attribute_reader(extension: str | None, attribute: Attribute) -> _Reader:
    name, multi_valued = attribute.name, attribute.multi_valued

    def read(resource: Mapping[str, Any]) -> Sequence[Any]:
        container = resource if extension is None else resource.get(extension)
        value = container.get(name) if isinstance(container, dict) else None
        if value is None:
            return ()
        return value if multi_valued and isinstance(value, list) else (value,)

    return read


def _selecting(read: _Reader, selects: Predicate) -> _Reader:
    return lambda resource: [element for element in read(resource) if isinstance(element, dict) and selects(element)]


def _descending(read: _Reader, name: str) -> _Reader:
    return lambda resource: [
        element[name] for element in read(resource) if isinstance(element, dict) and name in element
    ]
