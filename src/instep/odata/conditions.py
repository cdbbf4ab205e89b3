"""What does a filter say, as a value?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal as OneOf

Constant = str | int | float | bool | datetime | None
Comparing = OneOf["eq", "ne", "gt", "ge", "lt", "le"]
Quantifier = OneOf["any", "all"]


@dataclass(frozen=True, slots=True)
class Path:
    """A property, or one within another: `manager/id`; in a lambda it may begin with the variable."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.names)


@dataclass(frozen=True, slots=True)
class Count:
    """How many values a collection has: `proxyAddresses/$count`."""

    path: Path


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the filter. A date is the first moment of its day in UTC."""

    value: Constant


@dataclass(frozen=True, slots=True)
class Call:
    """A function of one or two values: `tolower`, `toupper`, `trim`, `length`; `startswith`, `endswith`, `contains`."""

    name: str
    arguments: tuple["Value", ...]


Value = Path | Count | Literal | Call


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared."""

    operator: Comparing
    left: Value
    right: Value


@dataclass(frozen=True, slots=True)
class OneOfThese:
    """A value that is one of several: `department in ('Sales', 'Finance')`."""

    value: Value
    values: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """A value that is true: a function that answers yes or no, or a Boolean property."""

    value: Value


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of these at least."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Lambda:
    """What holds of any, or all values of a collection: `tags/any(t:t eq 'x')`; without one: whether it has any."""

    path: Path
    quantifier: Quantifier
    variable: str
    condition: "Condition | None"


Condition = Comparison | OneOfThese | Holds | Not | And | Or | Lambda


@dataclass(frozen=True, slots=True)
class Order:
    """By which property a list is ordered."""

    path: Path
    is_descending: bool = False


@dataclass(frozen=True, slots=True)
class Expansion:
    """Which related objects come along, and what of them; no selection is all that comes by default."""

    name: str
    select: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """A word that begins one of a property's words."""

    property: str
    text: str


Search = Sequence[Sequence[SearchTerm]]
"""One of these at least; of each, all."""
