"""Who is this about? A user of the directory, as the rules see one for one application."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SourceValue = str | bool | tuple[str, ...]


class Presence(StrEnum):
    """Where the directory has a user."""

    LIVE = "live"
    SOFT_DELETED = "soft-deleted"  # in the recycle bin, for 30 days
    PURGED = "purged"  # hard-deleted: only the change log and the link remember


@dataclass(frozen=True, slots=True)
class SourceUser:
    """One user with what the decisions about one application need.

    `roles` are the names of the enabled app roles held, directly or through a direct membership;
    `has_default_access` says that Default Access is among the assignments (engine.md 3.3).
    """

    id: str
    presence: Presence
    attributes: Mapping[str, SourceValue]
    manager_id: str | None
    roles: tuple[str, ...]
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
