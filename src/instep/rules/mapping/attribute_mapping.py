"""Which attribute of the account takes its value from where?"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

AttributeType: TypeAlias = Literal["String", "Boolean", "Integer", "DateTime", "Reference", "Binary"]
Apply: TypeAlias = Literal["always", "creation"]
WhenNull: TypeAlias = Literal["leave", "clear"]


@dataclass(frozen=True, slots=True)
class Direct:
    """The value of one attribute of the directory, as it is."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text for everyone."""

    value: str


@dataclass(frozen=True, slots=True)
class FromExpression:
    """What an expression gives; its text compiles with `instep.rules.mapping.expressions`."""

    text: str


@dataclass(frozen=True, slots=True)
class NoSource:
    """The target is left alone; where it is empty it takes the mapping's default value."""


Source: TypeAlias = Direct | Constant | FromExpression | NoSource


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """One row of the mapping table.

    `target` is a SCIM path such as `emails[type eq "work"].value`; `default_value` is sent on create only, when the
    source yields null; `matching_priority` 0 means that the attribute does not match, otherwise the lowest number is
    tried first (mappings.md 1.3). `when_null` says what becomes of an existing account's value when the source yields
    null: it is left as it is (mappings.md 1.6), or it is cleared.
    """

    target: str
    source: Source
    default_value: str | None = None
    matching_priority: int = 0
    apply: Apply = "always"
    when_null: WhenNull = "leave"

    def __post_init__(self) -> None:
        if not self.target:
            raise ValueError("An attribute mapping needs a target attribute.")
        if self.matching_priority < 0:
            raise ValueError(f"{self.target}: the matching precedence is 1 or more, or 0 for no match.")
        if self.matching_priority and isinstance(self.source, NoSource):
            raise ValueError(f"{self.target}: a matching attribute needs a source.")
        if self.matching_priority and self.when_null == "clear":
            raise ValueError(f"{self.target}: what accounts are matched by is not cleared.")


@dataclass(frozen=True, slots=True)
class TargetAttribute:
    """One attribute that the application knows, by the path that a mapping names it with.

    `case_exact` says whether a change of letter case alone counts as a change; without it, it does not. A required
    attribute whose mapping gives nothing takes `default_value` on create.
    """

    name: str
    type: AttributeType = "String"
    required: bool = False
    supported_for_filtering: bool = False
    multivalued: bool = False
    case_exact: bool = False
    default_value: str | None = None
