"""How does JSON Schema say a type: as it is answered, and as it may be given?"""

from collections.abc import Iterable
from typing import Any

from instep.api.description.types import Kind, Many, Named, Null, OneOf, Scalar, Structure, Within, Words

_GIVEN = ".given"
_ANNOTATIONS = "@"  # what a name has that says how something is written, rather than what it is


def schemas_of(kinds: Iterable[Kind]) -> dict[str, Any]:
    """Return the structures and enumerations of types by their names; each structure also as it may be given."""
    named = Named()
    for kind in kinds:
        named.add(kind)
    found: dict[str, Any] = {name: {"type": "string", "enum": list(each.words)} for name, each in named.words.items()}
    for name, structure in named.structures.items():
        found[name] = _answered(structure)
        found[name + _GIVEN] = given(structure, ())
    return dict(sorted(found.items()))


def answered(kind: Kind) -> dict[str, Any]:
    """Return what is answered of a type."""
    return _said(kind, "")


def given(structure: Structure, needed: Iterable[str]) -> dict[str, Any]:
    """Return a body: any of the properties, and the ones that are needed."""
    return _object(structure, _GIVEN, needed)


def _answered(structure: Structure) -> dict[str, Any]:
    return _object(structure, "", structure.needed)


def _object(structure: Structure, suffix: str, needed: Iterable[str]) -> dict[str, Any]:
    patterns: dict[str, Any] = {_ANNOTATIONS: {}} | ({structure.further: {}} if structure.further else {})
    said: dict[str, Any] = {
        "type": "object",
        "properties": {name: _said(kind, suffix) for name, kind in structure.properties.items()},
        "patternProperties": patterns,
        "additionalProperties": False,
    }
    return said | ({"required": list(needed)} if (needed := list(needed)) else {})


def _said(kind: Kind, suffix: str) -> dict[str, Any]:
    match kind:
        case Scalar():
            return dict(kind.json)
        case Words(name):
            return _referred(name)
        case Structure(name) | Within(name):
            return _referred(name + suffix)
        case Many(of):
            return {"type": "array", "items": _said(of, suffix)}
        case OneOf(structures):
            return {"anyOf": [_said(each, suffix) for each in structures]}
        case Null(of):
            inner = _said(of, suffix)
            if isinstance(inner.get("type"), str):
                return inner | {"type": [inner["type"], "null"]}
            return {"anyOf": [inner, {"type": "null"}]}


def _referred(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
