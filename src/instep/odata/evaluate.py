"""Does a condition hold of a document? For lists that are in memory; what is in a database is asked there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from instep.odata.conditions import (
    And,
    Call,
    Comparison,
    Condition,
    Count,
    Holds,
    Lambda,
    Literal,
    Not,
    OneOfThese,
    Or,
    Order,
    Path,
    Value,
)
from instep.odata.errors import QueryRefused

Document = Mapping[str, Any]


def holds(condition: Condition, of: Document) -> bool:
    """Return whether a condition holds; text is compared without regard to letter case, as Graph does.

    Raises QueryRefused for a property that the document does not have: it must have all that there are, if only null.
    """
    match condition:
        case And(conditions):
            return all(holds(each, of) for each in conditions)
        case Or(conditions):
            return any(holds(each, of) for each in conditions)
        case Not(inner):
            return not holds(inner, of)
        case Holds(value):
            return _value(value, of) is True
        case OneOfThese(value, values):
            found = _folded(_value(value, of))
            return any(found == _folded(each) for each in values)
        case Lambda():
            return _of_collection(condition, of)
        case Comparison(operator, left, right):
            return _COMPARED[operator](*_alike(_value(left, of), _value(right, of)))


def ordered(documents: Sequence[Document], orders: Sequence[Order]) -> list[Document]:
    """Return documents in an order; those without a value come first. Raises QueryRefused as `holds` does."""
    found = list(documents)
    for order in reversed(orders):
        found.sort(key=partial(_sort_key, order.path), reverse=order.is_descending)
    return found


def _value(value: Value, of: Document) -> Any:
    match value:
        case Literal(constant):
            return constant
        case Path(names):
            return _at(names, of)
        case Count(path):
            found = _at(path.names, of)
            return len(found) if isinstance(found, Sequence) and not isinstance(found, str) else 0
        case Call(name, arguments):
            given = [_value(each, of) for each in arguments]
            return None if any(each is None for each in given) else _FUNCTIONS[name](*map(_text, given))


def _at(names: Sequence[str], of: Document) -> Any:
    found: Any = of
    for name in names:
        if found is None:
            return None
        if not isinstance(found, Mapping) or name not in found:
            raise QueryRefused(f"Could not find a property named '{'/'.join(names)}'.")
        found = found[name]
    return found


def _of_collection(condition: Lambda, of: Document) -> bool:
    members = _at(condition.path.names, of) or ()
    inner = condition.condition
    if inner is None:
        return len(members) > 0
    answers = (holds(inner, {**of, condition.variable: each}) for each in members)
    return any(answers) if condition.quantifier == "any" else all(answers)


def _alike(left: Any, right: Any) -> tuple[Any, Any]:
    """Both in a form in which they can be compared: a moment in a document is a text."""
    if isinstance(left, datetime) != isinstance(right, datetime):
        return _moment(left), _moment(right)
    return _folded(left), _folded(right)


def _moment(value: Any) -> Any:
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            return value
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return value


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _text(value: Any) -> str:
    return str(value).casefold()


def _sort_key(path: Path, of: Document) -> tuple[bool, str, Any]:
    value = _value(path, of)
    return value is not None, type(value).__name__, _folded(value) if value is not None else ""


def _in_order(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compared(left: Any, right: Any) -> bool:
        try:
            return left is not None and right is not None and compare(left, right)
        except TypeError:
            return False

    return compared


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": _in_order(lambda left, right: left > right),
    "ge": _in_order(lambda left, right: left >= right),
    "lt": _in_order(lambda left, right: left < right),
    "le": _in_order(lambda left, right: left <= right),
}
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "length": len,
    "startswith": lambda text, start: text.startswith(start),
    "endswith": lambda text, end: text.endswith(end),
    "contains": lambda text, part: part in text,
}
