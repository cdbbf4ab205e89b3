"""How is an expression written? The inverse of parsing: `parse(render(x)) == x`."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias, assert_never

from instep.rules.mapping.expressions.syntax import (
    Argument,
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Number,
    Omitted,
    Text,
    Word,
)

_Piece: TypeAlias = str | Argument


def render(expression: Argument) -> str:
    """The text of an expression, with one space after each comma and around each operator."""
    # With a list of what is still to be written instead of recursion, depth is no concern.
    pending: list[_Piece] = [expression]
    written: list[str] = []
    while pending:
        piece = pending.pop()
        if isinstance(piece, str):
            written.append(piece)
        else:
            pending.extend(reversed(tuple(_pieces(piece))))
    return "".join(written)


def quote(text: str) -> str:
    """A text as a string of the language: in quotes, with `\\"` and `\\\\` escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pieces(node: Argument) -> Iterator[_Piece]:
    match node:
        case Text(value):
            yield quote(value)
        case Number(text):
            yield text
        case Attribute(name):
            yield f"[{name}]"
        case Word(name):
            yield name
        case Omitted():
            pass
        case Concatenation(parts):
            yield from _between(" & ", parts)
        case Comparison(left, operator, right):
            yield from (left, f" {operator} ", right)
        case Call(function, arguments):
            yield f"{function}("
            yield from _between(", ", arguments)
            yield ")"
        case _:
            assert_never(node)


def _between(separator: str, nodes: Iterable[Argument]) -> Iterator[_Piece]:
    for index, node in enumerate(nodes):
        if index:
            yield separator
        yield node
