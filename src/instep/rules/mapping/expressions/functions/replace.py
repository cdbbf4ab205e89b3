"""What does Replace do with each combination of its arguments (mappings.md 4.3)?"""

from collections.abc import Callable, Sequence

from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.functions.signature import Argument, Attributes, Call, Constant, Evaluate
from instep.rules.mapping.expressions.functions.substitutions import (
    Piece,
    first_of_group,
    parse_replacement,
    substitute,
    substitute_group,
)
from instep.rules.mapping.expressions.limits import MAX_TEXT
from instep.rules.mapping.expressions.values import Context, Value
from instep.rules.patterns import Pattern, PatternRefused, compile_pattern

_SOURCE, _FIND, _PATTERN, _GROUP, _REPLACEMENT, _REPLACEMENT_ATTRIBUTE, _TEMPLATE = range(7)


def build_replace(call: Call) -> Evaluate:
    """Replace(source, Find, ..., Replacement, ..., Template): case-sensitive; a null source stays null.

    The replacement attribute alone is for a source that is null or empty.
    """
    given = frozenset(index for index in range(_FIND, _TEMPLATE + 1) if _given(call, index))
    replacement = {_REPLACEMENT} if call.optional(_REPLACEMENT) else set()  # "" replaces, too
    if given in ({_FIND}, {_FIND, _REPLACEMENT}) and replacement:
        return _plain(call, text=call.required(_SOURCE), put=call.required(_REPLACEMENT))
    if given == {_FIND, _TEMPLATE}:
        return _plain(call, text=call.required(_TEMPLATE), put=call.required(_SOURCE))
    if given in ({_PATTERN}, {_PATTERN, _REPLACEMENT}) and replacement:
        return _by_pattern(call)
    if given in ({_PATTERN, _GROUP}, {_PATTERN, _GROUP, _REPLACEMENT}) and replacement:
        return _of_group(call)
    if given == {_PATTERN, _GROUP, _REPLACEMENT_ATTRIBUTE}:
        return _from_other_attribute(call)
    raise ExpressionError(
        call.column,
        "Replace takes, besides its source, one of these: oldValue and replacementValue; oldValue and template; "
        "regexPattern and replacementValue; regexPattern, regexGroupName and replacementValue; regexPattern, "
        "regexGroupName and replacementAttributeName",
    )


def _given(call: Call, index: int) -> Argument | None:
    # People fill the unused places with "" as well as with nothing.
    argument = call.optional(index)
    return None if argument is not None and argument.constant == Constant("") else argument


def _plain(call: Call, text: Argument, put: Argument) -> Evaluate:
    read_text, read_put, read_find = text.evaluate, put.evaluate, call.required(_FIND).evaluate
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


def _by_pattern(call: Call) -> Evaluate:
    source, pattern, replacement = call.read_text(_SOURCE), _read_pattern(call), _read_replacement(call)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None:
            return None
        compiled = pattern(attributes, context)
        return substitute(call, compiled, text, replacement(compiled, attributes, context))

    return evaluate


def _of_group(call: Call) -> Evaluate:
    source, put = call.read_text(_SOURCE), call.read_text(_REPLACEMENT)
    pattern, group = _read_pattern(call), _read_group(call)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None:
            return None
        compiled = pattern(attributes, context)
        new = put(attributes, context) or ""
        return substitute_group(call, compiled, text, group(compiled, attributes, context), new)

    return evaluate


def _from_other_attribute(call: Call) -> Evaluate:
    other = call.required(_REPLACEMENT_ATTRIBUTE)
    if other.constant is not None:
        raise ExpressionError(other.column, f"an attribute is needed here, in brackets: [{other.constant.value}]")
    source, spare = call.read_text(_SOURCE), call.read_text(_REPLACEMENT_ATTRIBUTE)
    pattern, group = _read_pattern(call), _read_group(call)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        if text := source(attributes, context):
            return text
        compiled = pattern(attributes, context)
        index = group(compiled, attributes, context)
        instead = spare(attributes, context)
        return None if instead is None else first_of_group(call, compiled, instead, index)

    return evaluate


def _read_pattern(call: Call) -> Callable[[Attributes, Context], Pattern]:
    """The pattern: made once where it is written in the expression, so that a bad one is refused when it is saved."""
    argument, text = call.required(_PATTERN), call.read_text(_PATTERN)
    if argument.constant is not None:
        try:
            compiled = compile_pattern(call.constant_text(_PATTERN) or "")
        except PatternRefused as reason:
            raise ExpressionError(argument.column, str(reason)) from None
        return lambda attributes, context: compiled

    def evaluate(attributes: Attributes, context: Context) -> Pattern:
        try:
            return compile_pattern(text(attributes, context) or "")
        except PatternRefused as reason:
            raise call.error(str(reason)) from None

    return evaluate


def _read_group(call: Call) -> Callable[[Pattern, Attributes, Context], int]:
    pattern, name = call.constant_text(_PATTERN), call.constant_text(_GROUP)
    if pattern is not None and name is not None and name not in compile_pattern(pattern).groups:
        raise ExpressionError(call.required(_GROUP).column, f"the pattern has no group {name!r}")
    text = call.read_text(_GROUP)

    def read(compiled: Pattern, attributes: Attributes, context: Context) -> int:
        group = text(attributes, context) or ""
        if group not in compiled.groups:
            raise call.error(f"the pattern has no group {group[:40]!r}")
        return compiled.groups[group]

    return read


def _read_replacement(call: Call) -> Callable[[Pattern, Attributes, Context], Sequence[Piece]]:
    pattern, constant = call.constant_text(_PATTERN), call.constant_text(_REPLACEMENT)
    if pattern is not None and constant is not None:
        pieces = parse_replacement(constant, compile_pattern(pattern))
        return lambda compiled, attributes, context: pieces
    text = call.read_text(_REPLACEMENT)
    return lambda compiled, attributes, context: parse_replacement(text(attributes, context) or "", compiled)
