"""Which attributes of a resource does an answer show (RFC 7644, 3.9; RFC 7643, 7, `returned`)?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidPath
from instep.scim.paths import Path, parse_path
from instep.scim.predicates import Predicate, compile_element_filter
from instep.scim.schemas import ResourceSchema, Target

Projection = Callable[[Mapping[str, Any]], dict[str, Any]]
_Chosen = dict[str, "set[str] | None"]
"""Attribute names as spelled in resources; with the sub-attributes that are meant, None for all of them."""


def projection(
    schema: ResourceSchema, attributes: Sequence[str] = (), excluded_attributes: Sequence[str] = ()
) -> Projection:
    """The function that reduces a resource to what was asked for; `attributes` wins where both are given.

    Names that the schema does not know, or that are no names, select nothing.
    """
    wanted, selecting = _chosen(schema, attributes), _selecting(schema, attributes)
    excluded = _chosen(schema, excluded_attributes)
    always = _with(schema, "always")
    never = _with(schema, "never")
    if attributes:
        if selecting:
            return lambda resource: _keep(_selected(resource, selecting), wanted, always, never)
        return lambda resource: _keep(resource, wanted, always, never)
    hidden = never | _with(schema, "request")
    return lambda resource: _drop(resource, excluded, always, hidden)


def _chosen(schema: ResourceSchema, names: Iterable[str]) -> _Chosen:
    found: _Chosen = {}
    for name in names:
        target = _find(schema, name)
        if target is None:
            continue
        for key, sub in _keys(schema, target):
            chosen = found.setdefault(key, set())
            if sub is None:
                found[key] = None
            elif chosen is not None:
                chosen.add(sub)
    return found


def _selecting(schema: ResourceSchema, names: Iterable[str]) -> dict[str, list[Predicate]]:
    """The filters of names such as `emails[type eq "work"]`, seen from Microsoft, which ask for some of the values."""
    found: dict[str, list[Predicate]] = {}
    whole = set()
    for path in filter(None, map(_parsed, names)):
        target = schema.find(path)
        if target is None or target.attribute is None or target.extension is not None:
            continue
        if path.value_filter is None:
            whole.add(target.attribute.name)
        else:
            selects = compile_element_filter(path.value_filter, target.attribute)
            found.setdefault(target.attribute.name, []).append(selects)
    return {name: selects for name, selects in found.items() if name not in whole}


def _selected(resource: Mapping[str, Any], selecting: Mapping[str, list[Predicate]]) -> dict[str, Any]:
    """The resource with those elements alone that one of the filters of their attribute selects."""

    def some(name: str, value: Any) -> Any:
        if name not in selecting or not isinstance(value, list):
            return value
        return [one for one in value if isinstance(one, dict) and any(test(one) for test in selecting[name])]

    return {name: some(name, value) for name, value in resource.items()}


def _parsed(name: str) -> Path | None:
    try:
        return parse_path(name.strip())
    except InvalidPath:
        return None


def _find(schema: ResourceSchema, name: str) -> Target | None:
    path = _parsed(name)
    return None if path is None else schema.find(path)


def _keys(schema: ResourceSchema, target: Target) -> list[tuple[str, str | None]]:
    if target.extension is not None:
        return [(target.extension, target.attribute.name if target.attribute else None)]
    if target.attribute is None:
        return [(attribute.name, None) for attribute in schema.core.attributes.values()]
    return [(target.attribute.name, target.sub_attribute.name if target.sub_attribute else None)]


def _with(schema: ResourceSchema, returned: str) -> frozenset[str]:
    def named(attributes: Iterable[Attribute]) -> set[str]:
        return {attribute.name for attribute in attributes if attribute.returned == returned}

    always = {"schemas", "id"} if returned == "always" else set()
    return frozenset(always | named(schema.core.attributes.values()))


def _keep(
    resource: Mapping[str, Any], wanted: _Chosen, always: frozenset[str], never: frozenset[str]
) -> dict[str, Any]:
    found = {}
    for name, value in resource.items():
        if name in always:
            found[name] = value
        elif name in wanted and name not in never:
            subs = wanted[name]
            kept = value if subs is None else _keep_subs(value, subs)
            if kept not in ({}, []):
                found[name] = kept
    return found


def _drop(
    resource: Mapping[str, Any], excluded: _Chosen, always: frozenset[str], hidden: frozenset[str]
) -> dict[str, Any]:
    found = {}
    for name, value in resource.items():
        if name in hidden:
            continue
        subs = excluded.get(name, set())
        if name in always or subs == set():
            found[name] = value
        elif subs is not None:
            found[name] = _drop_subs(value, subs)
    return found


def _keep_subs(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [kept for element in value if (kept := _keep_subs(element, names))]
    return {name: sub for name, sub in value.items() if name in names} if isinstance(value, dict) else value


def _drop_subs(value: Any, names: set[str]) -> Any:
    if isinstance(value, list):
        return [_drop_subs(element, names) for element in value]
    return {name: sub for name, sub in value.items() if name not in names} if isinstance(value, dict) else value
