"""What becomes of a user whom another identity provider pushes into the directory (decisions 86 and 87)?"""

from collections.abc import Callable, Mapping
from datetime import datetime

from instep.admin.user_values import checked, require_free_name
from instep.admin.users import find_user
from instep.directory.attributes import EXTERNAL_ID, MANAGER, AttributeValue
from instep.directory.errors import BadValue, NotFound
from instep.directory.ports import Directory, DirectoryReading
from instep.directory.users import (
    EditedUser,
    User,
    create_user,
    edit_user,
    require_live,
    restore_user,
    soft_delete_user,
)

Values = Mapping[str, object]
"""Source attribute -> value, None clears; `manager` names a user by id or userPrincipalName."""

Change = Callable[[DirectoryReading, User], Values]
"""Looks at a user inside the transaction, and says what is to be changed, or raises."""


def push_user(directory: Directory, values: Values, new_id: Callable[[], str], actor: str, now: datetime) -> User:
    """Make a user, or bring back who left under that name (decision 87). Raises BadValue or NameTaken."""
    with directory.writing(actor) as writing:
        user_id = new_id()
        edit = _edit(writing, values, user_id)
        returning = _who_returns(writing, edit)
        saved = create_user(user_id, edit, now) if returning is None else _restored(returning, edit, now)
        require_free_name(writing, saved.user)
        writing.save_user(saved)
        return saved.user


def change_pushed_user(directory: Directory, user_id: str, change: Change, actor: str, now: datetime) -> User:
    """Change a live user, all or nothing. Raises NotFound, BadValue, NameTaken, or what `change` raises."""
    with directory.writing(actor) as writing:
        user = live_user(writing, user_id)
        edited = edit_user(user, _edit(writing, change(writing, user), user.id), now)
        require_free_name(writing, edited.user)
        writing.save_user(edited)
        return edited.user


def remove_pushed_user(
    directory: Directory, user_id: str, check: Callable[[DirectoryReading, User], object], actor: str, now: datetime
) -> User:
    """Move a live user to the recycle bin. Raises NotFound, or what `check` raises."""
    with directory.writing(actor) as writing:
        user = live_user(writing, user_id)
        check(writing, user)
        deleted = soft_delete_user(user, now)
        writing.save_user(deleted)
        return deleted.user


def live_user(reading: DirectoryReading, user_id: str) -> User:
    """Return the user of exactly that id. Raises NotFound, also for one in the recycle bin."""
    user = reading.user(user_id)
    if user is None or user.deleted_at is not None:
        raise NotFound(f"There is no user with the id {user_id!r}.")
    return user


def _who_returns(reading: DirectoryReading, edit: Mapping[str, AttributeValue | None]) -> User | None:
    """The last one who left under the name, unless the identity provider says that it is somebody else."""
    name, external_id = str(edit.get("userPrincipalName", "")), edit.get(EXTERNAL_ID)
    found = reading.users_named(name)
    if any(user.deleted_at is None for user in found):
        return None

    def is_another(user: User) -> bool:
        known = user.attributes.get(EXTERNAL_ID)
        return known is not None and external_id is not None and known != external_id

    return next((user for user in found if not is_another(user)), None)


def _restored(user: User, edit: Mapping[str, AttributeValue | None], now: datetime) -> EditedUser:
    restored = restore_user(user, now)
    edited = edit_user(restored.user, {"accountEnabled": True, **edit}, now)
    return EditedUser(edited.user, restored.changes + edited.changes)


def _edit(reading: DirectoryReading, values: Values, user_id: str) -> dict[str, AttributeValue | None]:
    edit = checked({name: value for name, value in values.items() if name != MANAGER})
    if MANAGER in values:
        edit[MANAGER] = _manager_id(reading, values[MANAGER], user_id)
    return edit


def _manager_id(reading: DirectoryReading, named: object, user_id: str) -> str | None:
    if named is None:
        return None
    try:
        manager = find_user(reading, str(named))
    except NotFound as unknown:
        raise BadValue(f"manager: {unknown}") from None
    require_live(manager)
    if manager.id == user_id:
        raise BadValue("manager: nobody can be their own manager.")
    return manager.id
