"""What does one edit make of a schema: an attribute mapping, an attribute of the target, the actions?

Nothing is checked here: `instep.ledger.graph_schema` says whether what comes of it can be saved.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from instep.ledger.schema import ObjectMapping
from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute

Pairs = Sequence[tuple[str, str]]


def put_row(mapping: ObjectMapping, row: AttributeMapping, instead_of: str | None, tied: Pairs = ()) -> ObjectMapping:
    """Put an attribute mapping in the place of the one of `instead_of`, or at the end.

    A target attribute that is tied to the row's takes the same source along; whether it matches stays its own.
    """
    partner = tied_to(row.target, tied)
    rows = [_follow(each, row) if each.target == partner else each for each in mapping.mappings]
    if instead_of is None:
        return replace(mapping, mappings=(*rows, row))
    return replace(mapping, mappings=tuple(row if each.target == instead_of else each for each in rows))


def remove_row(mapping: ObjectMapping, target: str) -> ObjectMapping:
    """Take an attribute mapping away."""
    return replace(mapping, mappings=tuple(row for row in mapping.mappings if row.target != target))


def put_attribute(mapping: ObjectMapping, attribute: TargetAttribute, instead_of: str | None) -> ObjectMapping:
    """Put an attribute of the target in the place of the one of `instead_of`, or at the end."""
    if instead_of is None:
        return replace(mapping, targets=(*mapping.targets, attribute))
    return replace(mapping, targets=tuple(_replaced(mapping.targets, attribute, instead_of)))


def remove_attribute(mapping: ObjectMapping, name: str) -> ObjectMapping:
    """Take an attribute of the target away."""
    return replace(mapping, targets=tuple(each for each in mapping.targets if each.name != name))


def tied_to(target: str, tied: Pairs) -> str | None:
    """Return the target attribute that has one value with this one, if there is one."""
    for one, other in tied:
        if target in (one, other):
            return other if target == one else one
    return None


def _follow(row: AttributeMapping, other: AttributeMapping) -> AttributeMapping:
    """A row that matches is never cleared, whatever the other does: the check says so, rather than an exception."""
    when_null = "leave" if row.matching_priority else other.when_null
    return replace(row, source=other.source, default_value=other.default_value, apply=other.apply, when_null=when_null)


def _replaced(
    attributes: Iterable[TargetAttribute], attribute: TargetAttribute, instead_of: str
) -> Iterator[TargetAttribute]:
    for each in attributes:
        yield attribute if each.name == instead_of else each
