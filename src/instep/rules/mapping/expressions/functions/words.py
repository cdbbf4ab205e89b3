"""What is a word of a text, and what is a text whose words begin with a capital?"""

import unicodedata
from typing import Final

from instep.rules.mapping.expressions.functions.letter_case import lower, upper
from instep.rules.mapping.expressions.functions.signature import Attributes, Call, Evaluate
from instep.rules.mapping.expressions.values import Context, Value

# The general categories between which .NET's ToTitleCase finds words (mappings.md 4.2, PCase).
_SEPARATING: Final = frozenset(
    {"Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"}
)


def build_word(call: Call) -> Evaluate:
    """Word(string, wordNumber, delimiters): counted from 1; "" where there is no such word.

    Any character of `delimiters` ends a word, and several in a row end it once.
    """
    source, number, delimiters = call.read_text(0), call.required(1).evaluate, call.read_text(2)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context) or ""
        wanted = call.integer(number(attributes, context), "the number of the word")
        separators = delimiters(attributes, context) or ""
        if separators:
            text = text.translate(dict.fromkeys(map(ord, separators[1:]), separators[0]))
        words = [word for word in (text.split(separators[0]) if separators else [text]) if word]
        return words[wanted - 1] if 1 <= wanted <= len(words) else ""

    return evaluate


def build_pcase(call: Call) -> Evaluate:
    """PCase(source, wordSeparators): all else in lower case; null stays null."""
    source, separators = call.read_text(0), call.read_text(1)

    def evaluate(attributes: Attributes, context: Context) -> Value:
        text = source(attributes, context)
        if text is None:
            return None
        between = separators(attributes, context)
        return _capitals_after(between, lower(text)) if between else _title_case(lower(text))

    return evaluate


def _capitals_after(separators: str, text: str) -> str:
    ends, pieces, begins = frozenset(separators), [], True
    for character in text:
        pieces.append(upper(character) if begins else character)
        begins = character in ends
    return "".join(pieces)


def _title_case(text: str) -> str:
    """As .NET does it: a word begins at a letter and goes on, over digits and apostrophes, to a separator."""
    pieces, inside = [], False
    for character in text:
        category = unicodedata.category(character)
        if inside:
            pieces.append(character)
            inside = character == "'" or category not in _SEPARATING
        elif category.startswith("L"):
            pieces.append(_title(character))
            inside = True
        else:
            pieces.append(character)
    return "".join(pieces)


def _title(letter: str) -> str:
    changed = letter.title()
    return changed if len(changed) == 1 else letter
