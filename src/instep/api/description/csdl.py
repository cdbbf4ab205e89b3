"""How does OData's schema language say the types and the sets of entities, as `$metadata` (OData CSDL 4.01)?"""

from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from instep.api.description.types import Kind, Many, Named, Null, OneOf, Scalar, Structure, Within, Words

_EDMX, _EDM = "http://docs.oasis-open.org/odata/ns/edmx", "http://docs.oasis-open.org/odata/ns/edm"
_NAMESPACE = "microsoft.graph"


def metadata_document(kinds: Iterable[Kind], sets: Mapping[str, Structure]) -> str:
    """Return the document of types, and of sets of entities by the names of their addresses."""
    named = Named()
    for kind in (*kinds, *sets.values()):
        named.add(kind)
    root = Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": _EDMX})
    services = SubElement(root, "edmx:DataServices")
    schema = SubElement(services, "Schema", {"Namespace": _NAMESPACE, "Alias": "graph", "xmlns": _EDM})
    for name, words in sorted(named.words.items()):
        enumeration = SubElement(schema, "EnumType", {"Name": name})
        for value, word in enumerate(words.words):
            SubElement(enumeration, "Member", {"Name": word, "Value": str(value)})
    for name, structure in sorted(named.structures.items()):
        _add(schema, name, structure)
    container = SubElement(schema, "EntityContainer", {"Name": "GraphService"})
    for address, structure in sorted(sets.items()):
        SubElement(container, "EntitySet", {"Name": address, "EntityType": f"{_NAMESPACE}.{structure.name}"})
    return '<?xml version="1.0" encoding="utf-8"?>' + tostring(root, "unicode")


def _add(schema: Element, name: str, structure: Structure) -> None:
    said = {"Name": name} | ({"OpenType": "true"} if structure.further else {})
    element = SubElement(schema, "EntityType" if structure.is_entity else "ComplexType", said)
    if structure.is_entity:
        SubElement(SubElement(element, "Key"), "PropertyRef", {"Name": "id"})
    for property_name, kind in structure.properties.items():
        if "@" in property_name:
            continue
        typed = {"Name": property_name, "Type": _type_of(kind)}
        if _is_navigation(kind):
            SubElement(element, "NavigationProperty", typed)
        else:
            SubElement(element, "Property", typed | ({} if isinstance(kind, Null | Many) else {"Nullable": "false"}))


def _is_navigation(kind: Kind) -> bool:
    match kind:
        case Many(of) | Null(of):
            return _is_navigation(of)
        case Structure():
            return kind.is_entity
    return False


def _type_of(kind: Kind) -> str:
    match kind:
        case Scalar(name):
            return f"Edm.{name}"
        case Words(name) | Structure(name) | Within(name):
            return f"{_NAMESPACE}.{name}"
        case Null(of):
            return _type_of(of)
        case Many(of):
            return f"Collection({_type_of(of)})"
        case OneOf():
            return "Edm.EntityType"
