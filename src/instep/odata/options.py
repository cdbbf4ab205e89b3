"""What do the other query options say: `$orderby`, `$select`, `$expand`, `$search`, `$top`?"""

import re
from collections.abc import Mapping

from instep.odata.conditions import Expansion, Order, Path, SearchTerm
from instep.odata.errors import QueryRefused

_NAME = re.compile(r"[A-Za-z_@][A-Za-z0-9_.]*", re.ASCII)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*(?:/[A-Za-z_][A-Za-z0-9_.]*)*", re.ASCII)
_EXPANSION = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(?:\(([^()]*)\))?\s*(?:,|$)", re.ASCII)
_TERM = re.compile(r'"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>AND|OR)\b|(?P<mark>[()])', re.ASCII)


def parse_order(text: str) -> tuple[Order, ...]:
    """Return by what a list is ordered: `displayName desc,id`. Raises QueryRefused."""
    found = []
    for part in text.split(","):
        words = part.split()
        direction = words[1].lower() if len(words) == 2 else "asc"
        if not words or len(words) > 2 or direction not in ("asc", "desc") or not _PATH.fullmatch(words[0]):
            raise QueryRefused(f"$orderby does not understand {part.strip()!r}; write it as in displayName desc")
        found.append(Order(Path(tuple(words[0].split("/"))), direction == "desc"))
    return tuple(found)


def parse_select(text: str) -> tuple[str, ...]:
    """Return which properties are asked for; of a property within another, the outer one. Raises QueryRefused."""
    names = [part.strip().partition("/")[0] for part in text.split(",")]
    for name in names:
        if name != "*" and not _NAME.fullmatch(name):
            raise QueryRefused(f"$select does not understand {name!r}; write it as in id,displayName")
    return tuple(dict.fromkeys(names))


def parse_expand(text: str) -> tuple[Expansion, ...]:
    """Return which related objects come along: `manager($select=id,displayName)`. Raises QueryRefused."""
    found, at = [], 0
    while at < len(text):
        match = _EXPANSION.match(text, at)
        if match is None:
            raise QueryRefused("$expand is not understood; write it as in manager($select=id,displayName)", at)
        found.append(Expansion(match[1], _select_of(match[2] or "")))
        at = match.end()
    if not found:
        raise QueryRefused("$expand names nothing; write it as in manager($select=id,displayName)")
    return tuple(found)


def _select_of(options: str) -> tuple[str, ...]:
    select: tuple[str, ...] = ()
    for option in filter(None, (each.strip() for each in options.split(";"))):
        name, _, value = option.partition("=")
        if name.strip().lower() not in ("$select", "$levels", "$top"):
            raise QueryRefused(f"$expand takes $select within its brackets, not {name.strip()!r}")
        if name.strip().lower() == "$select":
            select = parse_select(value)
    return select


def parse_search(text: str) -> tuple[tuple[SearchTerm, ...], ...]:
    """Return the alternatives of `"displayName:jo" AND "mail:jo" OR "displayName:al"`, each with its terms.

    AND binds before OR; there are no brackets. Raises QueryRefused.
    """
    alternatives: list[list[SearchTerm]] = [[]]
    at, joined = 0, True
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TERM.match(text, at)
        if match is None or match["mark"] or (match["word"] and joined) or (match["quoted"] and not joined):
            raise QueryRefused('$search is not understood; write it as in "displayName:jo" OR "mail:jo"', at)
        if match["word"] == "OR":
            alternatives.append([])
        elif match["quoted"] is not None:
            alternatives[-1].append(_term(match["quoted"], at))
        joined, at = match["word"] is not None, match.end()
    if joined:
        raise QueryRefused('$search ends too early; write it as in "displayName:jo" OR "mail:jo"', at)
    return tuple(tuple(terms) for terms in alternatives)


def _term(quoted: str, at: int) -> SearchTerm:
    name, colon, text = re.sub(r"\\(.)", r"\1", quoted).partition(":")
    if not colon or not _NAME.fullmatch(name) or not text:
        raise QueryRefused('$search wants a property and a text: "displayName:jo"', at)
    return SearchTerm(name, text)


def whole_number(options: Mapping[str, str], name: str, least: int, most: int, default: int) -> int:
    """Return the number of an option. Raises QueryRefused, in Graph's words for a page's size."""
    text = options.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or not least <= int(text) <= most:
        if name == "$top":
            raise QueryRefused(f"Invalid page size specified: '{text}'. Must be between {least} and {most} inclusive.")
        raise QueryRefused(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)
