"""What is a user, and what does each edit of one change?

Each edit returns the user as it is afterwards with the changes to record, which are none where nothing differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from instep.directory.attributes import MANAGER, REQUIRED_ATTRIBUTES, AttributeValue
from instep.directory.changes import After, Before, Change, ChangeKind
from instep.directory.errors import BadValue, NotPossible

RECYCLE_BIN_DAYS = 30

Edit = Mapping[str, AttributeValue | None]  # attribute -> new value, None clears; `manager` holds a user's id


@dataclass(frozen=True, slots=True)
class User:
    """A user: live, or soft-deleted since `deleted_at`. Attributes without a value are absent."""

    id: str
    attributes: Mapping[str, AttributeValue]
    manager_id: str | None
    created_at: datetime
    deleted_at: datetime | None = None

    @property
    def user_principal_name(self) -> str:
        """The user principal name, unique among live users in any letter case."""
        return str(self.attributes.get("userPrincipalName", ""))

    @property
    def is_enabled(self) -> bool:
        """Whether the account is enabled in the directory (accountEnabled)."""
        return self.attributes.get("accountEnabled", True) is True


@dataclass(frozen=True, slots=True)
class EditedUser:
    """A user after an edit, and what the edit changed."""

    user: User
    changes: tuple[Change, ...]


def name_key(name: str) -> str:
    """Return the form in which names are compared: letter case and outer spaces do not count."""
    return name.strip().casefold()


def create_user(user_id: str, edit: Edit, now: datetime) -> EditedUser:
    """Return a new user, enabled unless the edit says otherwise; raise BadValue without a required attribute."""
    attributes = {"accountEnabled": True} | {n: v for n, v in edit.items() if v is not None and n != MANAGER}
    for name in REQUIRED_ATTRIBUTES:
        if name not in attributes:
            raise BadValue(f"A new user needs a {name}.")
    user = User(user_id, attributes, _manager_of(edit, None), now)
    return EditedUser(user, (Change(ChangeKind.USER_CREATED, now, user_id=user_id),))


def edit_user(user: User, edit: Edit, now: datetime) -> EditedUser:
    """Return the user with the edit applied; raise BadValue where it clears a required attribute."""
    attributes: dict[str, AttributeValue] = dict(user.attributes)
    differences: dict[str, tuple[Before, After]] = {}
    for name, after in edit.items():
        before = user.manager_id if name == MANAGER else attributes.get(name)
        if before == after:
            continue
        differences[name] = (before, after)
        if name == MANAGER:
            continue
        if after is None:
            _require_clearable(user, name)
            del attributes[name]
        else:
            attributes[name] = after
    if not differences:
        return EditedUser(user, ())
    edited = replace(user, attributes=attributes, manager_id=_manager_of(edit, user.manager_id))
    return EditedUser(edited, (Change(ChangeKind.USER_UPDATED, now, user_id=user.id, attributes=differences),))


def soft_delete_user(user: User, now: datetime) -> EditedUser:
    """Return the user in the recycle bin, from where it can be restored for 30 days."""
    if user.deleted_at is not None:
        return EditedUser(user, ())
    return EditedUser(replace(user, deleted_at=now), (Change(ChangeKind.USER_DELETED, now, user_id=user.id),))


def restore_user(user: User, now: datetime) -> EditedUser:
    """Return the user taken out of the recycle bin; that its name is free must be known before."""
    if user.deleted_at is None:
        return EditedUser(user, ())
    return EditedUser(replace(user, deleted_at=None), (Change(ChangeKind.USER_RESTORED, now, user_id=user.id),))


def purge_change(user: User, now: datetime) -> Change:
    """Return the row that alone remains of a user who is deleted for good; it keeps the user principal name."""
    kept = {"userPrincipalName": (user.user_principal_name, None)}
    return Change(ChangeKind.USER_PURGED, now, user_id=user.id, attributes=kept)


def require_live(user: User) -> None:
    """Raise NotPossible for a user in the recycle bin."""
    if user.deleted_at is not None:
        raise NotPossible(
            f"{user.user_principal_name} was deleted on {user.deleted_at:%Y-%m-%d}; "
            f"restore the user first (users restore {user.id})."
        )


def expiry_of_recycle_bin(now: datetime) -> datetime:
    """Return the moment before which a soft deletion is final (engine.md 1.2: 30 days)."""
    return now - timedelta(days=RECYCLE_BIN_DAYS)


def _manager_of(edit: Edit, current: str | None) -> str | None:
    manager = edit.get(MANAGER, current)
    return None if manager is None else str(manager)


def _require_clearable(user: User, name: str) -> None:
    if name in REQUIRED_ATTRIBUTES:
        raise BadValue(f"{user.user_principal_name} needs a {name}; give another value instead of none.")
