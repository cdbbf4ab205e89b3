"""What is a group, and what does each edit of one change?

Members are direct ones only: users, and other groups. They are read from the directory, not kept in the value: a group
may have 100,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from instep.directory.attributes import AttributeValue
from instep.directory.changes import Change, ChangeKind
from instep.directory.errors import NotPossible

ALL_USERS_GROUP_ID = "all-users"
ALL_USERS_NAME = "All users"
DISPLAY_NAME = "displayName"

Edit = Mapping[str, AttributeValue | None]  # attribute -> new value, None clears


@dataclass(frozen=True, slots=True)
class Group:
    """A group; a deleted one keeps its members in the table until every job has read its deletion."""

    id: str
    display_name: str
    attributes: Mapping[str, AttributeValue]
    created_at: datetime
    deleted_at: datetime | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether this is *All users*, whose members are all live users, later ones too."""
        return self.id == ALL_USERS_GROUP_ID


ALL_USERS = Group(ALL_USERS_GROUP_ID, ALL_USERS_NAME, {}, datetime(1970, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class EditedGroup:
    """A group after an edit, and what the edit changed."""

    group: Group
    changes: tuple[Change, ...]


def create_group(group_id: str, display_name: str, now: datetime) -> EditedGroup:
    """Return a new group without members."""
    group = Group(group_id, display_name, {}, now)
    return EditedGroup(group, (Change(ChangeKind.GROUP_CREATED, now, group_id=group_id),))


def edit_group(group: Group, edit: Edit, now: datetime) -> EditedGroup:
    """Return the group with other attributes; that a new displayName is free must be known before."""
    require_editable(group)
    before: dict[str, AttributeValue] = {**group.attributes, DISPLAY_NAME: group.display_name}
    differences = {name: (before.get(name), after) for name, after in edit.items() if before.get(name) != after}
    if not differences:
        return EditedGroup(group, ())
    kept = {name: value for name, value in {**group.attributes, **edit}.items() if value is not None}
    display_name = str(kept.pop(DISPLAY_NAME, group.display_name))
    change = Change(ChangeKind.GROUP_UPDATED, now, group_id=group.id, attributes=differences)
    return EditedGroup(replace(group, display_name=display_name, attributes=kept), (change,))


def delete_group(group: Group, now: datetime) -> EditedGroup:
    """Return the group deleted; groups have no recycle bin."""
    require_editable(group)
    kept = {"displayName": (group.display_name, None)}
    change = Change(ChangeKind.GROUP_DELETED, now, group_id=group.id, attributes=kept)
    return EditedGroup(replace(group, deleted_at=now), (change,))


def require_editable(group: Group) -> None:
    """Raise NotPossible for the built-in group."""
    if group.is_built_in:
        raise NotPossible(f"{ALL_USERS_NAME} is built in: it always has every user and cannot be changed.")


def require_nestable(group: Group, nested: Group) -> None:
    """Raise NotPossible for the built-in group on either side, and for a group in itself."""
    require_editable(group)
    require_editable(nested)
    if group.id == nested.id:
        raise NotPossible(f"{group.display_name} cannot be a member of itself.")
