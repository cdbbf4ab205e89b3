"""How do users, groups and changes become rows, and rows become them again?"""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import Row

from instep.clock import from_text, to_text
from instep.directory.attributes import EXTERNAL_ID, AttributeValue
from instep.directory.changes import Change
from instep.directory.groups import Group
from instep.directory.listing import search_key
from instep.directory.users import User, name_key


def to_json(attributes: Mapping[str, Any]) -> str:
    """Return a JSON object with sorted keys, so that equal attributes are equal texts."""
    return orjson.dumps(attributes, option=orjson.OPT_SORT_KEYS).decode()


def attributes_from_json(text: str) -> dict[str, AttributeValue]:
    """Return source attributes; lists are the values of multi-valued ones."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in orjson.loads(text).items()}


def user_from_row(row: Row[Any]) -> User:
    """Return the user of a row of the table `users`."""
    return User(
        id=row.id,
        attributes=attributes_from_json(row.attributes),
        manager_id=row.manager_id,
        created_at=from_text(row.created_at),
        deleted_at=from_text(row.deleted_at) if row.deleted_at else None,
    )


def user_to_record(user: User) -> dict[str, Any]:
    """Return the columns of a user."""
    mail = user.attributes.get("mail")
    return {
        "id": user.id,
        "user_principal_name_key": name_key(user.user_principal_name),
        "attributes": to_json(user.attributes),
        "manager_id": user.manager_id,
        "created_at": to_text(user.created_at),
        "deleted_at": to_text(user.deleted_at) if user.deleted_at else None,
        "display_name_key": _key(user, "displayName"),
        "surname_key": _key(user, "surname"),
        "department_key": _key(user, "department"),
        "is_enabled": int(user.is_enabled),
        "external_id": user.attributes.get(EXTERNAL_ID),
        "mail_key": None if mail is None else name_key(str(mail)),
    }


def other_mails_to_records(user: User) -> list[dict[str, str]]:
    """Return the rows by which a user is found by the values of otherMails."""
    values = user.attributes.get("otherMails")
    keys = dict.fromkeys(map(name_key, values)) if isinstance(values, tuple) else {}
    return [{"user_id": user.id, "mail_key": key} for key in keys]


def _key(user: User, name: str) -> str:
    return search_key(str(user.attributes.get(name, "")))


def group_from_row(row: Row[Any]) -> Group:
    """Return the group of a row of the table `groups`."""
    return Group(
        id=row.id,
        display_name=row.display_name,
        attributes=attributes_from_json(row.attributes),
        created_at=from_text(row.created_at),
        deleted_at=from_text(row.deleted_at) if row.deleted_at else None,
    )


def group_to_record(group: Group) -> dict[str, Any]:
    """Return the columns of a group."""
    return {
        "id": group.id,
        "display_name": group.display_name,
        "display_name_key": name_key(group.display_name),
        "attributes": to_json(group.attributes),
        "created_at": to_text(group.created_at),
        "deleted_at": to_text(group.deleted_at) if group.deleted_at else None,
        "external_id": group.attributes.get(EXTERNAL_ID),
    }


def change_to_record(change: Change, actor: str) -> dict[str, Any]:
    """Return the columns of a row of the change log, but for its sequence number."""
    return {
        "at": to_text(change.at),
        "kind": change.kind.value,
        "user_id": change.user_id,
        "group_id": change.group_id,
        "app_id": change.app_id,
        "nested_id": change.nested_id,
        "attributes": None if change.attributes is None else to_json(change.attributes),
        "actor": actor,
    }
