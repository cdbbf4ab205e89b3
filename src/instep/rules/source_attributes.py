"""What is known of an attribute of the directory, so that mappings and scoping filters can be checked against it?"""

from dataclasses import dataclass

from instep.rules.mapping.attribute_mapping import AttributeType


@dataclass(frozen=True, slots=True)
class SourceAttributeDefinition:
    """One source attribute (mappings.md 1.5); `references` names the objects that a Reference leads to."""

    name: str
    type: AttributeType = "String"
    multivalued: bool = False
    required: bool = False
    references: tuple[str, ...] = ()
