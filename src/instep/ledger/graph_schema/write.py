"""What does a schema say in Graph's form, whole?"""

from collections.abc import Iterator, Mapping
from typing import Any

from instep.ledger.graph_schema.attributes import write_attributes
from instep.ledger.graph_schema.mappings import write_object_mapping
from instep.ledger.graph_schema.standard import SOURCE_USER, Standard
from instep.ledger.schema import ObjectMapping, Schema


def write_schema(schema: Schema, standard: Standard) -> dict[str, Any]:
    """Return the schema as Graph's synchronizationSchema; its frame is what is kept of the document saved last."""
    frame = {**standard.frame(), **schema.frame}
    (rule,) = frame["synchronizationRules"]
    mapped = list(_mapped(rule, schema))
    return {
        **frame,
        "directories": [
            {**directory, "objects": list(_objects(directory, rule, mapped, standard))}
            for directory in frame["directories"]
        ],
        "synchronizationRules": [
            {**rule, "objectMappings": [write_object_mapping(mapping, said) for said, mapping in mapped]}
        ],
    }


def _mapped(rule: Mapping[str, Any], schema: Schema) -> Iterator[tuple[Mapping[str, Any], ObjectMapping]]:
    for said in rule["objectMappings"]:
        mapping = schema.users if said["sourceObjectName"] == SOURCE_USER else schema.groups
        if mapping is not None:
            yield said, mapping


def _objects(
    directory: Mapping[str, Any],
    rule: Mapping[str, Any],
    mapped: list[tuple[Mapping[str, Any], ObjectMapping]],
    standard: Standard,
) -> Iterator[Mapping[str, Any]]:
    if directory["name"] == rule["sourceDirectoryName"]:
        yield from directory.get("objects", standard.source_objects())
        return
    by_object = {said["targetObjectName"]: mapping for said, mapping in mapped}
    people = next(said["targetObjectName"] for said, _mapping in mapped if said["sourceObjectName"] == SOURCE_USER)
    for one in directory["objects"]:
        if (mapping := by_object.get(one["name"])) is not None:
            extras = {extra["name"]: extra for extra in one.get("attributes", ())}
            yield {**one, "attributes": write_attributes(mapping.targets, people, extras)}
        elif one.get("attributes"):
            yield one  # an object that nothing is provisioned to
