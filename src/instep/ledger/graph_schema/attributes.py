"""How is an attribute definition said, of the directory and of the target (mappings.md 1.1, 1.7)?"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from instep.ledger.graph_schema.json_object import JsonObject
from instep.rules.mapping.attribute_mapping import AttributeType, TargetAttribute
from instep.rules.source_attributes import SourceAttributeDefinition

ANCHOR: Final = "id"  # of every SCIM resource: given by the target, never mapped
TYPES: Final[tuple[AttributeType, ...]] = get_args(AttributeType)
_MUTABILITIES: Final = ("ReadWrite", "ReadOnly", "Immutable", "WriteOnly")
_FILTERING: Final = "SupportedForFiltering"
_KEPT: Final = ("apiExpressions", "flowNullValues", "metadata", "mutability", "referencedObjects")

Extras = Mapping[str, Mapping[str, Any]]


def write_definition(attribute: SourceAttributeDefinition) -> dict[str, Any]:
    """Return an attribute of the directory."""
    return {
        "name": attribute.name,
        "type": attribute.type,
        "anchor": attribute.name == "objectId",
        "required": attribute.required,
        "multivalued": attribute.multivalued,
        "caseExact": False,
        "mutability": "ReadWrite",
        "defaultValue": None,
        "flowNullValues": False,
        "referencedObjects": [_reference(name, "objectId") for name in attribute.references],
        "apiExpressions": [],
        "metadata": [],
    }


def write_attributes(attributes: Iterable[TargetAttribute], people: str, extras: Extras) -> list[dict[str, Any]]:
    """Return all attributes of an object of the target; the anchor comes first unless it has a place already.

    `people` is the object that references lead to: managers and members are users.
    """
    listed = list(attributes)
    if all(attribute.name != ANCHOR for attribute in listed):
        listed.insert(0, TargetAttribute(ANCHOR, case_exact=True))
    return [_write(attribute, people, extras.get(attribute.name, {})) for attribute in listed]


def _write(attribute: TargetAttribute, people: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "type": attribute.type,
        "anchor": attribute.name == ANCHOR,
        "required": attribute.required,
        "multivalued": attribute.multivalued,
        "caseExact": attribute.case_exact,
        "defaultValue": attribute.default_value,
        **_usual(attribute, people),
        **extra,
    }


def _usual(attribute: TargetAttribute, people: str) -> dict[str, Any]:
    """Return what Graph says of an attribute and Instep does not use, as long as nobody says otherwise."""
    return {
        "mutability": "ReadOnly" if attribute.name == ANCHOR else "ReadWrite",
        "flowNullValues": False,
        "referencedObjects": [_reference(people, ANCHOR)] if attribute.type == "Reference" else [],
        "apiExpressions": [],
        "metadata": [{"key": _FILTERING, "value": "true"}] if attribute.supported_for_filtering else [],
    }


def _reference(people: str, attribute: str) -> dict[str, str]:
    return {"referencedObjectName": people, "referencedProperty": attribute}


def read_attributes(form: JsonObject, people: str) -> tuple[tuple[TargetAttribute, ...], dict[str, dict[str, Any]]]:
    """Return the attributes of an object of the target, and by their names what is kept of each without being used."""
    attributes: dict[str, TargetAttribute] = {}
    extras: dict[str, dict[str, Any]] = {}
    for number, one in enumerate(form.children("attributes")):
        attribute, extra = _read(one, people)
        if attribute.name in attributes:
            one.problem("another attribute has the same name")
        if attribute.name != ANCHOR or number:  # where it usually stands it need not be kept
            attributes[attribute.name] = attribute
        if extra:
            extras[attribute.name] = extra
    return tuple(attributes.values()), extras


def _read(form: JsonObject, people: str) -> tuple[TargetAttribute, dict[str, Any]]:
    kept = form.kept(*_KEPT)
    name = form.text("name")
    kind: Any = form.choice("type", TYPES, "String")
    if form.boolean("anchor", default=name == ANCHOR) is not (name == ANCHOR):
        form.problem(f"the anchor of an object of the target is {ANCHOR}, and nothing else", "anchor")
    form.choice("mutability", _MUTABILITIES, "ReadWrite")
    attribute = TargetAttribute(
        name,
        kind,
        required=form.boolean("required", default=False),
        supported_for_filtering=_is_filterable(form.raw("metadata")),
        multivalued=form.boolean("multivalued", default=False),
        case_exact=form.boolean("caseExact", default=False),
        default_value=form.optional_text("defaultValue"),
    )
    form.finish()
    usual = _usual(attribute, people)
    return attribute, {key: value for key, value in kept.items() if value is not None and value != usual[key]}


def _is_filterable(metadata: object) -> bool:
    entries = metadata if isinstance(metadata, list) else []
    return {"key": _FILTERING, "value": "true"} in entries
