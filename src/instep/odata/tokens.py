"""Which words does a query option consist of?"""

import re
from dataclasses import dataclass
from typing import Literal as OneOf

from instep.odata.errors import QueryRefused

LONGEST = 15_000
Kind = OneOf["name", "string", "number", "moment", "guid", "mark", "end"]

_PARTS: tuple[tuple[Kind, str], ...] = (
    ("string", r"'(?:[^']|'')*'"),
    ("moment", r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,12})?)?(?:Z|[+-]\d\d:\d\d)?)?(?![\w-])"),
    ("guid", r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w-])"),
    ("number", r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])"),
    ("name", r"[$@]?[A-Za-z_][A-Za-z0-9_.]*"),
    ("mark", r"[()/,:]"),
)
_TOKEN = re.compile(r"\s*(?:" + "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PARTS) + ")", re.ASCII)
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query option, and where it begins."""

    kind: Kind
    text: str
    at: int

    @property
    def word(self) -> str:
        """What it is compared with: operators and functions may be written in any letter case."""
        return self.text.lower()


def tokens(text: str) -> list[Token]:
    """Return the words and an end. Raises QueryRefused for what is no word, and for more than LONGEST characters."""
    if len(text) > LONGEST:
        raise QueryRefused(f"The query option has {len(text):,} characters; at most {LONGEST:,} are taken.")
    found: list[Token] = []
    at = 0
    while (blank := _BLANK.match(text, at)) is not None and blank.end() < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            at = blank.end()
            if text[at] == "'":
                raise QueryRefused("The text that begins here has no closing quote", at)
            raise QueryRefused(f"{text[at]!r} is not expected here", at)
        kind: Kind = match.lastgroup  # type: ignore[assignment]
        found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return [*found, Token("end", "", len(text))]
