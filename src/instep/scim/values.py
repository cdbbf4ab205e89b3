"""What can a value of a simple attribute type be (RFC 7643, 2.3), and when are two of them the same?"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidValue

Cleaner = Callable[[Any], Any]
"""Brings a received value into the schema's form; None means unassigned. Raises InvalidValue."""

_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
# What may stand outside of ASCII is left to the client: an IRI is what people type.
_NEVER_IN_A_URI = re.compile(r'[\x00-\x20<>"\\^`{|}\x7f]')
_BOOLEANS = {"true": True, "false": False}


def fold(text: str) -> str:
    """The form in which text without case is compared.

    Lower case rather than full case folding: that would make different people of "strasse" and "straße" the same.
    """
    return text.lower()


def instant(text: str) -> datetime | None:
    """The instant that an xsd:dateTime means, in UTC; one without an offset is taken as UTC. None if it is none."""
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def boolean(value: object) -> bool | None:
    """The truth that a value means: Entra sends "True" and "False" as text. None if it is neither."""
    if isinstance(value, bool):
        return value
    return _BOOLEANS.get(value.lower()) if isinstance(value, str) else None


def simple_cleaner(attribute: Attribute, name: str) -> Cleaner:
    """The cleaner of one value of an attribute that is not complex; `name` is how messages call it."""
    makers: dict[str, Callable[[str], Cleaner]] = {
        "boolean": _boolean,
        "integer": _integer,
        "decimal": _decimal,
        "dateTime": _date_time,
        "binary": _binary,
        "reference": _reference,
    }
    return makers.get(attribute.type, _text)(name)


def kind_of(value: object) -> str:
    """What JSON calls a value, for messages."""
    names = {str: "text", bool: "a boolean", dict: "an object", list: "a list", type(None): "null"}
    return names.get(type(value), "a number")


def _refused(name: str, wanted: str, value: object) -> InvalidValue:
    return InvalidValue(f"'{name}' must be {wanted}, not {kind_of(value)}.")


def _text(name: str) -> Cleaner:
    def clean(value: Any) -> str | None:
        if type(value) is str:
            return value or None
        if value is None:
            return None
        raise _refused(name, "text", value)

    return clean


def _boolean(name: str) -> Cleaner:
    def clean(value: Any) -> bool | None:
        if type(value) is bool:
            return value
        if value is None or value == "":
            return None
        found = boolean(value)
        if found is None:
            raise InvalidValue(f"'{name}' must be true or false.")
        return found

    return clean


def _integer(name: str) -> Cleaner:
    def clean(value: Any) -> int | None:
        if value is None or value == "":
            return None
        if type(value) is int:
            return value
        raise _refused(name, "a whole number", value)

    return clean


def _decimal(name: str) -> Cleaner:
    def clean(value: Any) -> int | float | None:
        if value is None or value == "":
            return None
        if type(value) in (int, float):
            return value  # type: ignore[no-any-return]
        raise _refused(name, "a number", value)

    return clean


def _date_time(name: str) -> Cleaner:
    text = _text(name)

    def clean(value: Any) -> str | None:
        found: str | None = text(value)
        if found is not None and (not _DATE_TIME.fullmatch(found) or instant(found) is None):
            raise InvalidValue(f"'{name}' must be a date and time such as 2026-01-31T12:00:00Z.")
        return found

    return clean


def _reference(name: str) -> Cleaner:
    text = _text(name)

    def clean(value: Any) -> str | None:
        found: str | None = text(value)
        if found is not None and _NEVER_IN_A_URI.search(found):
            raise InvalidValue(f"'{name}' must be a URI: {found[:100]!r} has a character that none has.")
        return found

    return clean


def _binary(name: str) -> Cleaner:
    text = _text(name)

    def clean(value: Any) -> str | None:
        found: str | None = text(value)
        if found is not None and not _is_base64(found):
            raise InvalidValue(f"'{name}' must be encoded in base64.")
        return found

    return clean


def _is_base64(text: str) -> bool:
    standard = "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        base64.b64decode(standard, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
