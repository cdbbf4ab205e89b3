"""What does a schema say in Graph's form that somebody may count on, and that has no effect here (decision 0027)?"""

from collections.abc import Iterator, Mapping
from typing import Any

from instep.ledger.graph_schema.scope import UNUSED_GROUPS
from instep.ledger.schema import Schema


def kept_without_effect(schema: Schema) -> Iterator[str]:
    """Yield what is kept of the document that was saved last and does nothing, by its name in Graph's form."""
    for rule in schema.frame.get("synchronizationRules", ()):
        for mapping in rule["objectMappings"]:
            what = mapping["sourceObjectName"].lower()
            yield from _rows(what, mapping)
            scope = mapping.get("scope") or {}
            yield from (f"{name} of the {what} scope" for name in UNUSED_GROUPS if scope.get(name))


def _rows(what: str, mapping: Mapping[str, Any]) -> Iterator[str]:
    for row in mapping.get("attributeMappings", ()):
        if row.get("flowBehavior") == "FlowAlways":
            yield f"flowBehavior FlowAlways of the {what} mapping of {row['targetAttributeName']}"
        if row.get("exportMissingReferences"):
            yield f"exportMissingReferences of the {what} mapping of {row['targetAttributeName']}"
