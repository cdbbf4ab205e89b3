"""Which bits do two numbers have in common?"""

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value, is_null_or_empty


def build_bit_and(call: Call) -> Evaluate:
    """BitAnd(value1, value2): of whole numbers and numeric texts; null if one is null."""
    first, second = call.required(0).evaluate, call.required(1).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        values = first(attributes, context), second(attributes, context)
        if any(map(is_null_or_empty, values)):
            return None
        left, right = (call.integer(value, "each value") for value in values)
        return left & right

    return evaluate
