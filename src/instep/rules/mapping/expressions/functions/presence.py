"""What do the functions do that ask whether there is a value?"""

from collections.abc import Callable

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import DROP, Context, Value, is_null, is_null_or_empty


def _test(question: Callable[[Value], bool]) -> Callable[[Call], Evaluate]:
    def build(call: Call) -> Evaluate:
        source = call.required(0).evaluate
        return lambda attributes, context: question(source(attributes, context))

    return build


build_is_null = _test(is_null)
build_is_null_or_empty = _test(is_null_or_empty)
build_is_present = _test(lambda value: not is_null_or_empty(value))


def build_ignore_flow(call: Call) -> Evaluate:
    """IgnoreFlowIfNullOrEmpty(expression): the value, or DROP."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        return DROP if is_null_or_empty(value) else value

    return evaluate


def build_coalesce(call: Call) -> Evaluate:
    """Coalesce(source...): the first value that is not null; the empty text is a value (mappings.md 4.2)."""
    sources = tuple(argument.evaluate for argument in call.present(0))

    def evaluate(attributes: Attributes, context: Context) -> Value:
        for source in sources:
            value = source(attributes, context)
            if not is_null(value):
                return value
        return None

    return evaluate
