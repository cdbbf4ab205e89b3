"""What does FormatDateTime do: a date from one .NET format into another?"""

from collections.abc import Callable
from typing import Final, TypeVar

from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.functions.date_formats import BadFormat, parse_format, write
from instep.rules.mapping.expressions.functions.date_parsing import DEFAULT_STYLES, STYLES, NoMatch, read
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate, shown
from instep.rules.mapping.expressions.values import Context, Value

_T = TypeVar("_T")
_STYLES_BY_FOLDED_NAME: Final = {style.lower(): style for style in STYLES}
_KEEPS: Final = "RoundtripKind"
_CHANGES: Final = frozenset({"AssumeLocal", "AssumeUniversal", "AdjustToUniversal"})


def count_of_format_date_time(count: int) -> str | None:
    """What is wrong with a FormatDateTime of this many arguments."""
    if count in (3, 4):
        return None
    return (
        "FormatDateTime takes 4 arguments (source, dateTimeStyles, inputFormat, outputFormat), of which the second may "
        f"be left empty; this one has {count}"
    )


def build_format_date_time(call: Call) -> Evaluate:
    """FormatDateTime(source, dateTimeStyles, inputFormat, outputFormat): null and the empty text give null.

    With three arguments it has no styles, as in the cloud-sync reference.
    """
    at = 1 if len(call.arguments) == 3 else 2
    source = call.read_text(0)
    styles = _prepared(call, 1 if at == 2 else len(call.arguments), _styles)
    given, wanted = _prepared(call, at, parse_format), _prepared(call, at + 1, parse_format)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if not text:
            return None
        try:
            found = read(given(attributes, context), text, styles(attributes, context))
        except NoMatch:
            form = call.read_text(at)(attributes, context)
            raise call.error(f"{shown(text)} is no date in the format {shown(form)}") from None
        return write(wanted(attributes, context), found.moment, found.zone)

    return evaluate


def _prepared(call: Call, index: int, prepare: Callable[[str], _T]) -> Callable[[Attributes, Context], _T]:
    """What an argument's text is made into: once and for all, where it is the same for everyone."""
    argument = call.optional(index)
    if argument is None or argument.constant is not None:
        try:
            prepared = prepare(call.constant_text(index) or "")
        except BadFormat as reason:
            raise ExpressionError(argument.column if argument else call.column, str(reason)) from None
        return lambda attributes, context: prepared
    text = call.read_text(index)

    def evaluate(attributes: Attributes, context: Context) -> _T:
        try:
            return prepare(text(attributes, context) or "")
        except BadFormat as reason:
            raise call.error(str(reason)) from None

    return evaluate


def _styles(text: str) -> frozenset[str]:
    """The styles of a list such as `AssumeUniversal, AllowWhiteSpaces`; the default for the empty text."""
    names = [name.strip().removeprefix("DateTimeStyles.").lower() for name in text.replace("|", ",").split(",")]
    if names == [""]:
        return DEFAULT_STYLES
    if unknown := next((name for name in names if name not in _STYLES_BY_FOLDED_NAME), None):
        raise BadFormat(f"{unknown!r} is none of the styles: {', '.join(STYLES)}")
    styles = frozenset(_STYLES_BY_FOLDED_NAME[name] for name in names if name in _STYLES_BY_FOLDED_NAME)
    if (_KEEPS in styles and styles & _CHANGES) or {"AssumeLocal", "AssumeUniversal"} <= styles:
        raise BadFormat(f"the styles {', '.join(sorted(styles))} contradict each other")
    return styles
