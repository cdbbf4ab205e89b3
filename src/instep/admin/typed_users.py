"""What becomes of a user whose attributes were typed into a form, and what is wrong with each of them?

What cannot be taken is told for every attribute at once, and then nothing is changed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from instep.admin.users import find_user
from instep.directory.attributes import MANAGER, AttributeValue, attribute_named, parse_value
from instep.directory.errors import BadValue, NotFound
from instep.directory.ports import Directory, DirectoryReading
from instep.directory.users import EditedUser, User, create_user, edit_user, require_live

NAME = "userPrincipalName"
_NEEDED = {NAME: "Give the name with which this person signs in.", "displayName": "Give the name that others see."}


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed: what is wrong, by attribute."""

    problems: Mapping[str, str]


@dataclass(slots=True)
class _Typed:
    """Texts that were typed, as values."""

    edit: dict[str, AttributeValue | None] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def add_user(
    directory: Directory, texts: Mapping[str, str], new_id: Callable[[], str], actor: str, now: datetime
) -> EditedUser | Refused:
    """Make a user of these texts by attribute; `manager` is an id or a userPrincipalName, a blank text says nothing."""
    with directory.writing(actor) as writing:
        typed = _read(writing, {**dict.fromkeys(_NEEDED, ""), **texts}, None)
        if typed.problems:
            return Refused(typed.problems)
        created = create_user(new_id(), typed.edit, now)
        writing.save_user(created)
        return created


def save_user(
    directory: Directory, user_id: str, texts: Mapping[str, str], actor: str, now: datetime
) -> EditedUser | Refused:
    """Give a live user these values; a blank text clears. Raises NotFound, or NotPossible for a deleted user."""
    with directory.writing(actor) as writing:
        user = find_user(writing, user_id)
        require_live(user)
        typed = _read(writing, texts, user)
        if typed.problems:
            return Refused(typed.problems)
        edited = edit_user(user, typed.edit, now)
        writing.save_user(edited)
        return edited


def _read(reading: DirectoryReading, texts: Mapping[str, str], user: User | None) -> _Typed:
    typed = _Typed()
    for name, text in texts.items():
        try:
            typed.edit[name] = _manager(reading, text, user) if name == MANAGER else _value(name, text)
        except (BadValue, NotFound) as problem:
            typed.problems[name] = str(problem)
        if name in _NEEDED and name not in typed.problems and typed.edit[name] is None:
            typed.problems[name] = _NEEDED[name]
    if NAME in typed.edit and NAME not in typed.problems:
        holder = reading.holder_of_name(str(typed.edit[NAME]), other_than="" if user is None else user.id)
        if holder is not None:
            typed.problems[NAME] = "Somebody else has this name already. Names are compared without their letter case."
    return typed


def _value(name: str, text: str) -> AttributeValue | None:
    attribute = attribute_named(name)
    value = parse_value(attribute, text)
    return value.strip() if isinstance(value, str) and attribute.name == NAME else value


def _manager(reading: DirectoryReading, who: str, user: User | None) -> str | None:
    if not who.strip():
        return None
    manager = find_user(reading, who)
    if manager.deleted_at is not None:
        raise BadValue(f"{manager.user_principal_name} is deleted; name somebody else.")
    if user is not None and manager.id == user.id:
        raise BadValue("Nobody is their own manager; name somebody else.")
    return manager.id
