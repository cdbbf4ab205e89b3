"""Which values must people not see: those of target attributes whose expression calls Redact (mappings.md 4)?

The value flows to the target and is kept as it is, so that differences can be found; it is hidden where it is shown.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from instep.rules.mapping.attribute_mapping import AttributeMapping, FromExpression
from instep.rules.mapping.expressions import parse
from instep.rules.mapping.expressions.parts import attributes_in, nodes
from instep.rules.mapping.expressions.syntax import Call

REDACTED = "[Redact]"
SHORTEST_MASKED = 3  # characters: a shorter value would be found in words that have nothing to do with it

Shown = TypeVar("Shown")


def redacted_targets(mappings: Iterable[AttributeMapping]) -> frozenset[str]:
    """Return the target attributes whose values are hidden."""
    return frozenset(mapping.target for mapping in mappings if _redacts(mapping))


def redacted_sources(mappings: Iterable[AttributeMapping]) -> frozenset[str]:
    """Return the source attributes from which a hidden value is made: they would give it away."""
    trees = (parse(mapping.source.text) for mapping in mappings if _redacts(mapping))  # type: ignore[union-attr]
    return frozenset(node.name for tree in trees for node in attributes_in(tree))


def shown(values: Mapping[str, Shown], redacted: frozenset[str]) -> Mapping[str, Shown | str]:
    """Return values by target attribute as people may see them; a hidden one is `[Redact]`."""
    if redacted.isdisjoint(values):
        return values
    return {name: REDACTED if name in redacted else value for name, value in values.items()}


def masked(text: str, values: Mapping[str, object], redacted: frozenset[str]) -> str:
    """Return a text, such as a target's error message, without the hidden ones of these values."""
    for name in redacted.intersection(values):
        for value in _texts(values[name]):
            text = text.replace(value, REDACTED)
    return text


def _texts(value: object) -> list[str]:
    several = value if isinstance(value, list | tuple) else (value,)
    texts = {str(each) for each in several if not isinstance(each, bool) and len(str(each)) >= SHORTEST_MASKED}
    return sorted(texts, key=len, reverse=True)


def _redacts(mapping: AttributeMapping) -> bool:
    if not isinstance(mapping.source, FromExpression) or "redact" not in mapping.source.text.casefold():
        return False  # without parsing: hardly any mapping does
    calls = (node.function for node in nodes(parse(mapping.source.text)) if isinstance(node, Call))
    return any(function.casefold() == "redact" for function in calls)
