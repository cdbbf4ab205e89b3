"""Which path or filter does a text mean, and where exactly is it wrong?"""

import json
import math
import re
from enum import Enum

from instep.scim.errors import ScimError
from instep.scim.syntax import And, Compare, Filter, Literal, Not, Operator, Or, Path, Present, ValuePath

MAX_LENGTH = 65_536
MAX_DEPTH = 40

_TOKEN = re.compile(r'\s*(?:(?P<mark>[()\[\]])|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[^\s()\[\]"]+))', re.DOTALL)
_SPACE = re.compile(r"\s*")
_OPENING = re.compile(r"\s*\(")
_URN = re.compile(r"[A-Za-z][\w+.-]*:\S*[^\s:]", re.ASCII)
_NAME = re.compile(r"[A-Za-z_$][\w$-]*", re.ASCII)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
# A schema's URN ends in its version and the resource's name (RFC 7643, 10.2.1): what follows them is an attribute.
_SCHEMA_URN = re.compile(r"(?P<urn>.+?:\d+(?:\.\d+)*:[A-Z][\w-]*)(?::(?P<rest>.*))?", re.ASCII | re.IGNORECASE)
_VERSION = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
_BAREWORD = re.compile(r"[^\\'][^\\]*")  # in single quotes it is meant to be something else
_KEYWORDS = frozenset({"and", "or", "not"})
_CONSTANTS: dict[str, Literal] = {"true": True, "false": False, "null": None}
_OPERATORS = {operator.value: operator for operator in Operator}


class Barewords(Enum):
    """May text stand without quotes, as in `externalId eq jyoung`? RFC 7644 says no, some clients yes."""

    REFUSED = "refused"
    ARE_TEXT = "are text"


class Parser:
    """A recursive descent over one text; every fault is raised as `error`, with the character that it starts at."""

    def __init__(self, text: str, error: type[ScimError], barewords: Barewords = Barewords.REFUSED) -> None:
        self._text, self._error, self._barewords = text, error, barewords
        if len(text) > MAX_LENGTH:
            raise error(f"The expression has {len(text)} characters; {MAX_LENGTH} are read at most.")
        self._at = 0
        self._depth = 0
        self._kind: str | None = None
        self._lexeme = ""
        self._next = 0
        self._advance()

    def filter(self) -> Filter:
        """The filter that the whole text is."""
        found = self._or()
        self._expect_end()
        return found

    def path(self) -> Path:
        """The PATCH path that the whole text is."""
        found = self._path()
        self._expect_end()
        return found

    def _advance(self) -> None:
        match = _TOKEN.match(self._text, self._next)
        if match is None:
            self._at = _skip_space(self._text, self._next)
            self._kind, self._lexeme = None, ""
            if self._at < len(self._text):
                raise self._fault("the text in quotes has no end")
            return
        self._kind = match.lastgroup
        self._lexeme = match[match.lastgroup] if match.lastgroup else ""
        self._at = match.start(match.lastgroup or 0)
        self._next = match.end()

    def _fault(self, problem: str) -> ScimError:
        shown = self._text if len(self._text) <= 200 else self._text[:200] + "..."
        return self._error(f"At character {self._at + 1} of {shown!r}: {problem}.")

    def _expect_end(self) -> None:
        if self._kind is not None:
            raise self._fault(f"{self._lexeme!r} was not expected here")

    def _take_mark(self, mark: str) -> None:
        if self._lexeme != mark or self._kind != "mark":
            raise self._fault(f"{mark!r} is missing")
        self._advance()

    def _keyword(self) -> str:
        return self._lexeme.lower() if self._kind == "word" else ""

    def _or(self) -> Filter:
        terms = [self._and()]
        while self._keyword() == "or":
            self._advance()
            terms.append(self._and())
        return terms[0] if len(terms) == 1 else Or(tuple(terms))

    def _and(self) -> Filter:
        terms = [self._term()]
        while self._keyword() == "and":
            self._advance()
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else And(tuple(terms))

    def _term(self) -> Filter:
        if self._kind == "mark" and self._lexeme == "(":
            return self._nested("(", ")")
        if self._keyword() == "not" and _OPENING.match(self._text, self._next):
            self._advance()
            return Not(self._nested("(", ")"))
        return self._comparison()

    def _nested(self, opening: str, closing: str) -> Filter:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._fault(f"brackets are nested deeper than {MAX_DEPTH}")
        self._take_mark(opening)
        found = self._or()
        self._take_mark(closing)
        self._depth -= 1
        return found

    def _comparison(self) -> Filter:
        path = self._path()
        word = self._keyword()
        if word == "pr":
            self._advance()
            return Present(path)
        if word in _OPERATORS:
            self._advance()
            return Compare(path, _OPERATORS[word], self._literal())
        if path.value_filter is not None and path.sub_attribute is None and word in ("", "and", "or"):
            return ValuePath(path)
        if self._kind is None:
            raise self._fault(f"an operator must follow {str(path)!r}")
        raise self._fault(f"{self._lexeme!r} is no operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)")

    def _literal(self) -> Literal:
        token, kind = self._lexeme, self._kind
        if kind not in ("text", "word"):
            raise self._fault("a value is missing")
        value = self._quoted(token) if kind == "text" else self._unquoted(token)
        self._advance()
        return value

    def _quoted(self, token: str) -> str:
        try:
            value = json.loads(token, strict=False)
            value.encode()
        except ValueError:
            raise self._fault("the text in quotes is not valid JSON") from None
        return str(value)

    def _unquoted(self, token: str) -> Literal:
        if token.lower() in _CONSTANTS:
            return _CONSTANTS[token.lower()]
        if _NUMBER.fullmatch(token) and len(token) <= 300:
            number: int | float = json.loads(token)
            if math.isfinite(number):
                return number
        if self._barewords is Barewords.ARE_TEXT and _BAREWORD.fullmatch(token) and token.lower() not in _KEYWORDS:
            return token
        raise self._fault(f"{token!r} is no value; text needs quotes")

    def _path(self) -> Path:
        if self._kind != "word":
            raise self._fault("an attribute name is missing")
        urn, rest = _split_urn(self._lexeme)
        attribute, dot, sub_attribute = rest.partition(".")
        if urn is not None and not _URN.fullmatch(urn):
            raise self._fault(f"{urn!r} is no URN")
        if rest or urn is None:
            self._check_names(attribute, *([sub_attribute] if dot else []))
        self._advance()
        if self._kind == "mark" and self._lexeme == "[" and attribute and not dot:
            return self._value_path(urn, attribute)
        return Path(urn, attribute or None, None, sub_attribute or None)

    def _value_path(self, urn: str | None, attribute: str) -> Path:
        value_filter = self._nested("[", "]")
        touching = self._at > 0 and self._text[self._at - 1] == "]"
        if self._kind != "word" or not self._lexeme.startswith(".") or not touching:
            return Path(urn, attribute, value_filter)
        sub_attribute = self._lexeme[1:]
        self._check_names(sub_attribute)
        self._advance()
        return Path(urn, attribute, value_filter, sub_attribute)

    def _check_names(self, *names: str) -> None:
        for name in names:
            if not _NAME.fullmatch(name):
                raise self._fault(f"{name!r} is no attribute name")


def _skip_space(text: str, start: int) -> int:
    match = _SPACE.match(text, start)
    return match.end() if match else start


def _split_urn(word: str) -> tuple[str | None, str]:
    """The URN of a word and what follows it; a URN without a version ends at its last colon."""
    if ":" not in word:
        return None, word
    known = _SCHEMA_URN.fullmatch(word)
    if known:
        return (word, "") if known["rest"] == "" else (known["urn"], known["rest"] or "")
    urn, _, rest = word.rpartition(":")
    return (word, "") if not rest or _VERSION.fullmatch(rest) else (urn, rest)
