"""Which group is this about: a group of the directory, as the rules see one for one application?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instep.rules.source_user import Presence, SourceValue

if TYPE_CHECKING:
    from instep.rules.mapping.expressions import Value


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """One group; deleted ones are gone for good, for groups have no recycle bin.

    `roles` are the names of the enabled app roles that the group itself holds; what it holds through another group does
    not count (engine.md 3.2).
    """

    id: str
    presence: Presence
    display_name: str
    attributes: Mapping[str, SourceValue]
    roles: tuple[str, ...]
    has_default_access: bool

    @property
    def is_enabled(self) -> bool:
        """Groups cannot be disabled."""
        return True

    def named_attributes(self) -> "dict[str, Value]":
        """Return the attributes by the names that mappings and scoping filters use; `members` is none of them."""
        return {**self.attributes, "objectId": self.id, "displayName": self.display_name}
