"""What can happen in a directory, and how is it recorded?

The change log is append-only, and every write adds its rows in the same transaction. A user's state at an earlier
moment is the present one with the later updates taken back, so a creation repeats no values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from instep.directory.attributes import AttributeValue


class ChangeKind(StrEnum):
    """The kinds of rows in the change log."""

    USER_CREATED = "user_created"
    USER_UPDATED = "user_updated"
    USER_DELETED = "user_deleted"  # soft: the user is in the recycle bin
    USER_RESTORED = "user_restored"
    USER_PURGED = "user_purged"  # hard: nothing of the user is left but this row
    GROUP_CREATED = "group_created"
    GROUP_UPDATED = "group_updated"
    GROUP_DELETED = "group_deleted"
    GROUP_NESTED = "group_nested"  # into the group that the row names; `nested_id` is the one that is in it
    GROUP_UNNESTED = "group_unnested"
    MEMBER_ADDED = "member_added"
    MEMBER_REMOVED = "member_removed"
    ASSIGNED = "assigned"  # of an application, to the user or the group that the row names
    UNASSIGNED = "unassigned"
    USER_PROTECTED = "user_protected"  # no job, or that of one application, may disable or delete the account
    USER_UNPROTECTED = "user_unprotected"
    GROUP_PROTECTED = "group_protected"  # likewise, of all members
    GROUP_UNPROTECTED = "group_unprotected"


Before = AttributeValue | None
After = AttributeValue | None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change log, before it has its sequence number.

    `attributes` has what an update changed, as name -> (before, after); `manager` is one of the names, with user ids.
    A purge keeps the user principal name there, the deletion of a group its display name, and an assignment its role by
    id, as `appRole`.
    """

    kind: ChangeKind
    at: datetime
    user_id: str | None = None
    group_id: str | None = None
    app_id: str | None = None
    nested_id: str | None = None
    attributes: Mapping[str, tuple[Before, After]] | None = None


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A row of the change log as it is read back: what happened, by whom."""

    sequence: int
    actor: str
    change: Change
