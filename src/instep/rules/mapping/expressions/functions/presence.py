"""What do the functions do that ask whether there is a value?"""

from collections.abc import Callable

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, NotOneText, Value, as_text, is_null, is_null_or_empty


def build_is_null(call: Call) -> Evaluate:
    """IsNull(expression), IsNothing(source): whether there is no value."""
    return _test(call, is_null)


def build_is_null_or_empty(call: Call) -> Evaluate:
    """IsNullOrEmpty(expression): whether there is no value, or the empty text."""
    return _test(call, is_null_or_empty)


def build_is_present(call: Call) -> Evaluate:
    """IsPresent(expression): whether there is a value that is not the empty text."""
    return _test(call, lambda value: not is_null_or_empty(value))


def _test(call: Call, question: Callable[[Value], bool]) -> Evaluate:
    source = call.required(0).evaluate
    return lambda attributes, context: question(source(attributes, context))


def build_is_string(call: Call) -> Evaluate:
    """IsString(expression): whether there is one value that reads as text: a number does, a list of several not."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        try:
            return as_text(source(attributes, context)) is not None
        except NotOneText:
            return False

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
