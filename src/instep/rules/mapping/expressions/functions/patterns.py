"""What does a .NET regular expression match, by RE2, which takes time in proportion to the text?

Patterns are written for .NET (mappings.md 4.3). Where RE2 writes the same thing otherwise it is written anew; what RE2
cannot do in linear time is refused, with its name.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import re2

MAX_PROGRAM_SIZE: Final = 50_000  # instructions of RE2

# .NET's classes know all scripts: a name such as José is one word (RE2's own are for ASCII).
_CLASSES: Final = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": r"\p{L}\p{Mn}\p{Nd}\p{Pc}",
    "W": r"\p{Mc}\p{Me}\p{Nl}\p{No}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}",
    "s": r"\t-\r\x{85}\p{Z}",
    "S": r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Co}\x00-\x08\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}",
}
_ESCAPES: Final = {"Z": r"\z", "e": r"\x1b", "_": "_"}
_UNKNOWN_ESCAPES: Final = frozenset("QECXRNKhH")  # mean something to RE2, and nothing to .NET
_NAMED_GROUP: Final = re.compile(r"\(\?(?:P?<([^>=!]*)>|'([^']*)')")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_REFUSED: Final = {
    "(?=": "look-ahead, (?=",
    "(?!": "look-ahead, (?!",
    "(?<=": "look-behind, (?<=",
    "(?<!": "look-behind, (?<!",
    "(?>": "an atomic group, (?>",
    "(?(": "a condition, (?(",
}


class PatternRefused(Exception):
    """The text is no pattern, or not one that can be matched in linear time; the message says what is in the way."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; `groups` says which of RE2's groups .NET means by a number or a name."""

    regexp: Any
    groups: dict[str, int]
    cost: int  # of each character looked at, relative to a plain pattern's


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """Compile a .NET pattern. Raises PatternRefused."""
    translation = _Translation(text)
    options = re2.Options()
    options.log_errors = False
    try:
        regexp = re2.compile(translation.written(), options)
    except re2.error as error:
        reason = error.args[0]
        detail = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise PatternRefused(f"RE2 refuses the pattern: {detail}") from None
    except UnicodeEncodeError:
        raise PatternRefused("the pattern has half a character (a lone surrogate)") from None
    if regexp.programsize > MAX_PROGRAM_SIZE:
        raise PatternRefused("the pattern is too large when its repetitions are written out")
    return Pattern(regexp, translation.groups(), 1 + regexp.programsize // 1_000)


class _Translation:
    """A pattern on its way from .NET to RE2."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._names: list[str | None] = []  # of the capturing groups, from the left

    def written(self) -> str:
        """The pattern for RE2. Raises PatternRefused."""
        return "".join(self._pieces())

    def groups(self) -> dict[str, int]:
        """RE2's group by .NET's number or name: .NET counts those without a name first."""
        unnamed = [index for index, name in enumerate(self._names, start=1) if name is None]
        named = {name: index for index, name in enumerate(self._names, start=1) if name is not None}
        in_order = [0, *unnamed, *named.values()]
        return {**{str(number): index for number, index in enumerate(in_order)}, **named}

    def _pieces(self) -> Iterator[str]:
        while self._position < len(self._text):
            character = self._text[self._position]
            if character == "\\":
                yield self._escape(_outside_class)
            elif character == "[":
                yield from self._class()
            elif character == "(":
                yield self._group()
            else:
                self._position += 1
                yield character

    def _escape(self, as_class: Callable[[str], str]) -> str:
        letter = self._text[self._position + 1 : self._position + 2]
        self._position += 2
        if letter in _CLASSES:
            return as_class(letter)
        if letter in _UNKNOWN_ESCAPES:
            raise PatternRefused(f"the pattern has an escape that means nothing: \\{letter}")
        if (letter.isdigit() and letter != "0") or letter == "k":
            raise PatternRefused(
                f"RE2 refuses the pattern: it cannot refer back to a group, \\{letter}, in linear time"
            )
        if letter == "u":
            return self._code_unit()
        return _ESCAPES.get(letter, f"\\{letter}")

    def _code_unit(self) -> str:
        digits = self._text[self._position : self._position + 4]
        if not re.fullmatch(r"[0-9A-Fa-f]{4}", digits) or "D800" <= digits.upper() <= "DFFF":
            raise PatternRefused(f"\\u takes four hexadecimal digits of a whole character, not {digits!r}")
        self._position += 4
        return f"\\x{{{digits}}}"

    def _class(self) -> Iterator[str]:
        start = self._position
        self._position += 1
        yield "["
        first = True
        while True:
            character = self._text[self._position : self._position + 1]
            if not character:
                raise PatternRefused(f"the [ at its character {start + 1} is not closed")
            if character == "^" and self._position == start + 1:
                self._position += 1
                yield "^"
                continue
            if character == "]" and not first:
                self._position += 1
                yield "]"
                return
            first = False
            if self._text.startswith("-[", self._position):
                raise PatternRefused("RE2 refuses the pattern: it cannot subtract one class from another, -[")
            if self._text.startswith("\\b", self._position):
                self._position += 2
                yield r"\x08"  # a backspace here, not the end of a word
            elif character == "\\":
                yield self._escape(_CLASSES.__getitem__)
            else:
                self._position += 1
                yield f"\\{character}" if character in "[]" else character

    def _group(self) -> str:
        text, position = self._text, self._position
        for opening, what in _REFUSED.items():
            if text.startswith(opening, position):
                raise PatternRefused(f"RE2 refuses the pattern: it cannot do {what}, in linear time")
        if text.startswith("(?#", position):
            end = text.find(")", position)
            self._position = len(text) if end < 0 else end + 1
            return ""
        if match := _NAMED_GROUP.match(text, position):
            name = match[1] or match[2] or ""
            if not _NAME.fullmatch(name) or name in self._names:
                raise PatternRefused(f"{name!r} cannot name a group: a letter, then letters and digits, once each")
            self._names.append(name)
            self._position = match.end()
            return f"(?P<{name}>"
        self._position += 1
        if text.startswith("(?", position):
            return "("
        self._names.append(None)
        return "("


def _outside_class(letter: str) -> str:
    # A negated class has the code points, too, that no category names.
    return f"[{_CLASSES[letter]}]" if letter.islower() else f"[^{_CLASSES[letter.lower()]}]"
