"""Which moment does a text name that is written in a given .NET format (`DateTime.ParseExact`)?"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from instep.rules.mapping.expressions.functions.date_formats import Field, Literal, Token
from instep.rules.mapping.expressions.functions.date_texts import DAYS, MONTHS, full_year, offset

STYLES: Final = (
    "None", "AllowLeadingWhite", "AllowTrailingWhite", "AllowInnerWhite", "AllowWhiteSpaces", "NoCurrentDateDefault",
    "AdjustToUniversal", "AssumeLocal", "AssumeUniversal", "RoundtripKind",
)  # fmt: skip
DEFAULT_STYLES: Final = frozenset({"RoundtripKind", "AllowLeadingWhite", "AllowTrailingWhite"})

_ZONES: Final = {
    1: re.compile("[+-][0-9]{1,2}"),
    2: re.compile("[+-][0-9]{2}"),
    3: re.compile("[+-][0-9]{2}:?[0-9]{2}"),
}


class NoMatch(Exception):
    """The text is not written in the format, or names a day that there is not."""


@dataclass(frozen=True, slots=True)
class Read:
    """A moment in UTC; `zone` is what the specifier K would write of it: empty where the text had no zone."""

    moment: datetime
    zone: str


def read(tokens: Sequence[Token], text: str, styles: Collection[str]) -> Read:
    """The moment that the text names. Raises NoMatch.

    The server's own zone is UTC. What the format leaves out is the first of January of the year 1 at midnight: nothing
    depends on the day of the evaluation (decision 21).
    """
    all_white = "AllowWhiteSpaces" in styles
    start, end = 0, len(tokens)
    if all_white or "AllowLeadingWhite" in styles:
        text = text.lstrip()
        start = next((index for index, token in enumerate(tokens) if not _is_white(token)), end)
    if all_white or "AllowTrailingWhite" in styles:
        text = text.rstrip()
        end = next((index + 1 for index in range(end - 1, start, -1) if not _is_white(tokens[index])), start + 1)
    reader = _LenientReader(text) if all_white or "AllowInnerWhite" in styles else _Reader(text)
    for index in range(start, min(end, len(tokens))):
        reader.take(tokens[index], tokens[index + 1] if index + 1 < end else None)
    if not reader.is_at_end:
        raise NoMatch
    return reader.result(styles)


def _is_white(token: Token) -> bool:
    return isinstance(token, Literal) and token.text.isspace()


class _Reader:
    """A text, how far it has been read, and what was found so far."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._found: dict[str, int] = {}
        self._ahead: timedelta | None = None
        self._is_utc = False

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left to read."""
        return self._position == len(self._text)

    def take(self, token: Token, following: Token | None) -> None:
        """Read what one token stands for."""
        if isinstance(token, Field):
            self._field(token)
        elif not self._skip(token.text) and not _may_be_missing(token, following):
            raise NoMatch

    def result(self, styles: Collection[str]) -> Read:
        """The moment that all that was found makes."""
        found = self._found
        try:
            moment = datetime(
                found.get("year", 1), found.get("month", 1), found.get("day", 1),
                self._hour(), found.get("minute", 0), found.get("second", 0), found.get("fraction", 0), tzinfo=UTC,
            )  # fmt: skip
            if found.get("weekday", moment.weekday()) != moment.weekday():
                raise NoMatch
            return Read(moment - (self._ahead or timedelta(0)), self._zone(styles))
        except (ValueError, OverflowError):
            raise NoMatch from None

    def _zone(self, styles: Collection[str]) -> str:
        assumes = "AssumeUniversal" in styles or "AssumeLocal" in styles
        if self._ahead is None and not assumes:
            return ""
        keeps = self._is_utc and "RoundtripKind" in styles
        return "Z" if keeps or "AdjustToUniversal" in styles else "+00:00"

    def _hour(self) -> int:
        half, hour = self._found.get("half"), self._found.get("hour", 0)
        twelfth = self._found.get("hour of 12")
        if twelfth is not None and twelfth <= 12:
            return twelfth % 12 + (12 if half == 1 else 0)
        if twelfth is not None or (half is not None and (hour >= 12) != (half == 1)):
            raise NoMatch
        return hour

    def _field(self, field: Field) -> None:
        count = field.count
        match field.letter:
            case "y":
                year = self._digits(1 if count == 1 else count, 2 if count == 1 else count)
                self._set("year", full_year(year) if count <= 2 else year)
            case "M" if count > 2:
                self._set("month", self._name(MONTHS, count) + 1)
            case "d" if count > 2:
                self._set("weekday", self._name(DAYS, count))
            case "M" | "d" | "H" | "h" | "m" | "s":
                names = {"M": "month", "d": "day", "H": "hour", "h": "hour of 12", "m": "minute", "s": "second"}
                self._set(names[field.letter], self._digits(min(count, 2), 2))
            case "f" | "F":
                self._fraction(count, count if field.letter == "f" else 0)
            case "t":
                self._half(count)
            case "g":
                self._matched(r"[Aa]\.?[Dd]\.?")
            case _:
                self._offset(field)

    def _offset(self, field: Field) -> None:
        if field.letter in "KZ" and (self._skip("Z") or self._skip("GMT")):
            self._ahead, self._is_utc = timedelta(0), True
            return
        pattern = _ZONES[min(field.count, 3)] if field.letter == "z" else _ZONES[3]
        match = pattern.match(self._text, self._position)
        if field.letter == "Z" or (match is None and field.letter == "z"):
            raise NoMatch
        if match is None:  # K stands for a zone or for none
            return
        self._position = match.end()
        try:
            self._ahead = offset(match.group())
        except ValueError:
            raise NoMatch from None

    def _fraction(self, most: int, least: int) -> None:
        digits = self._matched(rf"[0-9]{{{least},{most}}}")
        self._set("fraction", int(f"{digits}000000"[:6]))

    def _half(self, count: int) -> None:
        self._set("half", "AP".index(self._matched("[AaPp]").upper()))
        if count > 1:
            self._matched("[Mm]")

    def _name(self, names: Sequence[str], count: int) -> int:
        for index, name in enumerate(names):
            shown = name[:3] if count == 3 else name
            if self._text[self._position : self._position + len(shown)].lower() == shown.lower():
                self._position += len(shown)
                return index
        raise NoMatch

    def _digits(self, least: int, most: int) -> int:
        return int(self._matched(rf"[0-9]{{{least},{most}}}"))

    def _matched(self, pattern: str) -> str:
        match = re.compile(pattern).match(self._text, self._position)
        if match is None:
            raise NoMatch
        self._position = match.end()
        return match.group()

    def _skip(self, word: str) -> bool:
        if not self._text.startswith(word, self._position):
            return False
        self._position += len(word)
        return True

    def _set(self, name: str, value: int) -> None:
        if self._found.setdefault(name, value) != value:
            raise NoMatch


class _LenientReader(_Reader):
    """One that passes over white space wherever it stands (AllowInnerWhite)."""

    @property
    def is_at_end(self) -> bool:
        return not self._text[self._position :].strip()

    def take(self, token: Token, following: Token | None) -> None:
        while self._text[self._position : self._position + 1].isspace():
            self._position += 1
        if not _is_white(token):
            super().take(token, following)


def _may_be_missing(token: Literal, following: Token | None) -> bool:
    """A point before F, which stands for no digits, too."""
    return token.text == "." and isinstance(following, Field) and following.letter == "F"
