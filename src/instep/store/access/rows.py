"""How is an administrator written into a row, and read from one?"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

import orjson
from sqlalchemy import Row

from instep.access.administrators import Administrator, Subject, name_key
from instep.access.roles import Role
from instep.clock import from_text, to_text

E = TypeVar("E", bound=StrEnum)


def administrator_values(administrator: Administrator) -> dict[str, Any]:
    """Return the columns of an administrator, but for the password."""
    subject = administrator.subject
    return {
        "id": administrator.id,
        "user_name": administrator.user_name,
        "name_key": name_key(administrator.user_name),
        "display_name": administrator.display_name,
        "roles": names_text(administrator.roles),
        "is_enabled": administrator.is_enabled,
        "issuer": None if subject is None else subject.issuer,
        "subject": None if subject is None else subject.name,
        "created_at": to_text(administrator.created_at),
    }


def administrator_from(row: Row[Any]) -> Administrator:
    """Return the administrator of a row that has its columns, with the id in `id`."""
    return Administrator(
        row.id,
        row.user_name,
        row.display_name,
        names_from(row.roles, Role),
        row.is_enabled,
        from_text(row.created_at),
        row.password_hash is not None,
        None if row.subject is None else Subject(row.issuer, row.subject),
    )


def as_audited(administrator: Administrator) -> Mapping[str, object]:
    """Return what the audit log has of an administrator; it says when there is a password, and never which."""
    return {
        "user name": administrator.user_name,
        "display name": administrator.display_name,
        "roles": ", ".join(administrator.role_names),
        "enabled": "yes" if administrator.is_enabled else "no",
    }


def names_text(values: Collection[StrEnum]) -> str:
    """Return values as a JSON array of their texts."""
    return orjson.dumps(sorted(each.value for each in values)).decode()


def names_from(text: str, kind: type[E]) -> frozenset[E]:
    """Return the values of a JSON array; a text that this version has no value for is passed over."""
    known = {each.value: each for each in kind}
    return frozenset(known[name] for name in orjson.loads(text) if name in known)
