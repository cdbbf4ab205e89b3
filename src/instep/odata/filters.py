"""What does `$filter` say? A recursive descent through the grammar of OData 4.01, part 2, 5.1.1."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar, get_args

from instep.odata.conditions import (
    And,
    Call,
    Comparing,
    Comparison,
    Condition,
    Constant,
    Count,
    Holds,
    Lambda,
    Literal,
    Not,
    OneOfThese,
    Or,
    Path,
    Quantifier,
    Value,
)
from instep.odata.errors import QueryRefused
from instep.odata.tokens import Token, tokens

T = TypeVar("T")

MOST_CONDITIONS = 500
DEEPEST = 40
_COMPARING = frozenset(get_args(Comparing))
_QUANTIFIERS = frozenset(get_args(Quantifier))
_FUNCTIONS = {
    "tolower": 1,
    "toupper": 1,
    "trim": 1,
    "length": 1,
    "startswith": 2,
    "endswith": 2,
    "contains": 2,
}
ANSWERING = frozenset({"startswith", "endswith", "contains"})
_WORDS = {"true": True, "false": False, "null": None}


def parse_filter(text: str) -> Condition:
    """Return what a filter says. Raises QueryRefused with the position of what is wrong."""
    reading = _Reading(tokens(text))
    condition = reading.alternatives()
    reading.expect_end()
    return condition


class _Reading:
    def __init__(self, words: list[Token]) -> None:
        self._words, self._next = words, 0
        self._depth, self._conditions = 0, 0

    @property
    def _here(self) -> Token:
        return self._words[self._next]

    def alternatives(self) -> Condition:
        found = [self._together()]
        while self._takes("or"):
            found.append(self._together())
        return found[0] if len(found) == 1 else Or(tuple(found))

    def expect_end(self) -> None:
        if self._here.kind != "end":
            raise self._refusal("is not expected here")

    def _together(self) -> Condition:
        found = [self._one()]
        while self._takes("and"):
            found.append(self._one())
        return found[0] if len(found) == 1 else And(tuple(found))

    def _one(self) -> Condition:
        self._conditions += 1
        if self._conditions > MOST_CONDITIONS:
            raise QueryRefused(f"The filter has more than {MOST_CONDITIONS} conditions.")
        if self._here.kind == "name" and self._here.word == "not":
            self._next += 1
            return Not(self._deeper(self._one))
        if self._takes_mark("("):
            condition = self._deeper(self.alternatives)
            self._expect(")")
            return condition
        return self._comparison()

    def _comparison(self) -> Condition:
        begin = self._here
        left = self._value()
        if isinstance(left, Lambda):
            return left
        word = self._here.word if self._here.kind == "name" else ""
        if word == "in":
            self._next += 1
            return OneOfThese(left, self._constants())
        if word in _COMPARING:
            self._next += 1
            right = self._value()
            if isinstance(right, Lambda):
                raise self._refusal("any and all cannot be compared")
            return Comparison(word, left, right)  # type: ignore[arg-type]
        ends = self._here.kind in ("end", "mark") or word in ("and", "or")
        if ends and (isinstance(left, Path) or (isinstance(left, Call) and left.name in ANSWERING)):
            return Holds(left)
        raise QueryRefused(
            "A comparison is expected: eq, ne, gt, ge, lt, le or in", begin.at if ends else self._here.at
        )

    def _constants(self) -> tuple[Constant, ...]:
        self._expect("(")
        found = [self._constant()]
        while self._takes_mark(","):
            found.append(self._constant())
        self._expect(")")
        return tuple(found)

    def _constant(self) -> Constant:
        here = self._here
        value = self._value()
        if not isinstance(value, Literal):
            raise QueryRefused("A value is expected here, such as 'Sales'", here.at)
        return value.value

    def _value(self) -> "Value | Lambda":
        here = self._here
        self._next += here.kind != "end"
        match here.kind:
            case "string":
                return Literal(here.text[1:-1].replace("''", "'"))
            case "guid":
                return Literal(here.text)
            case "number":
                return Literal(float(here.text) if set(here.text) & set(".eE") else int(here.text))
            case "moment":
                return Literal(_moment(here))
            case "name" if here.word in _WORDS:
                return Literal(_WORDS[here.word])
            case "name" if here.word in _FUNCTIONS and self._takes_mark("("):
                return self._call(here)
            case "name":
                return self._path(here)
        self._next -= here.kind != "end"
        raise self._refusal("is not expected here; a property, a function or a value is")

    def _call(self, name: Token) -> Call:
        arguments = [self._deeper(self._argument)]
        while self._takes_mark(","):
            arguments.append(self._deeper(self._argument))
        self._expect(")")
        if len(arguments) != _FUNCTIONS[name.word]:
            raise QueryRefused(f"{name.text} takes {_FUNCTIONS[name.word]} values, not {len(arguments)}", name.at)
        return Call(name.word, tuple(arguments))

    def _argument(self) -> Value:
        here = self._here
        value = self._value()
        if isinstance(value, Lambda):
            raise QueryRefused("any and all are not to be given to a function", here.at)
        return value

    def _path(self, first: Token) -> "Path | Count | Lambda":
        if self._here.text == "(":
            known = ", ".join(sorted(_FUNCTIONS))
            raise QueryRefused(f"There is no function {first.text!r}. There are: {known}", first.at)
        names = [first.text]
        while self._takes_mark("/"):
            here = self._here
            if here.kind != "name":
                raise self._refusal("is not expected here; the name of a property is")
            self._next += 1
            if here.text == "$count":
                return Count(Path(tuple(names)))
            if here.word in _QUANTIFIERS and self._takes_mark("("):
                return self._lambda(Path(tuple(names)), here.word)
            names.append(here.text)
        return Path(tuple(names))

    def _lambda(self, path: Path, quantifier: str) -> Lambda:
        if quantifier == "any" and self._takes_mark(")"):
            return Lambda(path, "any", "", None)
        variable = self._here
        if variable.kind != "name":
            raise self._refusal("is not expected here; a variable and a colon are, as in any(t:t eq 'x')")
        self._next += 1
        self._expect(":")
        condition = self._deeper(self.alternatives)
        self._expect(")")
        return Lambda(path, quantifier, variable.text, condition)  # type: ignore[arg-type]

    def _deeper(self, read: Callable[[], T]) -> T:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryRefused(f"The filter is nested more than {DEEPEST} deep.")
        found = read()
        self._depth -= 1
        return found

    def _takes(self, word: str) -> bool:
        found = self._here.kind == "name" and self._here.word == word
        self._next += found
        return found

    def _takes_mark(self, mark: str) -> bool:
        found = self._here.kind == "mark" and self._here.text == mark
        self._next += found
        return found

    def _expect(self, mark: str) -> None:
        if not self._takes_mark(mark):
            raise self._refusal(f"is not expected here; {mark!r} is")

    def _refusal(self, what: str) -> QueryRefused:
        text = repr(self._here.text) if self._here.kind != "end" else "The end of the filter"
        return QueryRefused(f"{text} {what}", self._here.at)


def _moment(token: Token) -> datetime:
    try:
        found = datetime.fromisoformat(token.text)
    except ValueError:
        raise QueryRefused(
            f"{token.text!r} is no date or time; write it as in 2026-11-23T08:00:00Z", token.at
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
