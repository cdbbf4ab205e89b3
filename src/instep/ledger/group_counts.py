"""What has a cycle done so far to groups and their members?"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields


@dataclass(slots=True)
class GroupCounts:
    """The keys by which a cycle's summary has them; `groups` are those that had their turn."""

    groups: int = 0
    groups_created: int = 0
    groups_updated: int = 0
    groups_deleted: int = 0
    groups_skipped: int = 0
    groups_held: int = 0
    groups_failed: int = 0
    groups_with_refused_members: int = 0  # of those that failed
    memberships_added: int = 0
    memberships_removed: int = 0
    memberships_held: int = 0

    def as_document(self) -> dict[str, int]:
        """Return the counts as they are stored and printed."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> "GroupCounts":
        """Return the counts that `as_document` wrote, picked from a document that has others too."""
        found = {each.name: document.get(each.name) for each in fields(cls)}
        return cls(**{name: value for name, value in found.items() if isinstance(value, int)})
