"""How does a program make or change a group with values of their types, and with its members?"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from instep.admin.groups import find_group
from instep.admin.users import find_user
from instep.directory.attributes import AttributeValue, problem_with_text
from instep.directory.definitions import find_group_attribute
from instep.directory.errors import BadValue, NameTaken, NotFound
from instep.directory.groups import DISPLAY_NAME, Group, create_group, edit_group, require_editable, require_nestable
from instep.directory.ports import Directory, DirectoryReading, DirectoryWriting
from instep.directory.users import User, require_live

LONGEST_NAME = 256


def make_group(
    directory: Directory,
    values: Mapping[str, object],
    members: Sequence[str],
    new_id: Callable[[], str],
    actor: str,
    now: datetime,
) -> Group:
    """Make a group with attributes and direct members, all or nothing. Raises BadValue, NameTaken or NotFound."""
    edit = checked_values(values)
    name = edit.get(DISPLAY_NAME)
    if not name:
        raise BadValue("A group needs a displayName.")
    with directory.writing(actor) as writing:
        require_free_group_name(writing, str(name), None)
        created = create_group(new_id(), str(name), now)
        writing.save_group(created)
        edited = edit_group(created.group, edit, now)
        if edited.changes:
            writing.save_group(edited)
        for member in members:
            _add(writing, edited.group, member, now)
        return edited.group


def change_group(
    directory: Directory, who: str, values: Mapping[str, object], members: Sequence[str], actor: str, now: datetime
) -> Group:
    """Give a group's attributes other values (None clears), and add members. Raises as `make_group` does."""
    edit = checked_values(values)
    with directory.writing(actor) as writing:
        group = find_group(writing, who)
        if DISPLAY_NAME in edit:
            if not edit[DISPLAY_NAME]:
                raise BadValue("A group needs a displayName.")
            require_free_group_name(writing, str(edit[DISPLAY_NAME]), group.id)
        edited = edit_group(group, edit, now)
        if edited.changes:
            writing.save_group(edited)
        for member in members:
            _add(writing, edited.group, member, now)
        return edited.group


def add_to_group(directory: Directory, who: str, member: str, actor: str, now: datetime) -> None:
    """Make a user or a group a direct member. Raises AlreadyMember, NotFound or NotPossible."""
    with directory.writing(actor) as writing:
        _add(writing, find_group(writing, who), member, now)


def remove_from_group(directory: Directory, who: str, member: str, actor: str, now: datetime) -> None:
    """End a direct membership. Raises NotFound where there is none."""
    with directory.writing(actor) as writing:
        group = find_group(writing, who)
        require_editable(group)
        found = _member(writing, member)
        if isinstance(found, User) and writing.is_member(group.id, found.id):
            writing.remove_member(group.id, found.id, now)
        elif isinstance(found, Group) and found in writing.groups_in(group.id):
            writing.unnest_group(group.id, found.id, now)
        else:
            raise NotFound(f"{member} is no direct member of {group.display_name}.")


class AlreadyMember(BadValue):
    """Whoever is to be added to a group is in it."""


def _add(writing: DirectoryWriting, group: Group, member: str, now: datetime) -> None:
    found = _member(writing, member)
    if isinstance(found, User):
        require_editable(group)
        require_live(found)
        _require_new(group, found.user_principal_name, is_in=writing.is_member(group.id, found.id))
        writing.add_member(group.id, found.id, now)
    else:
        require_nestable(group, found)
        _require_new(group, found.display_name, is_in=found in writing.groups_in(group.id))
        writing.nest_group(group.id, found.id, now)


def _member(reading: DirectoryReading, member: str) -> User | Group:
    group = reading.group(member)
    return group if group is not None and group.deleted_at is None else find_user(reading, member)


def _require_new(group: Group, name: str, *, is_in: bool) -> None:
    if is_in:
        raise AlreadyMember(f"{name} is a member of {group.display_name} already.")


def checked_values(values: Mapping[str, object]) -> dict[str, AttributeValue | None]:
    """Return the values of a group's attributes, each of its type. Raises BadValue, which names the attribute."""
    return {name: _value(name, value) for name, value in values.items()}


def _value(name: str, value: object) -> AttributeValue | None:
    try:
        known = find_group_attribute(name)
    except LookupError as unknown:
        raise BadValue(f"{unknown.args[0]}.") from None
    match known.type, known.multivalued, value:
        case _, _, None:
            return None
        case "Boolean", _, bool():
            return value
        case "String", False, str():
            return _text(name, value)
        case "String", True, list() | tuple() if all(isinstance(each, str) for each in value):
            return tuple(_text(name, str(each)) for each in value) or None
    raise BadValue(f"{name} does not take {type(value).__name__}.")


def _text(name: str, text: str) -> str:
    text = text.strip() if name == DISPLAY_NAME else text
    if name == DISPLAY_NAME and len(text) > LONGEST_NAME:
        raise BadValue(f"A group's name has {LONGEST_NAME} characters at most.")
    problem = problem_with_text(text)
    if problem:
        raise BadValue(f"{name}: {problem}")
    return text


def require_free_group_name(reading: DirectoryReading, name: str, besides: str | None) -> None:
    """Raise NameTaken where another group has the name, in any letter case."""
    taken = [group for group in reading.groups_named(name) if group.id != besides]
    if taken:
        raise NameTaken(f"There is a group {taken[0].display_name} already ({taken[0].id}); choose another name.")
