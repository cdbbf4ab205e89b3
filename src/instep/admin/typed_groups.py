"""What becomes of a group whose attributes were typed into a form, and what is wrong with each of them?"""

from collections.abc import Callable, Mapping
from datetime import datetime

from instep.admin.groups import checked_name, find_group, value_of
from instep.admin.typed_users import Refused
from instep.directory.attributes import AttributeValue
from instep.directory.errors import BadValue
from instep.directory.groups import DISPLAY_NAME, EditedGroup, create_group, edit_group, require_editable
from instep.directory.ports import Directory, DirectoryReading


def add_group(
    directory: Directory, texts: Mapping[str, str], new_id: Callable[[], str], actor: str, now: datetime
) -> EditedGroup | Refused:
    """Make a group without members of these texts by attribute."""
    with directory.writing(actor) as writing:
        edit = _read(writing, texts, None)
        if isinstance(edit, Refused):
            return edit
        created = create_group(new_id(), str(edit.pop(DISPLAY_NAME)), now)
        writing.save_group(created)
        edited = edit_group(created.group, {name: value for name, value in edit.items() if value is not None}, now)
        if edited.changes:
            writing.save_group(edited)
        return EditedGroup(edited.group, created.changes + edited.changes)


def save_group(
    directory: Directory, group_id: str, texts: Mapping[str, str], actor: str, now: datetime
) -> EditedGroup | Refused:
    """Give a group these values; a blank text clears. Raises NotFound, or NotPossible for *All users*."""
    with directory.writing(actor) as writing:
        group = find_group(writing, group_id)
        require_editable(group)
        edit = _read(writing, texts, group.id)
        if isinstance(edit, Refused):
            return edit
        edited = edit_group(group, edit, now)
        if edited.changes:
            writing.save_group(edited)
        return edited


def _read(
    reading: DirectoryReading, texts: Mapping[str, str], group_id: str | None
) -> dict[str, AttributeValue | None] | Refused:
    edit: dict[str, AttributeValue | None] = {}
    problems: dict[str, str] = {}
    for name, text in texts.items():
        try:
            edit[name] = checked_name(text) if name == DISPLAY_NAME else value_of((name, text))[1]
        except BadValue as problem:
            problems[name] = str(problem)
    if DISPLAY_NAME not in problems:
        others = [group for group in reading.groups_named(str(edit[DISPLAY_NAME])) if group.id != group_id]
        if others:
            problems[DISPLAY_NAME] = (
                "Another group has this name already. Names are compared without their letter case."
            )
    return Refused(problems) if problems else edit
