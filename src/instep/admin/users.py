"""What can an administrator do with one user, and how is a user found by what the administrator typed?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from instep.directory.attributes import (
    MANAGER,
    AttributeValue,
    SourceAttribute,
    attribute_named,
    parse_value,
    problem_with_text,
)
from instep.directory.changes import Change, ChangeKind
from instep.directory.errors import BadValue, NameTaken, NotFound, NotPossible
from instep.directory.groups import Group
from instep.directory.ports import Directory, DirectoryReading, DirectoryWriting
from instep.directory.users import (
    EditedUser,
    User,
    edit_user,
    expiry_of_recycle_bin,
    name_key,
    purge_change,
    require_live,
    restore_user,
    soft_delete_user,
)

PURGES_A_TRANSACTION = 200
ACTOR_OF_THE_SERVICE = "instep"


@dataclass(frozen=True, slots=True)
class UserDetails:
    """All that the directory knows of a user."""

    user: User
    manager: User | None
    groups: tuple[Group, ...]


def find_user(reading: DirectoryReading, who: str) -> User:
    """Return the user of that id or userPrincipalName: a live one first, else the one in the recycle bin."""
    by_id = reading.user(who.strip()) or reading.user(who.strip().lower())
    if by_id is not None:
        return by_id
    named = reading.users_named(who)
    if named and (len(named) == 1 or named[0].deleted_at is None):
        return named[0]
    raise _not_found(reading, who, named)


def find_deleted_user(reading: DirectoryReading, who: str) -> User:
    """Return the user of that id or userPrincipalName in the recycle bin, also where a live user has the name now."""
    user = find_user(reading, who)
    if user.deleted_at is not None:
        return user
    deleted = [other for other in reading.users_named(who) if other.deleted_at is not None]
    if len(deleted) == 1:
        return deleted[0]
    if deleted:
        raise _several(who, deleted)
    raise NotPossible(f"{user.user_principal_name} is not deleted, so there is nothing to restore or to purge.")


def show_user(directory: Directory, who: str) -> UserDetails:
    """Return a user with the manager and the groups."""
    with directory.reading() as reading:
        user = find_user(reading, who)
        manager = reading.user(user.manager_id) if user.manager_id else None
        return UserDetails(user, manager, tuple(reading.groups_of(user.id)))


def set_user(directory: Directory, who: str, texts: Mapping[str, str], actor: str, now: datetime) -> EditedUser:
    """Give attributes the values of these texts; a blank text clears. `manager` is an id or a userPrincipalName."""
    with directory.writing(actor) as writing:
        user = _live_user(writing, who)
        edit: dict[str, AttributeValue | None] = {}
        for name, text in texts.items():
            if name.casefold() == MANAGER:
                edit[MANAGER] = _manager_id(writing, user, text)
            else:
                attribute = attribute_named(name)
                edit[attribute.name] = _value(attribute, text)
        _require_free_name(writing, user, edit)
        return _saved(writing, edit_user(user, edit, now))


def enable_user(directory: Directory, who: str, actor: str, now: datetime) -> EditedUser:
    """Let the user sign in again."""
    with directory.writing(actor) as writing:
        return _saved(writing, edit_user(_live_user(writing, who), {"accountEnabled": True}, now))


def disable_user(directory: Directory, who: str, actor: str, now: datetime) -> EditedUser:
    """Block the user, who stays in the directory."""
    with directory.writing(actor) as writing:
        return _saved(writing, edit_user(_live_user(writing, who), {"accountEnabled": False}, now))


def delete_user(directory: Directory, who: str, actor: str, now: datetime) -> EditedUser:
    """Move the user to the recycle bin, from where it is purged after 30 days."""
    with directory.writing(actor) as writing:
        return _saved(writing, soft_delete_user(_live_user(writing, who), now))


def restore_deleted_user(directory: Directory, who: str, actor: str, now: datetime) -> EditedUser:
    """Take the user out of the recycle bin; raise NameTaken where another user has the name by now."""
    with directory.writing(actor) as writing:
        user = find_deleted_user(writing, who)
        holder = writing.holder_of_name(user.user_principal_name, other_than=user.id)
        if holder is not None:
            raise NameTaken(
                f"{user.user_principal_name} cannot be restored: user {holder} has this userPrincipalName now. "
                f"Give that user another name first (users set {holder} userPrincipalName=...)."
            )
        return _saved(writing, restore_user(user, now))


def purge_user(directory: Directory, who: str, actor: str, now: datetime) -> User:
    """Delete a user of the recycle bin for good, with memberships and as a manager; return who it was."""
    with directory.writing(actor) as writing:
        user = _find_to_purge(writing, who)
        _purge(writing, user, now)
        return user


def purge_expired(directory: Directory, now: datetime) -> int:
    """Delete everyone for good who was soft-deleted more than 30 days ago; return how many they were."""
    purged = 0
    while True:
        with directory.writing(ACTOR_OF_THE_SERVICE) as writing:
            users = writing.users_deleted_before(expiry_of_recycle_bin(now), PURGES_A_TRANSACTION)
            for user in users:
                _purge(writing, user, now)
        purged += len(users)
        if len(users) < PURGES_A_TRANSACTION:
            return purged


def _purge(writing: DirectoryWriting, user: User, now: datetime) -> None:
    for report in writing.reports_of(user.id):
        writing.save_user(edit_user(report, {MANAGER: None}, now))
    ended = [
        Change(ChangeKind.MEMBER_REMOVED, now, user_id=user.id, group_id=group_id)
        for group_id in writing.memberships_of(user.id)
    ]
    writing.purge_user(user, [*ended, purge_change(user, now)])


def _find_to_purge(writing: DirectoryWriting, who: str) -> User:
    try:
        return find_deleted_user(writing, who)
    except NotPossible:
        raise NotPossible(f"{who} is live; only deleted users can be purged (users delete {who}).") from None


def _live_user(writing: DirectoryWriting, who: str) -> User:
    user = find_user(writing, who)
    require_live(user)
    return user


def _manager_id(writing: DirectoryWriting, user: User, who: str) -> str | None:
    if not who.strip():
        return None
    manager = _live_user(writing, who)
    if manager.id == user.id:
        raise BadValue(f"{user.user_principal_name} cannot be their own manager; name another user.")
    return manager.id


def _value(attribute: SourceAttribute, text: str) -> AttributeValue | None:
    try:
        value = parse_value(attribute, text)
    except BadValue as problem:
        raise BadValue(f"{attribute.name}: {problem}") from None
    return value.strip() if attribute.name == "userPrincipalName" and isinstance(value, str) else value


def _require_free_name(writing: DirectoryWriting, user: User, edit: Mapping[str, AttributeValue | None]) -> None:
    name = edit.get("userPrincipalName")
    if not isinstance(name, str) or name_key(name) == name_key(user.user_principal_name):
        return
    holder = writing.holder_of_name(name, other_than=user.id)
    if holder is not None:
        raise NameTaken(f"{user.user_principal_name} cannot be renamed to {name}: user {holder} has that name.")


def _saved(writing: DirectoryWriting, edited: EditedUser) -> EditedUser:
    writing.save_user(edited)
    return edited


def _not_found(reading: DirectoryReading, who: str, deleted: list[User]) -> NotFound:
    if deleted:
        return _several(who, deleted)
    near = get_close_matches(name_key(who), reading.names_like(who), n=3)
    meant = f" Did you mean {' or '.join(near)}?" if near else " 'users list' shows everyone."
    problem = problem_with_text(who)
    return NotFound(f"There is no user {'with such a name' if problem else who!r} by id or userPrincipalName.{meant}")


def _several(who: str, deleted: list[User]) -> NotFound:
    ids = ", ".join(f"{user.id} (deleted {user.deleted_at:%Y-%m-%d})" for user in deleted[:5])
    return NotFound(f"Several deleted users were called {who}: {ids}. Name one by its id.")
