"""In which words is a type described: scalars, enumerations, structures, and lists of them, as OData has them?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value that has no parts, by its name in OData (`Edm.<name>`), and how JSON Schema says it."""

    name: str
    json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """One of some words."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Null:
    """A value, or null."""

    of: "Kind"


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values."""

    of: "Kind"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some structures; `@odata.type` says which."""

    structures: tuple["Structure", ...]


@dataclass(frozen=True, slots=True)
class Within:
    """The structure of that name, which is within itself."""

    name: str


@dataclass(frozen=True, slots=True)
class Structure:
    """An object with properties. Of an entity an answer may have a part, by `$select`, but always its id."""

    name: str
    properties: Mapping[str, "Kind"]
    is_entity: bool = False
    is_selectable: bool = False
    absent: frozenset[str] = frozenset()  # what an answer need not have: what is expanded, what was not given
    further: str = ""  # a pattern of further names, whose values are not described

    @property
    def needed(self) -> tuple[str, ...]:
        """What every answer has."""
        if self.is_selectable:
            return ("id",)
        return tuple(name for name in self.properties if name not in self.absent)


Kind = Scalar | Words | Null | Many | OneOf | Within | Structure

TEXT = Scalar("String", {"type": "string"})
BOOLEAN = Scalar("Boolean", {"type": "boolean"})
INT32 = Scalar("Int32", {"type": "integer", "format": "int32"})
INT64 = Scalar("Int64", {"type": "integer", "format": "int64"})
MOMENT = Scalar("DateTimeOffset", {"type": "string", "format": "date-time"})
DURATION = Scalar("Duration", {"type": "string", "format": "duration"})
GUID = Scalar("Guid", {"type": "string", "format": "uuid"})
ANYTHING = Scalar("Untyped", {})


def structure(name: str, properties: Mapping[str, Kind], *, absent: str = "", further: str = "") -> Structure:
    """Return a structure that is part of an entity, or of a body; `absent` are names with spaces between."""
    return Structure(name, properties, absent=frozenset(absent.split()), further=further)


def entity(name: str, properties: Mapping[str, Kind], *, absent: str = "") -> Structure:
    """Return what has an address of its own, and is always answered whole."""
    return Structure(name, properties, is_entity=True, absent=frozenset(absent.split()))


def selectable(name: str, properties: Mapping[str, Kind], *, further: str = "") -> Structure:
    """Return what has an address of its own, and is answered in part where `$select` says so."""
    return Structure(name, properties, is_entity=True, is_selectable=True, further=further)


def each(kind: Kind, names: str) -> Mapping[str, Kind]:
    """Return properties of one type, of names with spaces between."""
    return dict.fromkeys(names.split(), kind)


@dataclass(slots=True)
class Named:
    """All structures and enumerations that are reached from some, by their names."""

    structures: dict[str, Structure] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)

    def add(self, kind: Kind) -> None:
        """Add what a type consists of."""
        match kind:
            case Words():
                self.words[kind.name] = kind
            case Null(of) | Many(of):
                self.add(of)
            case OneOf(structures):
                for one in structures:
                    self.add(one)
            case Structure() if kind.name not in self.structures:
                self.structures[kind.name] = kind
                for value in kind.properties.values():
                    self.add(value)
