"""What is a text in lower or upper case?

Without a culture, one character becomes one character, whatever stands around it, as .NET's invariant culture has it:
`ß` has no capital and a final sigma is no special case. Turkish and Azerbaijani have their own pair of i.
"""

import re
from collections.abc import Callable
from typing import Final

from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value

_CULTURE: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_DOTTED_I_LANGUAGES: Final = frozenset({"tr", "az"})
_DOTTED_TO_LOWER: Final = str.maketrans({"I": "ı", "İ": "i"})
_DOTTED_TO_UPPER: Final = str.maketrans({"i": "İ", "ı": "I"})


def lower(text: str) -> str:
    """Lower case, without regard to a culture."""
    return text.lower() if text.isascii() else "".join(map(_lower_character, text))


def upper(text: str) -> str:
    """Upper case, without regard to a culture."""
    return text.upper() if text.isascii() else "".join(map(_upper_character, text))


def build_to_lower(call: Call) -> Evaluate:
    """ToLower(source, culture): null stays null."""
    return _build(call, lower, lambda text: lower(text.translate(_DOTTED_TO_LOWER)))


def build_to_upper(call: Call) -> Evaluate:
    """ToUpper(source, culture): null stays null."""
    return _build(call, upper, lambda text: upper(text.translate(_DOTTED_TO_UPPER)))


def _build(call: Call, invariant: Callable[[str], str], dotted_i: Callable[[str], str]) -> Evaluate:
    culture_argument = call.optional(1)
    if culture_argument is None:
        return call.map_text(invariant)
    source, culture = call.required(0).evaluate, culture_argument.evaluate

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = call.text(source(attributes, context))
        if text is None:
            return None
        return (dotted_i if _has_dotted_i(call, call.text(culture(attributes, context))) else invariant)(text)

    return evaluate


def _has_dotted_i(call: Call, culture: str | None) -> bool:
    if not culture:
        return False
    if not _CULTURE.fullmatch(culture):
        raise call.error(f"{culture!r} is not the name of a culture; write one such as tr-TR, or leave it out")
    return culture.partition("-")[0].lower() in _DOTTED_I_LANGUAGES


def _lower_character(character: str) -> str:
    changed = character.lower()
    return changed if len(changed) == 1 else character


def _upper_character(character: str) -> str:
    changed = character.upper()
    return changed if len(changed) == 1 else character
