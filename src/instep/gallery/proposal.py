"""Which mappings does an application start with whose sources are not published?

It publishes its target attributes at most. Where the custom SCIM application's mapping has a source for one of them,
that is the proposal; the others stay unmapped, and the administrator is told which.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute

NO_ATTRIBUTE_TABLE = (
    "The attributes of this application are not published, so it starts with the mapping of the custom SCIM "
    "application. Compare that with the application's own documentation before you start provisioning."
)
PROPOSED_SOURCES = (
    "This application publishes its attributes but not their sources. The sources are those of the custom SCIM "
    "application; look through them before you start provisioning."
)
APP_ROLES = (
    "A user's app role is sent by the expression SingleAppRoleAssignment([appRoleAssignments]); use it only with the "
    "scope of assigned users and groups."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The mappings proposed for an attribute table, and the targets for which there is no proposal."""

    mappings: tuple[AttributeMapping, ...]
    without_source: tuple[str, ...]


def propose(attributes: Iterable[TargetAttribute], known: Iterable[AttributeMapping]) -> Proposal:
    """Take the known mapping of each attribute, in the order of the attributes."""
    by_target = {mapping.target: mapping for mapping in known}
    names = [attribute.name for attribute in attributes]
    return Proposal(
        mappings=tuple(by_target[name] for name in names if name in by_target),
        without_source=tuple(name for name in names if name not in by_target),
    )


def notes_on(proposal: Proposal, attributes: Iterable[TargetAttribute]) -> tuple[str, ...]:
    """What the administrator should know about the targets that stay unmapped; the required ones first."""
    required = {attribute.name for attribute in attributes if attribute.required}
    missing = [name for name in proposal.without_source if name in required]
    optional = [name for name in proposal.without_source if name not in required]
    notes = [PROPOSED_SOURCES]
    if missing:
        notes.append(
            f"The application requires what nothing is mapped to yet; map it before you start: {', '.join(missing)}."
        )
    if optional:
        notes.append(f"Not mapped, because no source is known: {', '.join(optional)}. Map what you need.")
    if any(name.startswith("roles[") for name in proposal.without_source):
        notes.append(APP_ROLES)
    return tuple(notes)
