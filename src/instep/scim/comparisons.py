"""Does a value satisfy a comparison, by the rules of its attribute's type (RFC 7644, 3.4.2.2)?"""

from collections.abc import Callable
from typing import Any

from instep.scim.definitions import Attribute
from instep.scim.errors import InvalidFilter
from instep.scim.syntax import Literal, Operator, render_literal
from instep.scim.values import boolean, fold, instant

Test = Callable[[Any], bool]

_ORDER: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: lambda value, wanted: bool(value == wanted),
    Operator.GT: lambda value, wanted: bool(value > wanted),
    Operator.GE: lambda value, wanted: bool(value >= wanted),
    Operator.LT: lambda value, wanted: bool(value < wanted),
    Operator.LE: lambda value, wanted: bool(value <= wanted),
}
_TEXTUAL: dict[Operator, Callable[[str, str], bool]] = {
    Operator.CO: lambda value, wanted: wanted in value,
    Operator.SW: lambda value, wanted: value.startswith(wanted),
    Operator.EW: lambda value, wanted: value.endswith(wanted),
}
_ORDERED = frozenset({Operator.GT, Operator.GE, Operator.LT, Operator.LE})


def comparison(operator: Operator, wanted: Literal, attribute: Attribute) -> Test:
    """The test of one value; `ne` is tested as `eq` by whoever negates it. A value of another type never passes.

    Raises InvalidFilter for an order where there is none: of booleans, binaries, or against null.
    """
    operator = Operator.EQ if operator is Operator.NE else operator
    if operator in _ORDERED and (attribute.type in ("boolean", "binary") or wanted is None):
        raise InvalidFilter(
            f"'{attribute.name} {operator} {render_literal(wanted)}' asks for an order that does not exist: use eq."
        )
    if attribute.type == "boolean":
        return _of_boolean(operator, wanted)
    if attribute.type in ("integer", "decimal"):
        return _of_number(operator, wanted)
    if attribute.type == "dateTime" and operator not in _TEXTUAL:
        return _of_instant(operator, wanted)
    return _of_text(operator, wanted, attribute)


def never(_: Any) -> bool:
    """The test that nothing passes."""
    return False


def _of_boolean(operator: Operator, wanted: Literal) -> Test:
    truth = boolean(wanted)
    if operator is not Operator.EQ or truth is None:
        return never
    return lambda value: value is truth


def _of_number(operator: Operator, wanted: Literal) -> Test:
    if operator in _TEXTUAL or isinstance(wanted, bool | str) or wanted is None:
        return never
    order = _ORDER[operator]
    return lambda value: isinstance(value, int | float) and order(value, wanted)


def _of_instant(operator: Operator, wanted: Literal) -> Test:
    moment = instant(wanted) if isinstance(wanted, str) else None
    if moment is None:
        return never
    order = _ORDER[operator]

    def test(value: Any) -> bool:
        found = instant(value) if isinstance(value, str) else None
        return found is not None and order(found, moment)

    return test


def _of_text(operator: Operator, wanted: Literal, attribute: Attribute) -> Test:
    if not isinstance(wanted, str):
        return never
    compare = _TEXTUAL.get(operator) or _ORDER[operator]
    if attribute.case_exact:
        return lambda value: isinstance(value, str) and compare(value, wanted)
    folded = fold(wanted)
    return lambda value: isinstance(value, str) and compare(fold(value), folded)
