"""What differs between two schemas of an application, in words for whoever saved the second?"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from instep.ledger.schema import ObjectMapping, Schema
from instep.rules.mapping.attribute_mapping import AttributeMapping, Constant, Direct, FromExpression, NoSource
from instep.rules.scoping.filters import ScopingFilter

T = TypeVar("T")


def schema_changes(before: Schema, after: Schema) -> list[str]:
    """Return a line for each attribute mapping, target attribute, filter and setting that differs."""
    said = list(_object_changes("user", before.users, after.users))
    if before.groups is not None and after.groups is not None:
        said += _object_changes("group", before.groups, after.groups)
    elif before.groups != after.groups:
        said.append(f"the mapping of groups was {'removed' if after.groups is None else 'added'}")
    if before.frame != after.frame:
        said.append("names, ids and properties that have no effect were changed")
    return said


def _object_changes(what: str, before: ObjectMapping, after: ObjectMapping) -> Iterator[str]:
    rows = _named(before.mappings, lambda row: row.target), _named(after.mappings, lambda row: row.target)
    yield from _changes(f"{what} mapping of", *rows, _source)
    if rows[0] == rows[1] and list(rows[0]) != list(rows[1]):
        yield f"{what} mappings: their order was changed"
    targets = _named(before.targets, lambda target: target.name), _named(after.targets, lambda target: target.name)
    yield from _changes(f"{what} attribute", *targets)
    filters = _named(before.filters, _title), _named(after.filters, _title)
    yield from _changes(f"{what} scoping filter", *filters, _clauses)
    if before.actions != after.actions:
        yield f"{what} actions: {_actions(before)} -> {_actions(after)}"
    if before.is_enabled != after.is_enabled:
        yield f"the mapping of {what}s was {'enabled' if after.is_enabled else 'disabled'}"


def _named(things: Iterable[T], name: Callable[[T], str]) -> Mapping[str, T]:
    named: dict[str, T] = {}
    for thing in things:
        key = name(thing)
        while key in named:  # two filters may have one title
            key += "'"
        named[key] = thing
    return named


def _changes(
    what: str, before: Mapping[str, T], after: Mapping[str, T], say: Callable[[T], str] | None = None
) -> Iterator[str]:
    for name, thing in before.items():
        if name not in after:
            yield f"{what} {name} was removed"
        elif after[name] != thing:
            old, new = (say(thing), say(after[name])) if say is not None else ("", "")
            yield f"{what} {name} was changed" + (f": {old} -> {new}" if old != new else "")
    for name, thing in after.items():
        if name not in before:
            yield f"{what} {name} was added" + (f": {say(thing)}" if say is not None else "")


def _source(row: AttributeMapping) -> str:
    match row.source:
        case Direct(attribute):
            return f"[{attribute}]"
        case Constant(value):
            return f'"{value}"'
        case FromExpression(text):
            return text
        case NoSource():
            return "none"


def _title(scoping_filter: ScopingFilter) -> str:
    return scoping_filter.title


def _clauses(scoping_filter: ScopingFilter) -> str:
    return " and ".join(map(str, scoping_filter.clauses))


def _actions(mapping: ObjectMapping) -> str:
    return ", ".join(sorted(action.value for action in mapping.actions)) or "none"
