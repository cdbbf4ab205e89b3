"""What do screens and rules know of a user: the plain particulars in a SCIM user?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from instep.scim.values import fold
from proxyclick.people.keys import is_work, work_email

User = Mapping[str, Any]
Value = Mapping[str, Any]


class City(Enum):
    """Which of the addresses says the city."""

    OF_PRIMARY = "primary"
    OF_WORK = "work"
    OF_HOME = "home"
    OF_OTHER = "other"


@dataclass(frozen=True, slots=True)
class Person:
    """The particulars of a user; what is not known is empty."""

    name: str
    first_name: str
    last_name: str
    email: str
    title: str
    city: str
    language: str
    mobile_phone: str
    work_phone: str
    active: bool

    @property
    def initials(self) -> str:
        """One or two letters that stand for a portrait."""
        words = [word for word in self.name.split() if word[0].isalnum()]
        return "".join(word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))).upper()


def person_of(user: User) -> Person:
    """The particulars of a SCIM user. A user whose `active` was never said is active."""
    name = user.get("name", {})
    return Person(
        name=full_name(user),
        first_name=name.get("givenName", ""),
        last_name=name.get("familyName", ""),
        email=work_email(user) or user["userName"],
        title=user.get("title", ""),
        city=city_of(user),
        language=user.get("preferredLanguage", ""),
        mobile_phone=_of_type(user.get("phoneNumbers", ()), "mobile").get("value", ""),
        work_phone=_of_type(user.get("phoneNumbers", ()), "work").get("value", ""),
        active=user.get("active", True),
    )


def full_name(user: User) -> str:
    """How somebody is called: the formatted name, or what comes nearest to it."""
    name = user.get("name", {})
    parts = " ".join(name[part] for part in ("givenName", "familyName") if part in name)
    return str(name.get("formatted") or user.get("displayName") or parts or user["userName"])


def city_of(user: User) -> str:
    """The locality of the primary address, else of the one for work, else of the first that has any."""
    return str(_located(user).get("locality", ""))


def city_address(user: User) -> City:
    """The address from which the city comes; the one for work where none has any."""
    found = _located(user)
    if found.get("primary"):
        return City.OF_PRIMARY
    kinds = {kind.value: kind for kind in City}
    return kinds.get(fold(found.get("type", "")), City.OF_WORK)


def _located(user: User) -> Value:
    located = [address for address in user.get("addresses", ()) if address.get("locality", "").strip()]
    ranked = sorted(located, key=lambda address: (not address.get("primary", False), not is_work(address)))
    return ranked[0] if ranked else {}


def _of_type(values: Sequence[Value], kind: str) -> Value:
    return next((value for value in values if fold(value.get("type", "")) == kind), {})
