"""Which regular expressions may an administrator write, and what do they mean?

They are written for Entra, thus in .NET's language, and run by RE2, whose time is linear in the text. What RE2
cannot do is refused with the reason; where it would quietly mean something else than .NET, the pattern is rewritten or
refused (decision 0026).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

LONGEST_PATTERN: Final = 4_096

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
}

_UNICODE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})")  # one character by its code, which RE2 writes as \\x{...}

_LINEAR: Final = "patterns run in linear time here, and this construct cannot"
# How RE2's refusals begin, and what they mean to whoever wrote the pattern.
_REFUSALS: Final = (
    ("invalid perl operator: (?=", f"RE2 has no lookahead (?=...): {_LINEAR}"),
    ("invalid perl operator: (?!", f"RE2 has no negative lookahead (?!...): {_LINEAR}; use NOT REGEX MATCH"),
    ("invalid perl operator: (?<", f"RE2 has no lookbehind (?<=...), (?<!...): {_LINEAR}"),
    ("invalid perl operator: (?>", f"RE2 has no atomic group (?>...): {_LINEAR}"),
    ("invalid perl operator: (?#", "RE2 has no comments (?#...)"),
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


def compile_pattern(text: str) -> Any:
    """Return the RE2 pattern, case-sensitive unless it says (?i). Raises PatternRefused."""
    import re2  # only those who write patterns pay for loading it

    if len(text) > LONGEST_PATTERN:
        raise PatternRefused(f"the pattern has {len(text):,} characters; at most {LONGEST_PATTERN:,} are taken")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile("".join(_rewritten(text)), options)
    except UnicodeEncodeError:
        raise PatternRefused("the pattern is not valid Unicode text") from None
    except re2.error as error:
        raise PatternRefused(_in_words(error.args[0])) from None


def whole_match(text: str) -> Callable[[str], bool]:
    """Return the test whether a value as a whole, not only a part of it, matches. Raises PatternRefused."""
    match = compile_pattern(text).fullmatch

    def test(value: str) -> bool:
        try:
            return match(value) is not None
        except UnicodeEncodeError:  # half a surrogate pair is no text that a pattern could be written for
            return False

    return test


def _rewritten(text: str) -> Iterator[str]:
    """Yield the pattern with .NET's meaning of the escapes."""
    position, class_began = 0, -1
    while position < len(text):
        piece = text[position : position + 2] if text[position] == "\\" else text[position]
        inside = class_began >= 0
        if code := _UNICODE.match(text, position):
            piece = code[0]
            yield f"\\x{{{code[1]}}}"
        elif len(piece) == 2 and piece[1] in _SHORTHANDS:
            yield _SHORTHANDS[piece[1]][inside]
        else:
            yield piece
        if piece == "[" and not inside:
            class_began = position + (2 if text.startswith("[^", position) else 1)
        elif inside and position > class_began and text.startswith("-[", position):
            raise PatternRefused("RE2 has no subtraction of characters [a-z-[aeiou]]; list those that are left")
        elif inside and position > class_began and piece == "]":
            class_began = -1
        position += len(piece)


def _in_words(error: object) -> str:
    said = error.decode(errors="replace") if isinstance(error, bytes) else str(error)
    meaning = next((meaning for beginning, meaning in _REFUSALS if said.startswith(beginning)), None)
    return said if meaning is None else f"{meaning} ({said})"
