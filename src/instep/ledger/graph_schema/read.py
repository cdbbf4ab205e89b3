"""Which schema does a document in Graph's form say, and what is wrong with it, everything at once?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from instep.ledger.graph_schema.attributes import TYPES, read_attributes
from instep.ledger.graph_schema.check import schema_problems
from instep.ledger.graph_schema.json_object import JsonObject
from instep.ledger.graph_schema.mappings import read_object_mapping
from instep.ledger.graph_schema.problems import Problem, SchemaRefused
from instep.ledger.graph_schema.standard import MAPPING_NAMES, SOURCE_GROUP, SOURCE_USER, Standard
from instep.ledger.schema import ObjectMapping, Schema
from instep.rules.mapping.attribute_mapping import TargetAttribute

_SCHEMA: Final = ("id", "version", "metadata")
_DIRECTORY: Final = ("id", "version", "readOnly", "discoverabilities", "discoveryDateTime", "metadata")
_OBJECT: Final = ("metadata", "supportedApis")
_ATTRIBUTE: Final = (
    "anchor", "apiExpressions", "caseExact", "defaultValue", "flowNullValues", "metadata", "multivalued", "mutability",
    "referencedObjects", "required",
)  # fmt: skip
_RULE: Final = ("id", "name", "priority", "editable", "metadata", "containerFilter", "groupFilter")
_SIDES: Final = ("source", "target")

_Frame = dict[str, Any]
# The attributes of an object of the target, and by their names what is kept of each without being used.
_TargetObject = tuple[tuple[TargetAttribute, ...], Mapping[str, Mapping[str, Any]]]


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


@dataclass(frozen=True, slots=True)
class _Mapped:
    """An object mapping that is to be read, with the names that it connects."""

    form: JsonObject
    name: str
    source: str
    target: str


def _read(root: JsonObject, standard: Standard) -> Schema | None:
    usual = standard.frame()
    frame = {**usual, **root.kept(*_SCHEMA)}
    rules, directories = root.children("synchronizationRules"), root.children("directories")
    root.finish()
    if len(rules) != 1:
        root.problem(f"there must be one rule, not {len(rules)}", "synchronizationRules")
        return None
    names = {rules[0].text(f"{side}DirectoryName"): side for side in _SIDES}
    if len(names) < len(_SIDES):
        rules[0].problem("source and target must be two directories", "targetDirectoryName")
        return None
    mapped = _mapped(rules[0])
    objects, frame["directories"] = _read_directories(root, directories, names, mapped, standard)
    mappings, frames = _read_mappings(mapped, objects)
    rule = {**usual["synchronizationRules"][0], **rules[0].kept(*_RULE), "objectMappings": frames}
    rules[0].finish()
    if SOURCE_USER not in mappings:
        rules[0].problem(f"there is no mapping whose sourceObjectName is {SOURCE_USER}", "objectMappings")
        return None
    rule |= {f"{side}DirectoryName": name for name, side in names.items()}
    return Schema(mappings[SOURCE_USER], mappings.get(SOURCE_GROUP), {**frame, "synchronizationRules": [rule]})


def _mapped(rule: JsonObject) -> list[_Mapped]:
    found: list[_Mapped] = []
    for form in rule.children("objectMappings"):
        one = _Mapped(form, form.text("name", default=""), form.text("sourceObjectName"), form.text("targetObjectName"))
        if one.source not in (SOURCE_USER, SOURCE_GROUP):
            form.problem(f"{SOURCE_USER} and {SOURCE_GROUP} can be provisioned, not {one.source!r}", "sourceObjectName")
        elif any(one.source == other.source or one.target == other.target for other in found):
            form.problem("another mapping has the same source or target object")
        else:
            found.append(one)
    return found


def _read_directories(
    root: JsonObject,
    directories: Sequence[JsonObject],
    names: Mapping[str, str],
    mapped: Sequence[_Mapped],
    standard: Standard,
) -> tuple[dict[str, _TargetObject], list[_Frame]]:
    """Return the attributes of each object of the target that is mapped, and the frames of both directories."""
    objects: dict[str, _TargetObject] = {}
    frames: dict[str, _Frame] = {}
    usual = standard.frame()
    for form in directories:
        name = form.text("name")
        side = names.get(name)
        if side is None or side in frames:
            form.problem("the rule names no such directory, or there are two of this name")
            continue
        frame = {**usual["directories"][_SIDES.index(side)], **form.kept(*_DIRECTORY), "name": name}
        if side == "source":
            frame |= _read_source_objects(form, standard.source_objects())
        else:
            objects, frame["objects"] = _read_target_objects(form, {one.target for one in mapped})
        form.finish()
        frames[side] = frame
    for name, side in names.items():
        if side not in frames:
            root.problem(f"there is no directory {name!r}, which the rule names as its {side}", "directories")
    return objects, list(frames.values())


def _read_source_objects(form: JsonObject, usual: Sequence[Mapping[str, Any]]) -> _Frame:
    """Return what is kept of the directory's own objects: Instep knows them, and uses nothing of what is said here."""
    for one in form.children("objects"):
        one.text("name")
        one.kept(*_OBJECT)
        for attribute in one.children("attributes"):
            attribute.text("name")
            attribute.choice("type", TYPES, "String")
            attribute.kept(*_ATTRIBUTE)
            attribute.finish()
        one.finish()
    given = form.raw("objects")
    return {} if given is None or given == usual else {"objects": given}


def _read_target_objects(form: JsonObject, mapped: set[str]) -> tuple[dict[str, _TargetObject], list[_Frame]]:
    objects: dict[str, _TargetObject] = {}
    frames: dict[str, _Frame] = {}
    for one in form.children("objects"):
        name = one.text("name")
        if name in frames:
            one.problem("another object has the same name")
        attributes, extras = read_attributes(one, name)
        frames[name] = {"name": name, "metadata": [], "supportedApis": [], **one.kept(*_OBJECT)}
        if name in mapped:
            objects[name] = attributes, extras
            frames[name]["attributes"] = [{"name": attribute, **extra} for attribute, extra in extras.items()]
        else:
            frames[name]["attributes"] = one.raw("attributes")
        one.finish()
    return objects, list(frames.values())


def _read_mappings(
    mapped: Sequence[_Mapped], objects: Mapping[str, _TargetObject]
) -> tuple[dict[str, ObjectMapping], list[_Frame]]:
    mappings: dict[str, ObjectMapping] = {}
    frames: list[_Frame] = []
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
