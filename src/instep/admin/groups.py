"""What can an administrator do with groups and their direct members?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import Enum

from instep.admin.users import find_user
from instep.directory.attributes import (
    AttributeType,
    AttributeValue,
    SourceAttribute,
    parse_value,
    problem_with_text,
)
from instep.directory.definitions import find_group_attribute
from instep.directory.errors import BadValue, NameTaken, NotFound
from instep.directory.groups import (
    ALL_USERS,
    DISPLAY_NAME,
    EditedGroup,
    Group,
    create_group,
    edit_group,
    require_editable,
    require_nestable,
)
from instep.directory.groups import delete_group as edit_to_delete
from instep.directory.ports import Directory, DirectoryReading
from instep.directory.users import User, require_live

LONGEST_NAME = 256


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A group and how many live direct members it has."""

    group: Group
    members: int


class Membership(Enum):
    """What became of a wish about a membership."""

    CHANGED = "changed"
    AS_IT_WAS = "as it was"


@dataclass(frozen=True, slots=True)
class MemberEdit:
    """Who was to be a member of what, or no longer: a user or a group."""

    group: Group
    member: User | Group
    outcome: Membership

    @property
    def name(self) -> str:
        """What the member is called."""
        return self.member.display_name if isinstance(self.member, Group) else self.member.user_principal_name


def find_group(reading: DirectoryReading, who: str) -> Group:
    """Return the group of that id or name, *All users* too; raise NotFound with near matches."""
    by_id = reading.group(who.strip())
    if by_id is not None and by_id.deleted_at is None:
        return by_id
    named = reading.groups_named(who)
    if named:
        return named[0]
    names = {group.display_name.casefold(): group.display_name for group in (ALL_USERS, *reading.groups())}
    near = [names[key] for key in get_close_matches(who.strip().casefold(), names, n=3)]
    meant = f" Did you mean {' or '.join(near)}?" if near else " 'groups list' shows all."
    raise NotFound(f"There is no group {who!r} by id or name.{meant}")


def list_groups(directory: Directory) -> list[ListedGroup]:
    """Return every group, the built-in one first."""
    with directory.reading() as reading:
        return [ListedGroup(group, reading.count_members(group.id)) for group in (ALL_USERS, *reading.groups())]


def add_group(directory: Directory, name: str, new_id: Callable[[], str], actor: str, now: datetime) -> Group:
    """Make a group without members; raise NameTaken where one has that name in any letter case."""
    name = checked_name(name)
    with directory.writing(actor) as writing:
        _require_free(writing, name)
        created = create_group(new_id(), name, now)
        writing.save_group(created)
        return created.group


def set_group(directory: Directory, who: str, texts: Mapping[str, str], actor: str, now: datetime) -> EditedGroup:
    """Give attributes of a group the values of these texts; a blank text clears.

    Raises BadValue, or NameTaken where another group has the displayName in any letter case.
    """
    edit = dict(map(value_of, texts.items()))
    with directory.writing(actor) as writing:
        group = find_group(writing, who)
        if (name := edit.get(DISPLAY_NAME)) is not None:
            _require_free(writing, str(name), besides=group.id)
        edited = edit_group(group, edit, now)
        if edited.changes:
            writing.save_group(edited)
        return edited


def delete_group(directory: Directory, who: str, actor: str, now: datetime) -> Group:
    """Delete a group for good; its members remain users."""
    with directory.writing(actor) as writing:
        deleted = edit_to_delete(find_group(writing, who), now)
        writing.save_group(deleted)
        return deleted.group


def add_member(directory: Directory, group_name: str, who: str, actor: str, now: datetime) -> MemberEdit:
    """Make a live user a direct member."""
    with directory.writing(actor) as writing:
        group, user = find_group(writing, group_name), find_user(writing, who)
        require_editable(group)
        require_live(user)
        if writing.is_member(group.id, user.id):
            return MemberEdit(group, user, Membership.AS_IT_WAS)
        writing.add_member(group.id, user.id, now)
        return MemberEdit(group, user, Membership.CHANGED)


def remove_member(directory: Directory, group_name: str, who: str, actor: str, now: datetime) -> MemberEdit:
    """End a direct membership, also of a user in the recycle bin."""
    with directory.writing(actor) as writing:
        group, user = find_group(writing, group_name), find_user(writing, who)
        require_editable(group)
        if not writing.is_member(group.id, user.id):
            return MemberEdit(group, user, Membership.AS_IT_WAS)
        writing.remove_member(group.id, user.id, now)
        return MemberEdit(group, user, Membership.CHANGED)


def nest_group(directory: Directory, group_name: str, nested_name: str, actor: str, now: datetime) -> MemberEdit:
    """Make a group a direct member of another; they may contain each other, but no group contains itself."""
    with directory.writing(actor) as writing:
        group, nested = find_group(writing, group_name), find_group(writing, nested_name)
        require_nestable(group, nested)
        if nested in writing.groups_in(group.id):
            return MemberEdit(group, nested, Membership.AS_IT_WAS)
        writing.nest_group(group.id, nested.id, now)
        return MemberEdit(group, nested, Membership.CHANGED)


def unnest_group(directory: Directory, group_name: str, nested_name: str, actor: str, now: datetime) -> MemberEdit:
    """End a group's direct membership of another."""
    with directory.writing(actor) as writing:
        group, nested = find_group(writing, group_name), find_group(writing, nested_name)
        require_nestable(group, nested)
        if nested not in writing.groups_in(group.id):
            return MemberEdit(group, nested, Membership.AS_IT_WAS)
        writing.unnest_group(group.id, nested.id, now)
        return MemberEdit(group, nested, Membership.CHANGED)


def value_of(pair: tuple[str, str]) -> tuple[str, AttributeValue | None]:
    """Return an attribute's name and the value that a text stands for."""
    name, text = pair
    if name == DISPLAY_NAME:
        return name, checked_name(text)
    try:
        known = find_group_attribute(name)
    except LookupError as unknown:
        raise BadValue(f"{unknown.args[0]}.") from None
    if name in ("objectId", "members"):
        raise BadValue(f"{name} cannot be set; members are added and removed by 'groups members'.")
    single = AttributeType.BOOLEAN if known.type == "Boolean" else AttributeType.STRING
    kind = AttributeType.STRINGS if known.multivalued else single
    return name, parse_value(SourceAttribute(name, kind), text)


def checked_name(name: str) -> str:
    """Return a name without blanks around it; raises BadValue for one that no group may have."""
    name = name.strip()
    problem = problem_with_text(name)
    if not name or problem or len(name) > LONGEST_NAME:
        raise BadValue(problem or f"A group needs a name of 1 to {LONGEST_NAME} characters.")
    return name


def _require_free(reading: DirectoryReading, name: str, besides: str | None = None) -> None:
    taken = [group for group in reading.groups_named(name) if group.id != besides]
    if taken:
        raise NameTaken(f"There is a group {taken[0].display_name} already ({taken[0].id}); choose another name.")
