"""Which parts does an expression have, and which source attributes does it name, where?"""

from collections.abc import Iterator

from instep.rules.mapping.expressions.syntax import Argument, Attribute, Call, Comparison, Concatenation, Expression


def attributes_in(expression: Expression) -> Iterator[Attribute]:
    """Yield every attribute that an expression names, as often as it does, with its column."""
    for node in nodes(expression):
        if isinstance(node, Attribute):
            yield node


def nodes(expression: Expression) -> Iterator[Argument]:
    """Yield every part of an expression, itself first; in no particular order."""
    pending: list[Argument] = [expression]
    while pending:
        node = pending.pop()
        yield node
        match node:
            case Concatenation(parts):
                pending.extend(parts)
            case Comparison(left, _, right):
                pending.extend((left, right))
            case Call(_, arguments):
                pending.extend(arguments)
