"""How is a user shown in a list?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from proxyclick.people.keys import is_work, work_email
from proxyclick.store.resources import Record


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; what is not known is empty."""

    id: str
    name: str
    initials: str
    email: str
    title: str
    city: str
    phone: str
    active: bool


def row_of(record: Record) -> Row:
    """The line of a kept user. A user whose `active` was never said is active."""
    user = orjson.loads(record.body)
    name = _full_name(user)
    return Row(
        id=record.id,
        name=name,
        initials=_initials(name),
        email=work_email(user) or user["userName"],
        title=user.get("title", ""),
        city=_chosen(user.get("addresses", ())).get("locality", ""),
        phone=_chosen(user.get("phoneNumbers", ())).get("value", ""),
        active=user.get("active", True),
    )


def _full_name(user: Mapping[str, Any]) -> str:
    name = user.get("name", {})
    parts = " ".join(name[part] for part in ("givenName", "familyName") if part in name)
    return str(name.get("formatted") or user.get("displayName") or parts or user["userName"])


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()


def _chosen(values: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of several values the primary one, else the one for work, else the first."""
    ranked = sorted(values, key=lambda value: (not value.get("primary", False), not is_work(value)))
    return ranked[0] if ranked else {}
