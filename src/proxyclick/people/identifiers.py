"""How are resources called: `US-G606`? Opaque to clients, made from a number that is never given twice."""

import re
from functools import lru_cache

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PER_LETTER = 1000
_FORM = re.compile(r"([A-Z]{2})-([A-Z]+)(\d{3})", re.ASCII)
_LONGEST = 16


def identifier(prefix: str, number: int) -> str:
    """The id of a number from 0 on: US-A000 to US-Z999, then US-AA000, and so on."""
    rank, digits = divmod(number, _PER_LETTER)
    return f"{prefix}-{_letters(rank)}{digits:03}"


@lru_cache(maxsize=4096)
def _letters(rank: int) -> str:
    letters = ""
    while rank >= 0:
        rank, letter = divmod(rank, len(_LETTERS))
        letters = _LETTERS[letter] + letters
        rank -= 1
    return letters


def number_of(prefix: str, text: str) -> int | None:
    """The number whose id a text is; None when it is the id of nothing."""
    match = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or match[1] != prefix:
        return None
    rank = 0
    for letter in match[2]:
        rank = rank * len(_LETTERS) + _LETTERS.index(letter) + 1
    return (rank - 1) * _PER_LETTER + int(match[3])
