"""What do the functions do that make one text of another?"""

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value


def build_append(call: Call) -> Evaluate:
    """Append(source, suffix): null counts as the empty text on either side."""
    source, suffix = call.required(0).evaluate, call.required(1).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        first, second = source(attributes, context), suffix(attributes, context)
        text = first if isinstance(first, str) else call.text(first) or ""
        end = second if isinstance(second, str) else call.text(second) or ""
        call.bounded(len(text) + len(end))
        return text + end

    return evaluate


def build_prepend(call: Call) -> Evaluate:
    """Prepend(prefix, source): null counts as the empty text on either side."""
    prefix, source = call.read_text(0), call.read_text(1)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        start, text = prefix(attributes, context) or "", source(attributes, context) or ""
        call.bounded(len(start) + len(text))
        return start + text

    return evaluate


def build_mid(call: Call) -> Evaluate:
    """Mid(source, start, length): counted from 1 and cut at the end; "" from behind the end; null stays null.

    Without a length it goes on to the end (cloud-sync reference, Item).
    """
    source, start, length = call.required(0).evaluate, call.required(1).evaluate, call.optional(2)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        text = value if isinstance(value, str) else call.text(value)
        if text is None:
            return None
        first = call.integer(start(attributes, context), "the start")
        count = call.integer(length.evaluate(attributes, context), "the length") if length else len(text)
        if first < 1 or count < 0:
            raise call.error(f"it starts at 1 or later and takes 0 characters or more, not {count} from {first}")
        return text[first - 1 : first - 1 + count]

    return evaluate


def build_left(call: Call) -> Evaluate:
    """Left(string, numChars): null gives "", a negative number the whole string."""
    source, count = call.required(0).evaluate, call.required(1).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        text = value if isinstance(value, str) else call.text(value)
        characters = call.integer(count(attributes, context), "the number of characters")
        if text is None:
            return ""
        return text if characters < 0 else text[:characters]

    return evaluate


def build_strip_spaces(call: Call) -> Evaluate:
    """StripSpaces(source): takes out U+0020 and no other white space; null stays null."""
    return call.map_text(lambda text: text.replace(" ", ""))


def build_trim(call: Call) -> Evaluate:
    """Trim(value): without white space at both ends; each value of a list by itself (cloud-sync reference)."""
    source = call.required(0).evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        value = source(attributes, context)
        if isinstance(value, tuple):
            return tuple(text.strip() for element in value if (text := call.text(element)) is not None)
        text = call.text(value)
        return None if text is None else text.strip()

    return evaluate


def build_default_domain(call: Call) -> Evaluate:
    """DefaultDomain(): the directory's default domain (mappings.md 4.1)."""

    def evaluate(attributes: Attributes, context: Context) -> Value:
        if context.default_domain is None:
            raise call.error("no default domain is set; set it with instep apps set APP default_domain=DOMAIN")
        return context.default_domain

    return evaluate


def build_cstr(call: Call) -> Evaluate:
    """CStr(value): the canonical text of a number, a boolean or a reference; null stays null."""
    return call.map_text(lambda text: text)
