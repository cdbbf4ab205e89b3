"""What does the activity of an integration tell of a change, in its transaction?"""

from collections.abc import Mapping
from typing import Any

import orjson

from proxyclick.integrations.activity import Deed, Exchange
from proxyclick.people.rules import phones_left_blank
from proxyclick.store.resources import Record

Resource = Mapping[str, Any]
_ADOPTED = "Adopted: this user was added by hand."


def tell_created(exchange: Exchange, record: Record, resource: Resource) -> None:
    """A new resource, with all that it says."""
    exchange.did(Deed.CREATED, _user(record), _name(resource), b"[{},%b]" % record.body)


def tell_joined(exchange: Exchange, record: Record, before: Resource, after: Resource) -> None:
    """Somebody of another location of the organisation is at the provisioned ones now."""
    exchange.remark("Known at another location of the organisation.")
    exchange.did(Deed.JOINED, _user(record), _name(after), _difference(before, after))


def tell_changed(exchange: Exchange, old: Record, before: Resource, after: Resource) -> None:
    """A resource that says something else now."""
    if old.installation is None:
        exchange.remark(_ADOPTED)
    was, now = before.get("active", True), after.get("active", True)
    deed = Deed.UPDATED if was == now else Deed.ENABLED if now else Deed.DISABLED
    exchange.did(deed, _user(old), _name(after), _difference(before, after))


def tell_deleted(exchange: Exchange, record: Record, *, gone: bool) -> None:
    """A resource that is gone, or is no longer at the provisioned locations."""
    exchange.did(Deed.DELETED if gone else Deed.LEFT, _user(record), _name(orjson.loads(record.body)))


def remark_blanks(exchange: Exchange | None, sent: Resource, kept: Resource) -> None:
    """Says which phone numbers were left blank."""
    if exchange is not None and "phoneNumbers" in sent:
        for number in phones_left_blank(sent, kept):
            exchange.remark(f"The phone number {number!r} is not in E.164 (+32...), and was left blank.")


def _difference(before: Resource, after: Resource) -> bytes:
    """The attributes that differ, as they were and as they are. What to call them is found out when they are shown."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    sides = [{name: side[name] for name in names if name in side} for side in (before, after)]
    return orjson.dumps(sides)


def _user(record: Record) -> int | None:
    return record.number if record.id.startswith("US-") else None


def _name(resource: Resource) -> str:
    return str(resource.get("userName") or resource.get("displayName", ""))
