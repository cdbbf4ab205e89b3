"""What can an expression take and give, and how does each value read as text?

Choices where mappings.md leaves room: a list without elements is null (the attribute has no value); where one value is
wanted, a list of one element is that element; a dropped value counts as null inside another function.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Literal, TypeAlias


class Dropped(Enum):
    """The one value of IgnoreFlowIfNullOrEmpty that is none: the attribute leaves the operation."""

    DROP = "DROP"


@dataclass(frozen=True, slots=True)
class Candidates:
    """What SelectUniqueValue gives: the values to try, in order; the first that no account has is taken."""

    values: tuple[str, ...]


DROP: Final = Dropped.DROP
Scalar: TypeAlias = str | bool | int | float | datetime
# A mapping is a complex value, such as one app role assignment: {"id": ..., "value": ..., "displayName": ...}.
Value: TypeAlias = "Scalar | tuple[Value, ...] | Mapping[str, Value] | Candidates | Literal[Dropped.DROP] | None"


@dataclass(frozen=True, slots=True)
class Context:
    """What an evaluation may know besides the attributes.

    `now` is the cycle's, in UTC. Random functions draw from `seed`, so the same seed gives the same values; it must be
    nobody's to guess where they make passwords. `default_domain` is what DefaultDomain() gives.
    """

    now: datetime
    seed: str = ""
    default_domain: str | None = None


class NotOneText(Exception):
    """A value that cannot be read as one text."""


def is_null(value: Value) -> bool:
    """Whether there is no value: an absent attribute, a dropped one, or a list without elements."""
    return value is None or value is DROP or value == ()


def is_null_or_empty(value: Value) -> bool:
    """Whether there is no value, or the empty text."""
    return value == "" or is_null(value)


def as_text(value: Value) -> str | None:
    """The canonical text of one value (mappings.md 3), None for null.

    Raises NotOneText for a complex value and for a list of several.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "True" if value else "False"
    if is_null(value):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return date_text(value)
    if isinstance(value, tuple):
        if len(value) == 1:
            return as_text(value[0])
        raise NotOneText(f"a list of {len(value)} values")
    raise NotOneText("a complex value")


def date_text(moment: datetime) -> str:
    """A DateTime in its canonical form, `M/d/yyyy h:mm:ss tt`: `7/2/2021 3:33:38 PM`."""
    half = "AM" if moment.hour < 12 else "PM"
    day = f"{moment.month}/{moment.day}/{moment.year:04}"
    return f"{day} {moment.hour % 12 or 12}:{moment.minute:02}:{moment.second:02} {half}"


_LONGEST_NUMBER: Final = 40


def as_number(value: Value) -> int | float | None:
    """The number that a number or a numeric text is, None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and (text := value.strip()).isascii():
        return _parse_number(text)
    return None


def _parse_number(text: str) -> int | float | None:
    digits = text.removeprefix("-")
    if digits.isdigit():
        return int(text)
    whole, point, fraction = digits.partition(".")
    if point and whole.isdigit() and fraction.isdigit():
        return float(text)
    return None
