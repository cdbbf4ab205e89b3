"""Which template belongs to an application, by its id, and which are there?

The data files are `templates/*.json`: one file for an application with mappings of its own, `applications.json` for
all others.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from instep.gallery.file_format import ApplicationEntry, read_applications
from instep.gallery.proposal import NO_ATTRIBUTE_TABLE, notes_on, propose
from instep.gallery.search import find
from instep.gallery.template import (
    AppRoleTemplate,
    MappingSource,
    SamlHints,
    Template,
    TemplateSummary,
    UnknownTemplate,
)
from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute

__all__ = [
    "CUSTOM_SCIM",
    "AppRoleTemplate",
    "Template",
    "TemplateSummary",
    "UnknownTemplate",
    "load_template",
    "search",
]

CUSTOM_SCIM: Final = "custom-scim"
_Groups: TypeAlias = tuple[tuple[AttributeMapping, ...], tuple[TargetAttribute, ...]]

# Every application from Entra's gallery starts with these two (engine.md 3.5). msiam_access has no value of its own.
_APP_ROLES: Final = (
    AppRoleTemplate("User", "User", value="User"),
    AppRoleTemplate("msiam_access", "msiam_access", value=None),
)


def load_template(template_id: str) -> Template:
    """The template with this id; raises UnknownTemplate, which names near ones."""
    entry = _entries().get(template_id)
    if entry is None:
        raise UnknownTemplate(template_id, _near(template_id))
    return _template(entry)


def search(text: str) -> tuple[TemplateSummary, ...]:
    """The applications in whose name or id every word of the text occurs, best first; an empty text finds all."""
    return find(text, _summaries())


def _near(template_id: str) -> tuple[str, ...]:
    close = get_close_matches(template_id.lower(), _entries(), n=3)
    found = [summary.id for summary in search(template_id)] if template_id.strip() else []
    return tuple(dict.fromkeys((*close, *found)))[:3]


@cache
def _entries() -> Mapping[str, ApplicationEntry]:
    folder = files("instep.gallery") / "templates"
    entries: dict[str, ApplicationEntry] = {}
    for file in folder.iterdir():
        if file.name.endswith(".json"):
            for entry in read_applications(file.read_bytes()):
                if entry.id in entries:
                    raise ValueError(f"{file.name}: the id {entry.id} is taken by another template")
                entries[entry.id] = entry
    return entries


@cache
def _summaries() -> tuple[TemplateSummary, ...]:
    return tuple(_template(entry).summary for entry in _entries().values())


@cache
def _template(entry: ApplicationEntry) -> Template:
    attributes = tuple(row.target_attribute() for row in entry.user_attributes)
    groups = _groups(entry)
    own = tuple(row.mapping() for row in entry.user_mappings)
    if own:
        without = propose(attributes, own).without_source
        return _built(entry, attributes, groups, own, "own", without, notes=())
    custom = _template(_entries()[CUSTOM_SCIM])
    if not attributes:
        return _built(
            entry, custom.target_attributes, groups, custom.user_mappings, "custom SCIM", (), (NO_ATTRIBUTE_TABLE,)
        )
    proposal = propose(attributes, custom.user_mappings)
    notes = notes_on(proposal, attributes)
    return _built(entry, attributes, groups, proposal.mappings, "own", proposal.without_source, notes)


def _groups(entry: ApplicationEntry) -> _Groups:
    """The default mappings of groups: those of the custom SCIM application, as far as the target has the attributes."""
    attributes = tuple(row.target_attribute() for row in entry.group_attributes)
    if entry.group_mappings:
        return tuple(row.mapping() for row in entry.group_mappings), attributes
    if not attributes and not (entry.supports_groups and not entry.user_attributes):
        return (), ()
    custom = _groups(_entries()[CUSTOM_SCIM])
    known = attributes or custom[1]
    names = {attribute.name for attribute in known}
    mappings = tuple(mapping for mapping in custom[0] if mapping.target in names)
    return (mappings if any(mapping.matching_priority for mapping in mappings) else ()), known


def _built(
    entry: ApplicationEntry,
    attributes: tuple[TargetAttribute, ...],
    groups: _Groups,
    mappings: tuple[AttributeMapping, ...],
    mapping_source: MappingSource,
    without_source: tuple[str, ...],
    notes: tuple[str, ...],
) -> Template:
    return Template(
        id=entry.id,
        name=entry.name,
        tenant_url_hint=entry.tenant_url_hint,
        supports_users=entry.supports_users,
        supports_groups=entry.supports_groups,
        limitations=entry.limitations,
        capabilities=entry.capabilities,
        app_roles=_APP_ROLES,
        user_mappings=mappings,
        target_attributes=attributes,
        group_mappings=groups[0],
        group_attributes=groups[1],
        has_attribute_table=bool(entry.user_attributes),
        mapping_source=mapping_source,
        targets_without_source=without_source,
        notes=(*entry.notes, *notes),
        settings=entry.settings,
        tied=entry.tied,
        saml=None if entry.saml is None else SamlHints(**entry.saml.model_dump()),
    )
