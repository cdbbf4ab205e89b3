"""Who is this about? A user of the directory, as the rules see one for one application."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from instep.rules.mapping.expressions import Value

SourceValue = str | bool | tuple[str, ...]
SourceRole = Mapping[str, str]  # an app role: id, value (empty for one that has none), displayName
_GUEST_MARK = "#EXT#"


class Presence(StrEnum):
    """Where the directory has a user."""

    LIVE = "live"
    SOFT_DELETED = "soft-deleted"  # in the recycle bin, for 30 days
    PURGED = "purged"  # hard-deleted: only the change log and the link remember


@dataclass(frozen=True, slots=True)
class SourceUser:
    """One user with what the decisions about one application need.

    `roles` are the enabled app roles held, directly or through a direct membership, by their names;
    `has_default_access` says that Default Access is among the assignments (engine.md 3.3).
    """

    id: str
    presence: Presence
    attributes: Mapping[str, SourceValue]
    manager_id: str | None
    roles: tuple[SourceRole, ...]
    has_default_access: bool

    @property
    def name(self) -> str:
        """The user principal name, or the id where even that is no longer known."""
        name = self.attributes.get("userPrincipalName")
        return name if isinstance(name, str) else self.id

    @property
    def is_enabled(self) -> bool:
        """Whether the directory lets the user sign in (`accountEnabled`; absent counts as enabled)."""
        return self.attributes.get("accountEnabled") is not False

    def named_attributes(self) -> "dict[str, Value]":
        """Return the attributes by the names that mappings and scoping filters use, but for what is computed later.

        A guest's userPrincipalName loses what follows `#EXT#`; originalUserPrincipalName keeps the stored form.
        """
        values: dict[str, Value] = {**self.attributes, "objectId": self.id}
        name = self.attributes.get("userPrincipalName")
        if isinstance(name, str):
            values["originalUserPrincipalName"] = name
            if _GUEST_MARK in name:
                values["userPrincipalName"] = guest_name(name)
        return values


def guest_name(stored: str) -> str:
    """Return `alias@theirdomain` for a stored `alias_theirdomain#EXT#@yourdomain` (mappings.md 1.5)."""
    alias, underscore, domain = stored.partition(_GUEST_MARK)[0].rpartition("_")
    return f"{alias}@{domain}" if underscore else stored
