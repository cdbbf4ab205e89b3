"""What is an expression made of?

`column` (1-based, for messages) is where a node begins in its text; two nodes that differ only there are equal.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

ComparisonOperator: TypeAlias = Literal["=", "<>", ">", ">=", "<", "<="]
# Longest first: this is also the order in which the parser tries them.
COMPARISON_OPERATORS: Final[tuple[ComparisonOperator, ...]] = ("<>", "<=", ">=", "=", "<", ">")


@dataclass(frozen=True, slots=True)
class Text:
    """A string between quotes, without them and with its escapes resolved."""

    value: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written: `12`, `-0.5`, or hexadecimal `&HF7`."""

    text: str
    column: int = field(default=1, compare=False)

    @property
    def value(self) -> int | float:
        """What the text is worth."""
        if self.text.startswith("&"):
            return int(self.text[2:], 16)
        return float(self.text) if "." in self.text else int(self.text)


@dataclass(frozen=True, slots=True)
class Attribute:
    """`[name]`: the user's value of a source attribute."""

    name: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word such as `vbTextCompare`, which some functions take as an option."""

    name: str
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Omitted:
    """An argument that was left empty between commas."""

    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Concatenation:
    """`a & b & c`: the texts one after the other. It has two parts or more, none of them a concatenation."""

    parts: tuple["Operand", ...]
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`a = b`, as the condition of IIF, CBool or Not; `column` is the operator's."""

    left: "Operand | Concatenation"
    operator: ComparisonOperator
    right: "Operand | Concatenation"
    column: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments, as they were written."""

    function: str
    arguments: tuple["Argument", ...]
    column: int = field(default=1, compare=False)


Operand: TypeAlias = Text | Number | Attribute | Word | Call
Expression: TypeAlias = Operand | Concatenation | Comparison
Argument: TypeAlias = Expression | Omitted


def comparison_operator(text: str, position: int) -> ComparisonOperator | None:
    """The comparison operator that stands at this position of the text, if one does."""
    for operator in COMPARISON_OPERATORS:
        if text.startswith(operator, position):
            return operator
    return None
