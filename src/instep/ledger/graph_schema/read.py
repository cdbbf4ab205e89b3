"""Which schema does a document in Graph's form say, and what is wrong with it, everything at once?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from instep.ledger.graph_schema.check import schema_problems
from instep.ledger.graph_schema.directories import SIDES, Frame, Mapped, TargetObject, read_directories
from instep.ledger.graph_schema.json_object import JsonObject
from instep.ledger.graph_schema.mappings import read_object_mapping
from instep.ledger.graph_schema.problems import Problem, SchemaRefused
from instep.ledger.graph_schema.standard import MAPPING_NAMES, SOURCE_GROUP, SOURCE_USER, Standard
from instep.ledger.schema import ObjectMapping, Schema

_SCHEMA: Final = ("id", "version", "metadata")
_RULE: Final = ("id", "name", "priority", "editable", "metadata", "containerFilter", "groupFilter")


def read_schema(document: object, standard: Standard) -> Schema:
    """Return the schema that a document says. Raises SchemaRefused with every problem and its place.

    A property that the document leaves out takes its usual value.
    """
    problems: list[Problem] = []
    schema = _read(JsonObject(document, "", problems), standard)
    if schema is not None:
        problems += schema_problems(schema, standard)
    if schema is None or problems:
        raise SchemaRefused(problems)
    return replace(schema, frame={}) if schema.frame == standard.frame() else schema


def _read(root: JsonObject, standard: Standard) -> Schema | None:
    usual = standard.frame()
    frame = {**usual, **root.kept(*_SCHEMA)}
    rules, directories = root.children("synchronizationRules"), root.children("directories")
    root.finish()
    if len(rules) != 1:
        root.problem(f"there must be one rule, not {len(rules)}", "synchronizationRules")
        return None
    names = {rules[0].text(f"{side}DirectoryName"): side for side in SIDES}
    if len(names) < len(SIDES):
        rules[0].problem("source and target must be two directories", "targetDirectoryName")
        return None
    mapped = _mapped(rules[0])
    objects, frame["directories"] = read_directories(root, directories, names, mapped, standard)
    mappings, frames = _read_mappings(mapped, objects)
    rule = {**usual["synchronizationRules"][0], **rules[0].kept(*_RULE), "objectMappings": frames}
    rules[0].finish()
    if SOURCE_USER not in mappings:
        rules[0].problem(f"there is no mapping whose sourceObjectName is {SOURCE_USER}", "objectMappings")
        return None
    rule |= {f"{side}DirectoryName": name for name, side in names.items()}
    return Schema(mappings[SOURCE_USER], mappings.get(SOURCE_GROUP), {**frame, "synchronizationRules": [rule]})


def _mapped(rule: JsonObject) -> list[Mapped]:
    found: list[Mapped] = []
    for form in rule.children("objectMappings"):
        one = Mapped(form, form.text("name", default=""), form.text("sourceObjectName"), form.text("targetObjectName"))
        if one.source not in (SOURCE_USER, SOURCE_GROUP):
            form.problem(f"{SOURCE_USER} and {SOURCE_GROUP} can be provisioned, not {one.source!r}", "sourceObjectName")
        elif any(one.source == other.source or one.target == other.target for other in found):
            form.problem("another mapping has the same source or target object")
        else:
            found.append(one)
    return found


def _read_mappings(
    mapped: Sequence[Mapped], objects: Mapping[str, TargetObject]
) -> tuple[dict[str, ObjectMapping], list[Frame]]:
    mappings: dict[str, ObjectMapping] = {}
    frames: list[Frame] = []
    for one in mapped:
        if one.target not in objects:
            one.form.problem(f"the target directory has no object {one.target!r}", "targetObjectName")
        attributes, extras = objects.get(one.target, ((), {}))
        mapping, frame = read_object_mapping(one.form, attributes)
        _check_mutability(one.form, mapping, extras)
        mappings[one.source] = mapping
        frames.append(
            {
                "name": one.name or MAPPING_NAMES[one.source],
                "sourceObjectName": one.source,
                "targetObjectName": one.target,
                "metadata": [],
                **frame,
            }
        )
    return mappings, frames


def _check_mutability(form: JsonObject, mapping: ObjectMapping, extras: Mapping[str, Mapping[str, Any]]) -> None:
    for row in mapping.mappings:
        match extras.get(row.target, {}).get("mutability"):
            case "ReadOnly":
                form.problem(f"{row.target} is ReadOnly in the target; it cannot be mapped", "attributeMappings")
            case "Immutable" if row.apply == "always":
                form.problem(
                    f"{row.target} is Immutable in the target; map it only during object creation (ObjectAddOnly)",
                    "attributeMappings",
                )
