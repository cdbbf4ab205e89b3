"""How does a .NET format string (`yyyy-MM-dd`) read and write a moment?

The custom specifiers of .NET and its one-letter standard formats, in the invariant culture.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from instep.rules.mapping.expressions.functions.date_texts import DAYS, MONTHS

MAX_FORMAT_LENGTH: Final = 256

_STANDARD: Final = {
    "d": "MM/dd/yyyy",
    "D": "dddd, dd MMMM yyyy",
    "f": "dddd, dd MMMM yyyy HH:mm",
    "F": "dddd, dd MMMM yyyy HH:mm:ss",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "M": "MMMM dd",
    "m": "MMMM dd",
    "O": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "o": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-dd'T'HH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, dd MMMM yyyy HH:mm:ss",
    "Y": "yyyy MMMM",
    "y": "yyyy MMMM",
}
_TOKEN: Final = re.compile(
    r"""(?P<letters>([dfFghHKmMstyzZ])\2*)|%(?P<single>[dfFghHKmMstyz])|'(?P<quoted>[^']*)'|"(?P<double>[^"]*)\""""
    r"""|\\(?P<escaped>.)|(?P<literal>[^%'"\\])""",
    re.DOTALL,
)
_MOST_DIGITS_OF_A_SECOND: Final = 7


class BadFormat(Exception):
    """The format string is none; the message says why."""


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands in the result as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A specifier: its letter, and how often it is repeated. Z is one where a text is read, and means UTC."""

    letter: str
    count: int


Token = Literal | Field


def parse_format(text: str) -> Sequence[Token]:
    """The tokens of a format string. Raises BadFormat."""
    if not text or len(text) > MAX_FORMAT_LENGTH:
        raise BadFormat(f"a format has 1 to {MAX_FORMAT_LENGTH} characters")
    if len(text) == 1:
        if text not in _STANDARD:
            raise BadFormat(f"{text!r} alone is no standard format; write %{text} for the specifier")
        text = _STANDARD[text]
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadFormat(f"{text[position:]!r} is not complete")
        tokens.append(_token(match))
        position = match.end()
    return tokens


def _token(match: re.Match[str]) -> Token:
    letters = match["letters"] or match["single"]
    if letters is None:
        given = (match[name] for name in ("quoted", "double", "escaped", "literal"))
        return Literal(next(text for text in given if text is not None))
    if letters[0] in "fF" and len(letters) > _MOST_DIGITS_OF_A_SECOND:
        raise BadFormat(f"a second has at most {_MOST_DIGITS_OF_A_SECOND} decimals, not {len(letters)}")
    return Field(letters[0], len(letters))


def write(tokens: Sequence[Token], moment: datetime, zone: str) -> str:
    """The moment in this format; `zone` is what the specifier K gives."""
    pieces: list[str] = []
    for token in tokens:
        if isinstance(token, Literal):
            pieces.append(token.text)
        else:
            text = _written(token, moment, zone)
            if token.letter == "F" and not text and pieces and pieces[-1].endswith("."):
                pieces[-1] = pieces[-1][:-1]
            pieces.append(text)
    return "".join(pieces)


def _written(field: Field, moment: datetime, zone: str) -> str:
    count = field.count
    match field.letter:
        case "d":
            return _number(moment.day, count) if count <= 2 else _name(DAYS[moment.weekday()], count)
        case "M":
            return _number(moment.month, count) if count <= 2 else _name(MONTHS[moment.month - 1], count)
        case "y":
            return _number(moment.year % 100, count) if count <= 2 else f"{moment.year:0{count}}"
        case "h":
            return _number(moment.hour % 12 or 12, count)
        case "H":
            return _number(moment.hour, count)
        case "m":
            return _number(moment.minute, count)
        case "s":
            return _number(moment.second, count)
        case "f" | "F":
            digits = f"{moment.microsecond:06}0"[:count]
            return digits if field.letter == "f" else digits.rstrip("0")
        case "t":
            return ("AM" if moment.hour < 12 else "PM")[: 1 if count == 1 else 2]
        case "g":
            return "A.D."
        case "z":
            return {1: "+0", 2: "+00"}.get(count, "+00:00")
        case "Z":
            return "Z" * count
        case _:
            return zone * count


def _number(value: int, count: int) -> str:
    return str(value) if count == 1 else f"{value:02}"


def _name(name: str, count: int) -> str:
    return name[:3] if count == 3 else name
