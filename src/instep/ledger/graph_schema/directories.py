"""How are the two directories of a schema read: Instep's own, and the target with its attributes?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from instep.ledger.graph_schema.attributes import TYPES, read_attributes
from instep.ledger.graph_schema.json_object import JsonObject
from instep.ledger.graph_schema.standard import SOURCE_USER, Standard
from instep.rules.mapping.attribute_mapping import TargetAttribute

SIDES: Final = ("source", "target")
_DIRECTORY: Final = ("id", "version", "readOnly", "discoverabilities", "discoveryDateTime", "metadata")
_OBJECT: Final = ("metadata", "supportedApis")
_ATTRIBUTE: Final = (
    "anchor", "apiExpressions", "caseExact", "defaultValue", "flowNullValues", "metadata", "multivalued", "mutability",
    "referencedObjects", "required",
)  # fmt: skip

Frame = dict[str, Any]
# The attributes of an object of the target, and by their names what is kept of each without being used.
TargetObject = tuple[tuple[TargetAttribute, ...], Mapping[str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An object mapping that is to be read, with the names that it connects."""

    form: JsonObject
    name: str
    source: str
    target: str


def read_directories(
    root: JsonObject,
    directories: Sequence[JsonObject],
    names: Mapping[str, str],
    mapped: Sequence[Mapped],
    standard: Standard,
) -> tuple[dict[str, TargetObject], list[Frame]]:
    """Return the attributes of each object of the target that is mapped, and the frames of both directories."""
    objects: dict[str, TargetObject] = {}
    frames: dict[str, Frame] = {}
    usual = standard.frame()
    for form in directories:
        name = form.text("name")
        side = names.get(name)
        if side is None or side in frames:
            form.problem("the rule names no such directory, or there are two of this name")
            continue
        frame = {**usual["directories"][SIDES.index(side)], **form.kept(*_DIRECTORY), "name": name}
        if side == "source":
            frame |= _read_source_objects(form, standard.source_objects())
        else:
            objects, frame["objects"] = _read_target_objects(form, mapped)
        form.finish()
        frames[side] = frame
    for name, side in names.items():
        if side not in frames:
            root.problem(f"there is no directory {name!r}, which the rule names as its {side}", "directories")
    return objects, list(frames.values())


def _read_source_objects(form: JsonObject, usual: Sequence[Mapping[str, Any]]) -> Frame:
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


def _read_target_objects(form: JsonObject, mapped: Sequence[Mapped]) -> tuple[dict[str, TargetObject], list[Frame]]:
    objects: dict[str, TargetObject] = {}
    frames: dict[str, Frame] = {}
    people = next((one.target for one in mapped if one.source == SOURCE_USER), "")
    for one in form.children("objects"):
        name = one.text("name")
        if name in frames:
            one.problem("another object has the same name")
        attributes, extras = read_attributes(one, people)
        frames[name] = {"name": name, "metadata": [], "supportedApis": [], **one.kept(*_OBJECT)}
        if any(name == other.target for other in mapped):
            objects[name] = attributes, extras
            frames[name]["attributes"] = [{"name": attribute, **extra} for attribute, extra in extras.items()]
        else:
            frames[name]["attributes"] = one.raw("attributes")
        one.finish()
    return objects, list(frames.values())
