"""What do the functions do that take or give a list?"""

from typing import Final

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.limits import MAX_TEXT
from instep.rules.mapping.expressions.values import Context, Value, is_null

# So few parts may be joined before the length is looked at.
_FEW: Final = 16

_WITHOUT_CASE: Final = "CaseInsensitive"
CASE_TYPES: Final = frozenset({"CaseSensitive", _WITHOUT_CASE})


def build_join(call: Call) -> Evaluate:
    """Join(separator, source...): lists are flattened, null and empty texts skipped; "" when nothing is left."""
    separator, constant = call.required(0).evaluate, call.constant_text(0)
    sources = tuple(argument.evaluate for argument in call.present(1))

    def evaluate(attributes: Attributes, context: Context) -> Value:
        parts: list[str] = []
        for source in sources:
            value = source(attributes, context)
            if type(value) is not str:
                if value is not None:
                    _flatten(call, value, parts)
            elif value:
                parts.append(value)
        between = constant if constant is not None else call.text(separator(attributes, context)) or ""
        if len(parts) > _FEW:  # else it is joined first and measured then
            call.bounded(len(between) * len(parts) + sum(map(len, parts)))
        text = between.join(parts)
        if len(text) > MAX_TEXT:
            call.bounded(len(text))
        return text

    return evaluate


def _flatten(call: Call, value: Value, parts: list[str]) -> None:
    parts.extend(text for element in as_list(value) if (text := call.text(element)))


def build_split(call: Call) -> Evaluate:
    """Split(source, delimiter): trimmed elements, empty ones kept so that positions hold.

    Without a delimiter it splits at white space; a null or empty source gives null.
    """
    source, delimiter = call.required(0).evaluate, call.optional(1)
    read_delimiter = delimiter.evaluate if delimiter else None

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = call.text(source(attributes, context))
        if not text:
            return None
        at = (call.text(read_delimiter(attributes, context)) if read_delimiter else None) or None
        call.bounded_list(text.count(at) + 1 if at else 0)
        elements = text.split(at)
        call.bounded_list(len(elements))
        return tuple(element.strip() for element in elements)

    return evaluate


def build_item(call: Call) -> Evaluate:
    """Item(attribute, index): counted from 1; null stays null, and a single value is a list of one."""
    source, position = call.required(0).evaluate, call.required(1).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        index = call.integer(position(attributes, context), "the index")
        if index < 1:
            raise call.error(f"the first element has the index 1; {index} is none")
        if is_null(value):
            return None
        elements = as_list(value)
        if index > len(elements):
            raise call.error(f"there is no element {index}; the attribute has {len(elements)}")
        return elements[index - 1]

    return evaluate


def build_count(call: Call) -> Evaluate:
    """Count(attribute): how many values there are; 0 for null."""
    source = call.required(0).evaluate
    return lambda attributes, context: len(as_list(source(attributes, context)))


def build_remove_duplicates(call: Call) -> Evaluate:
    """RemoveDuplicates(attribute): the first of each that is the same, letter for letter; null stays null."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        if is_null(value):
            return None
        seen: dict[str, Value] = {}
        for element in as_list(value):
            seen.setdefault(repr(element), element)  # complex values are no keys themselves
        return tuple(seen.values())

    return evaluate


def build_contains(call: Call) -> Evaluate:
    """Contains(attribute, search, caseType): the number, from 1, of the first value with the text in it; 0 for none.

    The index is what Item takes. It is case-sensitive unless the third argument is CaseInsensitive.
    """
    source, search = call.required(0).evaluate, call.read_text(1)
    change = str.casefold if call.constant_text(2) == _WITHOUT_CASE else str

    def evaluate(attributes: Attributes, context: Context) -> Value:
        wanted = change(search(attributes, context) or "")
        for index, element in enumerate(as_list(source(attributes, context)), start=1):
            if wanted and wanted in change(call.text(element) or ""):
                return index
        return 0

    return evaluate


def as_list(value: Value) -> tuple[Value, ...]:
    """The values that there are: a single one is a list of one."""
    if is_null(value):
        return ()
    return value if isinstance(value, tuple) else (value,)
