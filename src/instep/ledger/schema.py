"""What does an administrator configure of how users and groups become accounts: mappings, actions, scoping filters?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from instep.rules.mapping.attribute_mapping import AttributeMapping, TargetAttribute
from instep.rules.planning.target_rules import ALL_ACTIONS, TargetAction
from instep.rules.scoping.filters import ScopingFilter

__all__ = ["ALL_ACTIONS", "ObjectMapping", "Schema", "TargetAction"]


@dataclass(frozen=True, slots=True)
class ObjectMapping:
    """How the users, or the groups, of the directory become those of the target.

    Whoever passes any one of the `filters` is in scope; without filters, everyone is (engine.md 4.1).
    """

    mappings: tuple[AttributeMapping, ...]
    targets: tuple[TargetAttribute, ...]
    actions: frozenset[TargetAction] = ALL_ACTIONS
    filters: tuple[ScopingFilter, ...] = ()
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Schema:
    """An application's copy of its template's mappings, for the administrator to change.

    `groups` is None where the target has no groups; the mapping of users cannot be switched off. `frame` is what a
    document in Graph's form said besides, kept to be said again; nothing of it has an effect.
    """

    users: ObjectMapping
    groups: ObjectMapping | None = None
    frame: Mapping[str, Any] = field(default_factory=dict)
