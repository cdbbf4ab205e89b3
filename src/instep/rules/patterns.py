"""Which regular expressions may an administrator write, and what do they mean?

They are written for Entra, thus in .NET's language, and run by RE2, whose time is linear in the text. What RE2
cannot do is refused with the reason; where it would quietly mean something else than .NET, the pattern is rewritten or
refused (decision 0026).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

LONGEST_PATTERN: Final = 4_096
LARGEST_PROGRAM: Final = 50_000  # instructions of RE2, when all repetitions are written out

# .NET reads the shorthands by Unicode category, RE2 by ASCII: "Müller" must match \w+. First outside, then inside [].
_WORD: Final = r"\p{L}\p{Mn}\p{Nd}\p{Pc}"
_SPACE: Final = r"\t-\r\x{85}\p{Z}"
_SHORTHANDS: Final[Mapping[str, tuple[str, str]]] = {
    "w": (f"[{_WORD}]", _WORD),
    "W": (f"[^{_WORD}]", r"\p{Mc}\p{Me}\p{Nl}\p{No}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}"),
    "d": (r"\p{Nd}", r"\p{Nd}"),
    "D": (r"\P{Nd}", r"\P{Nd}"),
    "s": (f"[{_SPACE}]", _SPACE),
    "S": (f"[^{_SPACE}]", r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Co}\x00-\x08\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}"),
    "Z": (r"\z", "Z"),  # a value has no line after its last
    "e": (r"\x1b", r"\x1b"),
    "b": (r"\b", r"\x08"),  # in a class it is a backspace
    "_": ("_", "_"),
}
_RE2_ONLY: Final = frozenset("QECXRN")  # escapes that mean something to RE2, and nothing to .NET

_UNICODE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})")  # one character by its code, which RE2 writes as \\x{...}
_NAMED_GROUP: Final = re.compile(r"\(\?(?:P?<([^>=!]*)>|'([^']*)')")
_GROUP_NAME: Final = re.compile(r"[^\W\d]\w*")

_LINEAR: Final = "patterns run in linear time here, and this construct cannot"
# How RE2's refusals begin, and what they mean to whoever wrote the pattern.
_REFUSALS: Final = (
    ("invalid perl operator: (?=", f"RE2 has no lookahead (?=...): {_LINEAR}"),
    ("invalid perl operator: (?!", f"RE2 has no negative lookahead (?!...): {_LINEAR}; use NOT REGEX MATCH"),
    ("invalid perl operator: (?<", f"RE2 has no lookbehind (?<=...), (?<!...): {_LINEAR}"),
    ("invalid perl operator: (?>", f"RE2 has no atomic group (?>...): {_LINEAR}"),
    ("invalid perl operator: (?(", f"RE2 has no conditions (?(...)...): {_LINEAR}"),
    ("invalid perl operator: ", "RE2 knows only the options i, m and s, as in (?i)"),
    ("bad repetition operator: ", "RE2 has no possessive or doubled repetition"),
    ("invalid repetition size: ", "RE2 repeats at most 1000 times, nested repetitions counted together"),
    ("pattern too large", "the pattern is too large; write smaller repetitions"),
    ("invalid escape sequence: \\k", f"RE2 has no back references: {_LINEAR}"),
    ("invalid escape sequence: ", "RE2 does not know this escape (nor back references such as \\1)"),
    ("missing )", "a parenthesis is not closed"),
    ("unexpected )", "a parenthesis is closed that was not opened"),
    ("missing ]", "a bracket [ is not closed"),
    ("no argument for repetition operator", "there is nothing before the repetition"),
    ("trailing \\", "it ends in a single backslash"),
    ("invalid character class range", "there is no such range or category of characters"),
)


class PatternRefused(Exception):
    """A text that is no pattern, or one that cannot run in linear time; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern, RE2's; `groups` says which of its groups .NET means by a number (as text) or a name."""

    regexp: Any
    groups: Mapping[str, int]


@lru_cache(maxsize=256)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern, case-sensitive unless it says (?i). Raises PatternRefused."""
    import re2  # only those who write patterns pay for loading it

    if len(text) > LONGEST_PATTERN:
        raise PatternRefused(f"the pattern has {len(text):,} characters; at most {LONGEST_PATTERN:,} are taken")
    options = re2.Options()
    options.log_errors = False
    rewriting = _Rewriting(text)
    try:
        regexp = re2.compile(rewriting.written(), options)
    except UnicodeEncodeError:
        raise PatternRefused("the pattern is not valid Unicode text") from None
    except re2.error as error:
        raise PatternRefused(_in_words(error.args[0])) from None
    if regexp.programsize > LARGEST_PROGRAM:
        raise PatternRefused("the pattern is too large; write smaller repetitions")
    return Pattern(regexp, rewriting.groups())


def whole_match(text: str) -> Callable[[str], bool]:
    """Return the test whether a value as a whole, not only a part of it, matches. Raises PatternRefused."""
    match = compile_pattern(text).regexp.fullmatch

    def test(value: str) -> bool:
        try:
            return match(value) is not None
        except UnicodeEncodeError:  # half a surrogate pair is no text that a pattern could be written for
            return False

    return test


class _Rewriting:
    """A pattern on its way from .NET to RE2, and the capturing groups that it has, from the left."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._names: list[str | None] = []

    def written(self) -> str:
        """The pattern for RE2, with .NET's meaning of what RE2 reads otherwise. Raises PatternRefused."""
        pieces: list[str] = []
        while self._position < len(self._text):
            match self._text[self._position]:
                case "\\":
                    pieces.append(self._escape(inside=0))
                case "[":
                    pieces.extend(self._class())
                case "(":
                    pieces.append(self._group())
                case character:
                    self._position += 1
                    pieces.append(character)
        return "".join(pieces)

    def groups(self) -> Mapping[str, int]:
        """RE2's number of a group by .NET's number and by its name: .NET counts those without a name first."""
        unnamed = [index for index, name in enumerate(self._names, start=1) if name is None]
        named = {name: index for index, name in enumerate(self._names, start=1) if name is not None}
        in_order = [0, *unnamed, *named.values()]
        return {**{str(number): index for number, index in enumerate(in_order)}, **named}

    def _escape(self, inside: int) -> str:
        """The escape here; `inside` is 1 in a class and 0 elsewhere."""
        if code := _UNICODE.match(self._text, self._position):
            self._position = code.end()
            return f"\\x{{{code[1]}}}"
        letter = self._text[self._position + 1 : self._position + 2]
        self._position += 2
        if letter in _RE2_ONLY:
            raise PatternRefused(f"the escape \\{letter} means nothing")
        return _SHORTHANDS[letter][inside] if letter in _SHORTHANDS else f"\\{letter}"

    def _class(self) -> Iterator[str]:
        opening = "[^" if self._text.startswith("[^", self._position) else "["
        self._position += len(opening)
        first = self._position
        yield opening
        while (character := self._text[self._position : self._position + 1]) and (
            character != "]" or self._position == first
        ):
            if self._position > first and self._text.startswith("-[", self._position):
                raise PatternRefused("RE2 has no subtraction of characters [a-z-[aeiou]]; list those that are left")
            if character == "\\":
                yield self._escape(inside=1)
            else:
                self._position += 1
                yield f"\\{character}" if character in "[]" else character
        self._position += 1
        yield character

    def _group(self) -> str:
        text, position = self._text, self._position
        if text.startswith("(?#", position):
            end = text.find(")", position)
            self._position = len(text) if end < 0 else end + 1
            return ""
        if named := _NAMED_GROUP.match(text, position):
            name = named[1] or named[2] or ""
            if not _GROUP_NAME.fullmatch(name) or name in self._names:
                raise PatternRefused(f"{name!r} cannot name a group: a letter, then letters and digits, used once")
            self._names.append(name)
            self._position = named.end()
            return f"(?P<{name}>"
        self._position += 1
        if not text.startswith("(?", position):
            self._names.append(None)
        return "("


def _in_words(error: object) -> str:
    said = error.decode(errors="replace") if isinstance(error, bytes) else str(error)
    meaning = next((meaning for beginning, meaning in _REFUSALS if said.startswith(beginning)), None)
    return said if meaning is None else f"{meaning} ({said})"
