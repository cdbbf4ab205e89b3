"""Which operators can a scoping filter's clause use, and when is each one true (engine.md 4.2, mappings.md 5)?

A null or empty attribute fails every operator but IS NULL, the negative ones too. Of several values, every one must
pass. A value is compared as text, by letter case, unless its operator says otherwise.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from instep.rules.mapping.attribute_mapping import AttributeType
from instep.rules.mapping.expressions.values import Scalar, Value, is_null_or_empty
from instep.rules.patterns import PatternRefused, whole_match

Test: TypeAlias = Callable[[Value], bool]

_DIGITS: Final = re.compile(r"0*([0-9]+)", re.ASCII)
_LARGEST_BITS: Final = 10_000  # no number that a person wrote is longer; its text would take quadratic time


class Arity(StrEnum):
    """Whether a clause has a value to compare with."""

    UNARY = "Unary"
    BINARY = "Binary"


class OperandRefused(Exception):
    """A value that the operator cannot compare with; the message says why."""


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator, by Graph's name; `build` makes the test for a clause's value, which is "" for a unary one."""

    name: str
    arity: Arity
    types: frozenset[AttributeType]
    build: Callable[[str], Test]


def _each(test: Callable[[Scalar], bool]) -> Test:
    """Make a test of one value one of any: null fails, and of several every one must pass."""

    def on_any(value: Value) -> bool:
        if isinstance(value, str):
            return value != "" and test(value)
        if isinstance(value, tuple):
            given = [one for one in value if not is_null_or_empty(one)]
            return bool(given) and all(map(on_any, given))
        return isinstance(value, bool | int | float) and test(value)

    return on_any


def _each_text(test: Callable[[str], bool]) -> Test:
    def on_scalar(value: Scalar) -> bool:
        text = value if isinstance(value, str) else _text(value)
        return text is not None and test(text)

    return _each(on_scalar)


def _text(value: Scalar) -> str | None:
    if isinstance(value, int) and value.bit_length() > _LARGEST_BITS:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _equals(operand: str) -> Test:
    def test(value: Scalar) -> bool:
        if isinstance(value, bool):
            return operand.casefold() == str(value).casefold()
        return (value if isinstance(value, str) else _text(value)) == operand

    return _each(test)


def _not_equals(operand: str) -> Test:
    equals = _equals(operand)
    return _each(lambda value: not equals(value))


def _whole_number(text: str) -> tuple[int, str] | None:
    """Return a key by which whole numbers of 0 and more are ordered, however long they are."""
    found = _DIGITS.fullmatch(text.strip())
    return None if found is None else (len(found[1]), found[1])


def _greater(operand: str, *, or_equal: bool) -> Test:
    limit = _whole_number(operand)
    if limit is None:
        raise OperandRefused(f"takes a whole number of 0 or more, not {operand!r}")

    def test(text: str) -> bool:
        number = _whole_number(text)
        return number is not None and (number > limit or (or_equal and number == limit))

    return _each_text(test)


def _within(operand: str) -> Callable[[Scalar], bool]:
    """Return whether the attribute's value occurs in the clause's; of two whole numbers, whether they share a bit."""
    mask = int(operand) if operand.isascii() and operand.isdigit() and len(operand) < 20 else None

    def test(value: Scalar) -> bool:
        if mask is not None and isinstance(value, int) and not isinstance(value, bool):
            return value & mask != 0
        text = _text(value)
        return text is not None and text in operand

    return test


def _not_within(operand: str) -> Test:
    within = _within(operand)
    return _each(lambda value: not within(value))


def _matches(operand: str) -> Callable[[str], bool]:
    try:
        return whole_match(operand)
    except PatternRefused as refusal:
        raise OperandRefused(f"cannot use the pattern {operand!r}: {refusal}") from None


def _not_matches(operand: str) -> Test:
    matches = _matches(operand)
    return _each_text(lambda text: not matches(text))


def _is_boolean(wanted: str) -> Test:
    return _each_text(lambda text: text.casefold() == wanted)


def _is_null(value: Value) -> bool:
    return is_null_or_empty(value) or (isinstance(value, tuple) and all(map(_is_null, value)))


_TEXTS: Final[frozenset[AttributeType]] = frozenset({"String", "Integer"})
_ANY: Final[frozenset[AttributeType]] = _TEXTS | {"Boolean", "Binary"}
# The attributes of a directory extension are texts here, whatever they are at home: "true" passes IS TRUE.
_BOOLEANS: Final[frozenset[AttributeType]] = frozenset({"Boolean", "String"})

OPERATORS: Final[Mapping[str, Operator]] = {
    operator.name: operator
    for operator in (
        Operator("EQUALS", Arity.BINARY, _TEXTS, _equals),
        Operator("NOT EQUALS", Arity.BINARY, _TEXTS, _not_equals),
        Operator("IS TRUE", Arity.UNARY, _BOOLEANS, lambda _operand: _is_boolean("true")),
        Operator("IS FALSE", Arity.UNARY, _BOOLEANS, lambda _operand: _is_boolean("false")),
        Operator("IS NULL", Arity.UNARY, _ANY, lambda _operand: _is_null),
        Operator("IS NOT NULL", Arity.UNARY, _ANY, lambda _operand: lambda value: not _is_null(value)),
        Operator("REGEX MATCH", Arity.BINARY, _TEXTS, lambda operand: _each_text(_matches(operand))),
        Operator("NOT REGEX MATCH", Arity.BINARY, _TEXTS, _not_matches),
        Operator("Greater_Than", Arity.BINARY, _TEXTS, lambda operand: _greater(operand, or_equal=False)),
        Operator("Greater_Than_OR_EQUALS", Arity.BINARY, _TEXTS, lambda operand: _greater(operand, or_equal=True)),
        Operator("Includes", Arity.BINARY, _TEXTS, lambda operand: _each_text(lambda text: operand in text)),
        Operator("ENDS_WITH", Arity.BINARY, _TEXTS, lambda operand: _each_text(lambda text: text.endswith(operand))),
        Operator("&", Arity.BINARY, _TEXTS, lambda operand: _each(_within(operand))),
        Operator("!&", Arity.BINARY, _TEXTS, _not_within),
    )
}
