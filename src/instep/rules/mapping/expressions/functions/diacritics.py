"""What is a name in plain letters?

The documented table is Unicode's decomposition without the combining marks, and a few letters that do not decompose.
Only the marks of Latin, Greek and Cyrillic writing are taken away: a Devanagari vowel sign, an Arabic vowel or a
Japanese voicing mark is part of its word, and taking it would make another one (mappings.md 4.2 says nothing of them).
"""

import re
import unicodedata
from typing import Final

from instep.rules.mapping.expressions.functions.signature import Call, Evaluate

_MARKS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
# Marks in a row are sorted by a way that takes the square of their number; no writing has more than a few.
_MOST_MARKS: Final = 64
_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "Æ": "AE",
        "ø": "oe",
        "Ø": "OE",
        "œ": "oe",
        "Œ": "OE",
        "ß": "ss",
        "ẞ": "SS",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
    }
)


def normalize_diacritics(text: str) -> str:
    """The text without accents: `Søren Łukaß` is `Soeren Lukass`, and `Müller` is `Muller`."""
    if text.isascii():
        return text
    plain = _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
    return unicodedata.normalize("NFC", plain)


def build_normalize_diacritics(call: Call) -> Evaluate:
    """NormalizeDiacritics(source): null stays null."""

    def normalize(text: str) -> str:
        if len(text) > _MOST_MARKS and not text.isascii() and _longest_run_of_marks(text) > _MOST_MARKS:
            raise call.error(f"more than {_MOST_MARKS} marks follow one letter")
        return normalize_diacritics(text)

    return call.map_text(normalize)


def _longest_run_of_marks(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        longest = max(longest, run)
    return longest
