"""What does the gallery know of an application?"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute

Capability: TypeAlias = Literal["create_users", "update_users", "disable_users", "provision_groups"]
MappingSource: TypeAlias = Literal["own", "custom SCIM"]


@dataclass(frozen=True, slots=True)
class AppRoleTemplate:
    """An app role that an application from the gallery starts with; Default Access is built in and not among them."""

    display_name: str
    description: str
    value: str | None
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class TemplateSummary:
    """What a search result shows. `supports_groups` is None where it is not known."""

    id: str
    name: str
    supports_users: bool
    supports_groups: bool | None
    has_attribute_table: bool


@dataclass(frozen=True, slots=True)
class SamlHints:
    """How the addresses of an application look, for whoever sets its SAML up; `guide` are sentences about its page."""

    identifier: str
    reply_url: str
    sign_on_url: str = ""
    guide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """What an application starts with when it is added from the gallery.

    `mapping_source` says whose targets the mappings have: the application's own, or, where its attributes are not
    known (`has_attribute_table` is false), those of the custom SCIM application. `targets_without_source` are its
    user attributes that no mapping fills; `tied` are pairs of user attributes that the application keeps as one value,
    so that they must have one source; `notes` are sentences for the administrator; `settings` are what its job
    starts with, in the words of `instep apps set`.
    """

    id: str
    name: str
    tenant_url_hint: str | None
    supports_users: bool
    supports_groups: bool | None
    limitations: tuple[str, ...]
    capabilities: tuple[Capability, ...]
    app_roles: tuple[AppRoleTemplate, ...]
    user_mappings: tuple[AttributeMapping, ...]
    target_attributes: tuple[TargetAttribute, ...]
    group_mappings: tuple[AttributeMapping, ...]
    group_attributes: tuple[TargetAttribute, ...]
    has_attribute_table: bool
    mapping_source: MappingSource
    targets_without_source: tuple[str, ...]
    notes: tuple[str, ...]
    settings: tuple[tuple[str, str], ...] = ()
    tied: tuple[tuple[str, str], ...] = ()
    saml: SamlHints | None = None

    @property
    def summary(self) -> TemplateSummary:
        """The template as a search result."""
        return TemplateSummary(self.id, self.name, self.supports_users, self.supports_groups, self.has_attribute_table)


class UnknownTemplate(LookupError):
    """No application of the gallery has this id; `near` are the ids that the caller may have meant."""

    def __init__(self, template_id: str, near: tuple[str, ...]) -> None:
        meant = f" Did you mean {' or '.join(near)}?" if near else " Search the gallery by a word of its name."
        super().__init__(f"There is no application {template_id!r} in the gallery.{meant}")
        self.template_id = template_id
        self.near = near
