"""What are paths and filters made of (RFC 7644, 3.4.2.2 and 3.5.2), and how are they written down?"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Literal: TypeAlias = str | int | float | bool | None


class Operator(StrEnum):
    """The comparison operators; they are written in any case and rendered in lower case."""

    EQ = "eq"
    NE = "ne"
    CO = "co"
    SW = "sw"
    EW = "ew"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


@dataclass(frozen=True, slots=True)
class Path:
    """`urn:attribute[filter].sub`; with `attribute` None it is a bare URN and means the whole of that schema."""

    urn: str | None = None
    attribute: str | None = None
    value_filter: "Filter | None" = None
    sub_attribute: str | None = None

    def __str__(self) -> str:
        text = ":".join(part for part in (self.urn, self.attribute) if part is not None)
        if self.value_filter is not None:
            text += f"[{self.value_filter}]"
        return text if self.sub_attribute is None else f"{text}.{self.sub_attribute}"


@dataclass(frozen=True, slots=True)
class Compare:
    """`path op value`; the path may hold a value filter, as Entra's `emails[type eq "work"].value eq "x"` does."""

    path: Path
    operator: Operator
    value: Literal

    def __str__(self) -> str:
        return f"{self.path} {self.operator} {render_literal(self.value)}"


@dataclass(frozen=True, slots=True)
class Present:
    """`path pr`: has a value that is not empty."""

    path: Path

    def __str__(self) -> str:
        return f"{self.path} pr"


@dataclass(frozen=True, slots=True)
class ValuePath:
    """`emails[type eq "work"]` standing alone: one element satisfies the whole inner filter."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class Not:
    """`not (term)`."""

    term: "Filter"

    def __str__(self) -> str:
        return f"not ({self.term})"


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more terms."""

    terms: "tuple[Filter, ...]"

    def __str__(self) -> str:
        return " and ".join(f"({term})" if isinstance(term, And | Or) else str(term) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Or:
    """One of two or more terms; binds weaker than And, so an And inside needs no parentheses."""

    terms: "tuple[Filter, ...]"

    def __str__(self) -> str:
        return " or ".join(f"({term})" if isinstance(term, Or) else str(term) for term in self.terms)


Filter: TypeAlias = Compare | Present | ValuePath | Not | And | Or


def render_literal(value: Literal) -> str:
    """A JSON literal; text is quoted and escaped, and left readable where JSON allows it."""
    return json.dumps(value, ensure_ascii=False)
