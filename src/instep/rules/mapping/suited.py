"""Which of the mappings can this target take, and which of its attributes are never changed?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from instep.rules.mapping.attribute_mapping import AttributeMapping
from instep.scim.dialects import Dialect, ValuesPerAttribute
from instep.scim.paths import parse_path


@dataclass(frozen=True, slots=True)
class SuitedMappings:
    """The mappings as the target can take them; `create_only` are targets that flow to new accounts alone."""

    mappings: tuple[AttributeMapping, ...]
    create_only: frozenset[str]


def suit(mappings: Sequence[AttributeMapping], dialect: Dialect) -> SuitedMappings:
    """Leave out what a target has no room for. Raises InvalidPath.

    A matching attribute that flows on creation only is evaluated for everyone: accounts are looked for by it.
    """
    if dialect.values_per_attribute is ValuesPerAttribute.ONE:
        mappings = _one_element_each(mappings)
    written_once = frozenset(m.target for m in mappings if m.apply == "creation" and m.matching_priority)
    evaluated = (replace(m, apply="always") if m.target in written_once else m for m in mappings)
    return SuitedMappings(tuple(evaluated), written_once.union(dialect.create_only or ()))


def _one_element_each(mappings: Sequence[AttributeMapping]) -> list[AttributeMapping]:
    """Keep the mappings of the element of each multi-valued attribute that is mapped first."""
    elements: dict[tuple[str | None, str | None], str] = {}
    kept = []
    for mapping in mappings:
        path = parse_path(mapping.target)
        element = str(path.value_filter)
        if path.value_filter is None or elements.setdefault((path.urn, path.attribute), element) == element:
            kept.append(mapping)
    return kept
