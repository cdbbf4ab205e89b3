"""How does a program make or change a user with values of their types, and not with typed texts?"""

from collections.abc import Callable, Mapping
from datetime import datetime

from instep.admin.users import find_user
from instep.directory.attributes import (
    MANAGER,
    AttributeType,
    AttributeValue,
    SourceAttribute,
    attribute_named,
    problem_with_text,
)
from instep.directory.errors import BadValue, NameTaken
from instep.directory.ports import Directory, DirectoryReading
from instep.directory.users import User, create_user, edit_user, require_live

_NAME = "userPrincipalName"
_MOST_VALUES = 500


def make_user(
    directory: Directory,
    values: Mapping[str, object],
    new_id: Callable[[], str],
    actor: str,
    now: datetime,
) -> User:
    """Make a user of source attributes with values. Raises BadValue, or NameTaken."""
    edit = checked(values)
    with directory.writing(actor) as writing:
        created = create_user(new_id(), edit, now)
        require_free_name(writing, created.user)
        writing.save_user(created)
        return created.user


def change_user(directory: Directory, who: str, values: Mapping[str, object], actor: str, now: datetime) -> User:
    """Give a live user's attributes other values; None clears. Raises BadValue, NameTaken, NotFound or NotPossible."""
    edit = checked(values)
    with directory.writing(actor) as writing:
        user = find_user(writing, who)
        require_live(user)
        edited = edit_user(user, edit, now)
        require_free_name(writing, edited.user)
        writing.save_user(edited)
        return edited.user


def set_manager(directory: Directory, who: str, manager: str | None, actor: str, now: datetime) -> User:
    """Name the manager of a live user, or nobody. Raises BadValue, NotFound or NotPossible."""
    with directory.writing(actor) as writing:
        user = find_user(writing, who)
        require_live(user)
        found = None if manager is None else find_user(writing, manager)
        if found is not None:
            require_live(found)
            if found.id == user.id:
                raise BadValue(f"{user.user_principal_name} cannot be their own manager; name another user.")
        edited = edit_user(user, {MANAGER: None if found is None else found.id}, now)
        writing.save_user(edited)
        return edited.user


def checked(values: Mapping[str, object]) -> dict[str, AttributeValue | None]:
    """Return the values of source attributes, each of its type. Raises BadValue, which names the attribute."""
    return {name: _checked(attribute_named(name), value) for name, value in values.items()}


def _checked(attribute: SourceAttribute, value: object) -> AttributeValue | None:
    match attribute.type, value:
        case _, None:
            return None
        case AttributeType.BOOLEAN, bool():
            return value
        case AttributeType.STRING, str():
            return _text(attribute, value).strip() if attribute.name == _NAME else _text(attribute, value)
        case AttributeType.STRINGS, list() | tuple() if all(isinstance(each, str) for each in value):
            if len(value) > _MOST_VALUES:
                raise BadValue(f"{attribute.name} takes {_MOST_VALUES} values at most, not {len(value)}.")
            return tuple(_text(attribute, str(each)) for each in value) or None
    wanted = {
        AttributeType.BOOLEAN: "true or false",
        AttributeType.STRING: "a text",
        AttributeType.STRINGS: "a list of texts",
    }[attribute.type]
    raise BadValue(f"{attribute.name} takes {wanted}.")


def _text(attribute: SourceAttribute, text: str) -> str:
    problem = problem_with_text(text)
    if problem:
        raise BadValue(f"{attribute.name}: {problem}")
    return text


def require_free_name(reading: DirectoryReading, user: User) -> None:
    """Raise NameTaken where another live user has the userPrincipalName, or BadValue where there is none."""
    name = user.user_principal_name
    if not name:
        raise BadValue("A user needs a userPrincipalName.")
    if reading.holder_of_name(name, other_than=user.id) is not None:
        raise NameTaken("Another object with the same value for property userPrincipalName already exists.")
