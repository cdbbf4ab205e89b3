"""What does Replace do with each combination of its arguments (mappings.md 4.3)?

The two plain forms are here; the forms with a regular expression are refused where the pattern stands.
"""

from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.functions.signature import Argument, Attributes, Call, Constant, Evaluate
from instep.rules.mapping.expressions.limits import MAX_TEXT
from instep.rules.mapping.expressions.values import Context, Value

_SOURCE, _FIND, _PATTERN, _GROUP, _REPLACEMENT, _REPLACEMENT_ATTRIBUTE, _TEMPLATE = range(7)


def build_replace(call: Call) -> Evaluate:
    """Replace(source, Find, ..., Replacement, ..., Template): case-sensitive; a null source stays null."""
    for index in (_PATTERN, _GROUP, _REPLACEMENT_ATTRIBUTE):
        if argument := _given(call, index):
            raise ExpressionError(argument.column, "Replace with a regular expression is not available yet")
    find, replacement, template = call.optional(_FIND), call.optional(_REPLACEMENT), _given(call, _TEMPLATE)
    if find is None:
        raise ExpressionError(call.column, "Replace needs the text to find as its second argument")
    if template is not None and replacement is None:
        return _build(call, text=template, find=find, put=call.required(_SOURCE))
    if template is None and replacement is not None:
        return _build(call, text=call.required(_SOURCE), find=find, put=replacement)
    raise ExpressionError(call.column, "Replace needs a replacement (5th argument) or a template (7th), and not both")


def _given(call: Call, index: int) -> Argument | None:
    # People fill the unused places with "" as well as with nothing.
    argument = call.optional(index)
    return None if argument is not None and argument.constant == Constant("") else argument


def _build(call: Call, text: Argument, find: Argument, put: Argument) -> Evaluate:
    read_text, read_find, read_put = text.evaluate, find.evaluate, put.evaluate
    source = call.required(_SOURCE)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        base = call.text(read_text(attributes, context))
        old = call.text(read_find(attributes, context))
        new = call.text(read_put(attributes, context))
        if base is None or (put is source and new is None):
            return None
        return _replace_all(call, base, old, new or "") if old else base

    return evaluate


def _replace_all(call: Call, text: str, old: str, new: str) -> str:
    growth = len(new) - len(old)
    # The first test costs nothing and is nearly always enough; only then are the occurrences counted.
    if growth > 0 and len(text) + len(text) // len(old) * growth > MAX_TEXT:
        call.bounded(len(text) + text.count(old) * growth)
    return text.replace(old, new)
