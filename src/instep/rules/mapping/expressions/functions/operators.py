"""What do `&` and the comparison operators do?

A comparison with a null or empty attribute fails, whichever operator it has: it is false (mappings.md 4.2, IIF).
"""

import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from instep.rules.mapping.expressions.functions.date_texts import read_date
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate, shown
from instep.rules.mapping.expressions.syntax import ComparisonOperator
from instep.rules.mapping.expressions.values import Context, Value, as_number

_COMPARE: Final[dict[ComparisonOperator, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def build_concatenation(call: Call) -> Evaluate:
    """`a & b`: null counts as the empty text."""
    parts = tuple(argument.evaluate for argument in call.present(0))

    def evaluate(attributes: Attributes, context: Context) -> Value:
        texts: list[str] = []
        for part in parts:  # a comprehension would be one more frame at each level of nesting
            texts.append(call.text(part(attributes, context)) or "")  # noqa: PERF401
        call.bounded(sum(map(len, texts)))
        return "".join(texts)

    return evaluate


def build_comparison(call: Call, symbol: ComparisonOperator) -> Evaluate:
    """`a = b` and its like.

    Two texts are equal when they are the same, letter for letter. Otherwise both sides are compared as numbers where
    both are numbers or numeric texts, else as texts, by code point. With a DateTime the other side is read as a date.
    """
    left, right = call.required(0), call.required(1)
    read_left, read_right, compare = left.evaluate, right.evaluate, _COMPARE[symbol]
    left_may_be_empty, right_may_be_empty = left.constant is not None, right.constant is not None
    equality = symbol in ("=", "<>")

    def evaluate(attributes: Attributes, context: Context) -> Value:
        first, second = read_left(attributes, context), read_right(attributes, context)
        first_text = first if isinstance(first, str) else call.text(first)
        second_text = second if isinstance(second, str) else call.text(second)
        if not (first_text or left_may_be_empty) or not (second_text or right_may_be_empty):
            return False
        if equality and first_text is first and second_text is second:
            return compare(first_text, second_text)
        if isinstance(first, datetime) or isinstance(second, datetime):
            return compare(_date(call, first), _date(call, second))
        first_number, second_number = as_number(first), as_number(second)
        if first_number is not None and second_number is not None:
            return compare(first_number, second_number)
        return compare(first_text or "", second_text or "")

    return evaluate


def _date(call: Call, value: Value) -> datetime:
    moment = value if isinstance(value, datetime) else read_date(call.text(value) or "")
    if moment is None:
        raise call.error(f"a date cannot be compared with {shown(value)}; read it with CDate or FormatDateTime")
    return moment
