"""What is put in the place of what a pattern matches (.NET's substitutions, such as `${name}` and `$1`)?"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from instep.rules.mapping.expressions.functions.signature import Call
from instep.rules.patterns import Pattern

Match: TypeAlias = Any  # of RE2
Piece: TypeAlias = Callable[[Match], str]

# RE2 passes over so many characters while a function of ours handles one.
_CHARACTERS_A_STEP: Final = 8
_INSTRUCTIONS_A_STEP: Final = 1_000  # of a large pattern, which RE2 may have to go through for each character
_SUBSTITUTION: Final = re.compile(r"\$(?:([$&`'_+])|([0-9]{1,9})|\{(\w{1,100})\})")
_MARKS: Final[dict[str, Piece]] = {
    "$": lambda match: "$",
    "&": lambda match: str(match.group()),
    "`": lambda match: str(match.string[: match.start()]),
    "'": lambda match: str(match.string[match.end() :]),
    "_": lambda match: str(match.string),
    "+": lambda match: str(match.group(match.re.groups) or ""),
}


def parse_replacement(text: str, pattern: Pattern) -> Sequence[Piece]:
    """What a replacement is made of; what names no group of the pattern stands for itself, as in .NET."""
    pieces: list[Piece] = []
    position = 0
    for match in _SUBSTITUTION.finditer(text):
        mark, number, name = match.groups()
        piece = _MARKS.get(mark) or _group(pattern, str(int(number)) if number else name)
        if piece is None:
            continue
        pieces += [_literal(text[position : match.start()]), piece]
        position = match.end()
    return [*pieces, _literal(text[position:])]


def substitute(call: Call, pattern: Pattern, text: str, replacement: Sequence[Piece]) -> str:
    """Put the replacement in the place of every match."""
    edits = ((match.span(), (piece(match) for piece in replacement)) for match in _matches(call, pattern, text))
    return _edited(call, text, edits)


def substitute_group(call: Call, pattern: Pattern, text: str, group: int, replacement: str) -> str:
    """Put the replacement in the place of one group of every match, and leave the rest of the match."""
    edits = ((match.span(group), (replacement,)) for match in _matches(call, pattern, text))
    return _edited(call, text, edits)


def first_of_group(call: Call, pattern: Pattern, text: str, group: int) -> str | None:
    """The text of a group in the first match; None without a match, or where the group took no part in it."""
    match = next(_matches(call, pattern, text), None)
    return None if match is None else match.group(group)


def _matches(call: Call, pattern: Pattern, text: str) -> Iterator[Match]:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise call.error("the text has half a character (a lone surrogate)") from None
    call.meter.count(_looks(pattern, len(text)), call.column)
    for match in pattern.regexp.finditer(text):
        yield match
        call.meter.count(_looks(pattern, len(text) - match.end()), call.column)


def _looks(pattern: Pattern, characters: int) -> int:
    """Steps of a search through so many characters; each match may need one to the end of the text."""
    instructions = int(pattern.regexp.programsize)
    return (1 + instructions // _INSTRUCTIONS_A_STEP) * (1 + characters // _CHARACTERS_A_STEP)


def _edited(call: Call, text: str, edits: Iterable[tuple[tuple[int, int], Iterable[str]]]) -> str:
    pieces: list[str] = []
    length, position = len(text), 0
    for (start, end), put in edits:
        if start < 0:
            continue  # a group that took no part in the match
        pieces.append(text[position:start])
        length -= end - start
        for piece in put:
            length += len(piece)
            call.bounded(length)
            pieces.append(piece)
        position = end
    return "".join((*pieces, text[position:]))


def _literal(text: str) -> Piece:
    return lambda match: text


def _group(pattern: Pattern, key: str) -> Piece | None:
    index = pattern.groups.get(key)
    return None if index is None else lambda match: str(match.group(index) or "")
