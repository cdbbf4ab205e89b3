"""What may stand in a template file?

A file describes one application, or is a list of such descriptions. A description without `user_mappings` is of an
application whose sources are not published; one without `user_attributes` has no published attributes at all. What is
misspelt or missing is refused with its place in the file.
"""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, model_validator

from instep.gallery.template import Capability
from instep.rules.mapping.attribute_mapping import (
    Apply,
    AttributeMapping,
    AttributeType,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    Source,
    TargetAttribute,
)

_Text: TypeAlias = Annotated[str, Field(min_length=1)]


def _pairs(value: object) -> object:
    """Make pairs of a JSON object, which can be hashed."""
    return tuple(value.items()) if isinstance(value, dict) else value


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AttributeEntry(_Entry):
    """One row of an application's attribute table."""

    name: _Text
    type: AttributeType = "String"
    required: bool = False
    supported_for_filtering: bool = False
    multivalued: bool = False

    def target_attribute(self) -> TargetAttribute:
        """The row as a rule's value."""
        return TargetAttribute(
            name=self.name,
            type=self.type,
            required=self.required,
            supported_for_filtering=self.supported_for_filtering,
            multivalued=self.multivalued,
            case_exact=self.type in ("String", "Reference") and not _names_an_account(self.name),
        )


def _names_an_account(attribute: str) -> bool:
    # No published table says which attributes are case-exact. Applications compare user names and e-mail addresses
    # without regard to case (RFC 7643, 4.1); a correction of Mcdonald to McDonald must reach everything else.
    return attribute == "userName" or attribute.startswith("emails")


class MappingEntry(_Entry):
    """One default mapping; at most one of attribute, constant and expression is its source."""

    target: _Text
    attribute: _Text | None = None
    constant: str | None = None
    expression: _Text | None = None
    default_value: str | None = None
    matching_priority: Annotated[int, Field(ge=0)] = 0
    apply: Apply = "always"

    @model_validator(mode="after")
    def _has_one_source(self) -> "MappingEntry":
        if sum(source is not None for source in (self.attribute, self.constant, self.expression)) > 1:
            raise ValueError(f"{self.target}: only one of attribute, constant and expression can be the source")
        return self

    def mapping(self) -> AttributeMapping:
        """The row as a rule's value."""
        return AttributeMapping(self.target, self._source(), self.default_value, self.matching_priority, self.apply)

    def _source(self) -> Source:
        if self.attribute is not None:
            return Direct(self.attribute)
        if self.constant is not None:
            return Constant(self.constant)
        return NoSource() if self.expression is None else FromExpression(self.expression)


class SamlEntry(_Entry):
    """Patterns of an application's SAML addresses, with what differs in angle brackets."""

    identifier: _Text
    reply_url: _Text
    sign_on_url: str = ""
    guide: tuple[_Text, ...] = ()


class ApplicationEntry(_Entry):
    """One application, as its template file describes it.

    `settings` are in the words of `instep apps set`, for an application that wants its requests in another form;
    `tied` are pairs of target attributes that the application keeps as one value.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: _Text
    tenant_url_hint: _Text | None = None
    supports_users: bool = True
    supports_groups: bool | None = None
    capabilities: tuple[Capability, ...] = ()
    limitations: tuple[_Text, ...] = ()
    tied: tuple[tuple[_Text, _Text], ...] = ()
    notes: tuple[_Text, ...] = ()
    settings: Annotated[tuple[tuple[_Text, _Text], ...], BeforeValidator(_pairs)] = ()
    user_attributes: tuple[AttributeEntry, ...] = ()
    group_attributes: tuple[AttributeEntry, ...] = ()
    user_mappings: tuple[MappingEntry, ...] = ()
    group_mappings: tuple[MappingEntry, ...] = ()
    saml: SamlEntry | None = None

    @model_validator(mode="after")
    def _names_each_target_once(self) -> "ApplicationEntry":
        for names in (
            [row.name for row in self.user_attributes],
            [row.name for row in self.group_attributes],
            [row.target for row in self.user_mappings],
            [row.target for row in self.group_mappings],
        ):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"{self.id}: named twice: {', '.join(sorted(twice))}")
        return self


def read_applications(content: bytes) -> tuple[ApplicationEntry, ...]:
    """The descriptions in one template file (JSON); raises pydantic's ValidationError."""
    return _FILE.validate_json(content) if content.lstrip().startswith(b"[") else (_ONE.validate_json(content),)


_FILE: TypeAdapter[tuple[ApplicationEntry, ...]] = TypeAdapter(tuple[ApplicationEntry, ...])
_ONE: TypeAdapter[ApplicationEntry] = TypeAdapter(ApplicationEntry)
