"""In which order do resources come when a query sorts them (RFC 7644, 3.4.2.3)?"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidPath
from instep.scim.paths import parse_path
from instep.scim.predicates import compile_element_filter
from instep.scim.schemas import ResourceSchema, Target
from instep.scim.syntax import Filter
from instep.scim.values import fold, instant

SortKey: TypeAlias = tuple[bool, Any]
"""Whether there is no value, then the value in the form in which it is compared; so what has none comes last."""

SortKeyOf: TypeAlias = Callable[[Mapping[str, Any]], SortKey]
_Reader: TypeAlias = Callable[[Mapping[str, Any]], Any]

NO_VALUE: SortKey = (True, 0)


def sort_key(schema: ResourceSchema, sort_by: str) -> SortKeyOf:
    """The key by which resources of a schema are sorted; descending order is its reverse.

    Of a multi-valued attribute the primary value counts, else the first. An attribute that the schema does not know
    is one that no resource has.
    """
    try:
        path = parse_path(sort_by)
    except InvalidPath:
        return lambda _: NO_VALUE
    target = schema.find(path)
    if target is None or target.attribute is None:
        return lambda _: NO_VALUE
    attribute = target.attribute
    leaf = target.sub_attribute or attribute
    if leaf.type == "complex":
        if "value" not in leaf.sub_attributes:
            return lambda _: NO_VALUE
        leaf = leaf.sub_attributes["value"]
        target = Target(target.extension, attribute, leaf)
    return _key(_reader(target, attribute, path.value_filter), _comparable(leaf))


def _key(read: _Reader, comparable: Callable[[Any], Any]) -> SortKeyOf:
    def key(resource: Mapping[str, Any]) -> SortKey:
        value = read(resource)
        found = None if value is None else comparable(value)
        return NO_VALUE if found is None else (False, found)

    return key


def _reader(target: Target, attribute: Attribute, value_filter: Filter | None) -> _Reader:
    extension, name = target.extension, attribute.name
    sub = target.sub_attribute.name if target.sub_attribute else None
    selects = compile_element_filter(value_filter, attribute) if value_filter is not None else None

    def read(resource: Mapping[str, Any]) -> Any:
        container = resource if extension is None else resource.get(extension, {})
        value = container.get(name)
        if isinstance(value, list):
            value = _leading([one for one in value if selects is None or (isinstance(one, dict) and selects(one))])
        return value.get(sub) if sub is not None and isinstance(value, dict) else value

    return read


def _leading(values: list[Any]) -> Any:
    first = values[0] if values else None
    return next((value for value in values if isinstance(value, dict) and value.get("primary") is True), first)


def _comparable(attribute: Attribute) -> Callable[[Any], Any]:
    """Brings a value into the form in which it is compared: text by the attribute's case, dates as instants."""
    if attribute.type == "dateTime":
        return instant
    if attribute.type in ("boolean", "integer", "decimal"):
        return lambda value: value
    return (lambda value: value) if attribute.case_exact else fold
