"""Where does a text stand in another one?"""

from typing import Final

from instep.rules.mapping.expressions.functions.letter_case import upper
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value

_TEXT: Final = "vbTextCompare"
COMPARE_TYPES: Final = frozenset({"vbBinaryCompare", _TEXT})


def build_in_str(call: Call) -> Evaluate:
    """InStr(value1, value2, start, compareType): the position from 1, 0 where it is not found or one is null.

    An empty text is found where the search starts, as in Visual Basic. vbTextCompare takes upper and lower case as
    equal; the default is vbBinaryCompare.
    """
    text, wanted, start = call.read_text(0), call.read_text(1), call.optional(2)
    change = upper if call.constant_text(3) == _TEXT else str

    def evaluate(attributes: Attributes, context: Context) -> Value:
        inside, what = text(attributes, context), wanted(attributes, context)
        first = call.integer(start.evaluate(attributes, context), "the start") if start else 1
        if first < 1:
            raise call.error(f"the first position is 1; the search cannot start at {first}")
        if not inside or what is None:
            return 0
        return change(inside).find(change(what), first - 1) + 1

    return evaluate
