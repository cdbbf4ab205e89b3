"""What becomes of a group that another identity provider pushes into the directory (decision 88)?"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from instep.admin.group_values import checked_values, require_free_group_name
from instep.directory.errors import BadValue, NotFound
from instep.directory.groups import (
    DISPLAY_NAME,
    Group,
    create_group,
    delete_group,
    edit_group,
    require_editable,
    require_nestable,
)
from instep.directory.ports import Directory, DirectoryReading, DirectoryWriting
from instep.scim.edits import Verb
from instep.scim.memberships import MemberStep

_EVERYONE = 10**9


@dataclass(frozen=True, slots=True)
class GroupChange:
    """Other attributes, None clears, and then what becomes of the members."""

    values: Mapping[str, object]
    members: Sequence[MemberStep] = ()


Change = Callable[[DirectoryReading, Group], GroupChange]
"""Looks at a group inside the transaction, and says what is to be changed, or raises."""


def push_group(
    directory: Directory, wanted: GroupChange, new_id: Callable[[], str], actor: str, now: datetime
) -> Group:
    """Make a group with its members, all or nothing. Raises BadValue or NameTaken."""
    edit = checked_values(wanted.values)
    name = str(edit.get(DISPLAY_NAME) or "")
    if not name:
        raise BadValue("A group needs a displayName.")
    with directory.writing(actor) as writing:
        require_free_group_name(writing, name, None)
        created = create_group(new_id(), name, now)
        writing.save_group(created)
        edited = edit_group(created.group, edit, now)
        if edited.changes:
            writing.save_group(edited)
        _change_members(writing, edited.group, wanted.members, now)
        return edited.group


def change_pushed_group(directory: Directory, group_id: str, change: Change, actor: str, now: datetime) -> Group:
    """Change a group, all or nothing. Raises NotFound, BadValue, NameTaken, or what `change` raises."""
    with directory.writing(actor) as writing:
        group = pushable_group(writing, group_id)
        wanted = change(writing, group)
        edit = checked_values(wanted.values)
        if DISPLAY_NAME in edit:
            require_free_group_name(writing, str(edit[DISPLAY_NAME]), group.id)
        edited = edit_group(group, edit, now)
        if edited.changes:
            writing.save_group(edited)
        _change_members(writing, edited.group, wanted.members, now)
        return edited.group


def remove_pushed_group(
    directory: Directory, group_id: str, check: Callable[[DirectoryReading, Group], object], actor: str, now: datetime
) -> None:
    """Delete a group; its members remain users. Raises NotFound, or what `check` raises."""
    with directory.writing(actor) as writing:
        group = pushable_group(writing, group_id)
        check(writing, group)
        writing.save_group(delete_group(group, now))


def pushable_group(reading: DirectoryReading, group_id: str) -> Group:
    """Return the group of exactly that id. Raises NotFound, also for a deleted one, and for *All users*."""
    group = reading.group(group_id)
    if group is None or group.deleted_at is not None or group.is_built_in:
        raise NotFound(f"There is no group with the id {group_id!r}.")
    return group


def _change_members(writing: DirectoryWriting, group: Group, steps: Iterable[MemberStep], now: datetime) -> None:
    for step in steps:
        require_editable(group)
        members = _Members(writing, group, now)
        match step.verb:
            case Verb.ADD:
                members.add(step.ids)
            case Verb.REMOVE:
                members.remove(step.ids)
            case Verb.REPLACE:
                present = set(writing.following.member_ids(group.id, "", _EVERYONE))
                members.remove(sorted(present.difference(step.ids)))
                members.add([each for each in step.ids if each not in present])


@dataclass(frozen=True, slots=True)
class _Members:
    writing: DirectoryWriting
    group: Group
    now: datetime

    def add(self, ids: Iterable[str]) -> None:
        """Make these direct members. Raises BadValue for an id that nobody has."""
        for member_id in ids:
            nested = self._nested(member_id)
            user = None if nested is not None else self.writing.user(member_id)
            if nested is not None:
                require_nestable(self.group, nested)
                if nested not in self.writing.groups_in(self.group.id):
                    self.writing.nest_group(self.group.id, nested.id, self.now)
            elif user is None or user.deleted_at is not None:
                raise BadValue(f"members: there is no user and no group with the id {member_id!r}; push it first.")
            elif not self.writing.is_member(self.group.id, user.id):
                self.writing.add_member(self.group.id, user.id, self.now)

    def remove(self, ids: Iterable[str]) -> None:
        """End direct memberships; who is no member is none afterwards."""
        for member_id in ids:
            nested = self._nested(member_id)
            if nested is not None and nested in self.writing.groups_in(self.group.id):
                self.writing.unnest_group(self.group.id, nested.id, self.now)
            elif nested is None and self.writing.is_member(self.group.id, member_id):
                self.writing.remove_member(self.group.id, member_id, self.now)

    def _nested(self, member_id: str) -> Group | None:
        group = self.writing.group(member_id)
        return None if group is None or group.deleted_at is not None else group
