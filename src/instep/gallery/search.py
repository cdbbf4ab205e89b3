"""Which applications does a text mean?"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from instep.gallery.template import TemplateSummary

_SEPARATORS: Final = re.compile(r"[\W_]+")
_NO_MATCH: Final = 5


def find(text: str, summaries: Iterable[TemplateSummary]) -> tuple[TemplateSummary, ...]:
    """Those in whose name or id every word occurs: whole names first, then beginnings, whole words, parts of words.

    Upper and lower case and accents do not matter. A text without a word finds all, by name.
    """
    words = _words(text)
    ranked = [(_rank(words, summary), fold(summary.name), summary.id, summary) for summary in summaries]
    return tuple(entry[3] for entry in sorted(ranked, key=lambda entry: entry[:3]) if entry[0] < _NO_MATCH)


def fold(text: str) -> str:
    """The text without what a search leaves out of account: case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _words(text: str) -> list[str]:
    return [word for word in _SEPARATORS.split(fold(text)) if word]


def _rank(words: list[str], summary: TemplateSummary) -> int:
    name, identifier = _words(summary.name), _words(summary.id)
    if words in (name, identifier):
        return 0
    if " ".join(name).startswith(" ".join(words)):
        return 1
    there = {*name, *identifier}
    if all(word in there for word in words):
        return 2
    if all(any(other.startswith(word) for other in there) for word in words):
        return 3
    # Joined without spaces, "proxy click" and "mondaycom" are found too.
    joined = f"{''.join(name)} {''.join(identifier)}"
    return 4 if all(word in joined for word in words) else _NO_MATCH
