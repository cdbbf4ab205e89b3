"""What do users and groups consist of for an identity provider?

Whatever RFC 7643 has is understood, and left aside where the directory has no place for it: clients send much that they
do not expect to find again. What `/Schemas` names is what is kept.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from instep.directory.attributes import MANAGER, AttributeType, SourceAttribute
from instep.inbound.attributes import CORE, FURTHER, INSTEP_USER_URN, NAME, SLOTS
from instep.scim.definitions import ENTERPRISE_USER, GROUP, USER, Schema, schema_from
from instep.scim.schemas import ResourceSchema

Document = Mapping[str, Any]
_ALWAYS: Final = ("displayName", "active")  # which every user of the directory has; a POST may do without


def _further(attribute: SourceAttribute) -> Document:
    return {
        "name": attribute.name,
        "type": "boolean" if attribute.type is AttributeType.BOOLEAN else "string",
        "multiValued": attribute.type is AttributeType.STRINGS,
        "description": f"The source attribute {attribute.name} of the directory.",
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
    }


def _kept(document: Document) -> Document | None:
    """What of an attribute of the RFC is kept; None for nothing."""
    name = document["name"]
    if name in CORE:
        return {**document, "required": document["required"] or name in _ALWAYS}
    if name == "name":
        return _with_sub_attributes(document, NAME)
    if name not in SLOTS:
        return None
    kept = {"type", *(sub for slot in SLOTS[name] for sub in slot.sources)}
    kept |= {"primary"} if any(slot.is_primary for slot in SLOTS[name]) else set()
    return _with_sub_attributes(document, kept, [slot.type for slot in SLOTS[name]])


def _with_sub_attributes(document: Document, names: Collection[str], types: Collection[str] = ()) -> Document:
    subs = [sub for sub in document["subAttributes"] if sub["name"] in names]
    said: dict[str, Document] = {"primary": {"mutability": "readOnly"}}
    if types:
        said["type"] = {"canonicalValues": list(types)}
    return {**document, "subAttributes": [{**sub, **said.get(sub["name"], {})} for sub in subs]}


def _reference(document: Document) -> Document:
    """Of a manager or a member it is said who they are, and not what they are called."""
    is_one = document["name"] in (MANAGER, "members")
    return _with_sub_attributes(document, ("value", "$ref", "type")) if is_one else document


def _kept_of(schema: Schema, kept: Callable[[Document], Document | None]) -> Schema:
    found = map(kept, schema.document["attributes"])
    return schema_from({**schema.document, "attributes": [each for each in found if each is not None]})


INSTEP_USER: Final = schema_from(
    {
        "id": INSTEP_USER_URN,
        "name": "InstepUser",
        "description": "The source attributes of the directory for which SCIM has no name.",
        "attributes": [_further(attribute) for attribute in FURTHER],
    }
)
UNDERSTOOD_USERS: Final = ResourceSchema(USER, ENTERPRISE_USER, INSTEP_USER)
USERS: Final = ResourceSchema(_kept_of(USER, _kept), _kept_of(ENTERPRISE_USER, _reference), INSTEP_USER)
UNDERSTOOD_GROUPS: Final = ResourceSchema(GROUP)
GROUPS: Final = ResourceSchema(_kept_of(GROUP, _reference))
