"""Is this text an expression, and what does it say? Grammar only (mappings.md 3): functions are looked up by compiling.

    expression    = operation
    operation     = concatenation [ operator concatenation ]      operator: =  <>  >  >=  <  <=
    concatenation = operand { "&" operand }
    operand       = string | number | "&H" hex digits | "[" name "]" | word | call
    call          = word "(" [ argument { "," argument } ] ")"
    argument      = operation or nothing

There is no separate lexer, because `&` begins a number where an operand is due and concatenates behind one. An
attribute or a string alone is an expression too: an administrator expects `[mail]` to work.
"""

import re
from typing import Final

from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.limits import MAX_DEPTH, MAX_LENGTH
from instep.rules.mapping.expressions.syntax import (
    Argument,
    Attribute,
    Call,
    Comparison,
    ComparisonOperator,
    Concatenation,
    Expression,
    Number,
    Omitted,
    Operand,
    Text,
    Word,
    comparison_operator,
)

# Each pattern is one class or sequences of disjoint classes, so that matching takes linear time.
_SPACE: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_HEXADECIMAL: Final = re.compile(r"&[Hh][0-9A-Fa-f]+")
_PLAIN_TEXT: Final = re.compile(r'[^"\\]*')
_ATTRIBUTE_NAME: Final = re.compile(r'[^\[\]"\x00-\x1f\x7f]*')
_GOES_ON: Final = re.compile(r"[A-Za-z0-9_.]")

_TYPOGRAPHIC_QUOTES: Final = "“”„«»‘’"
_LARGEST_INTEGER: Final = 2**63 - 1
_MAX_NUMBER_LENGTH: Final = 30


def parse(text: str) -> Expression:
    """The expression that the text is, or an ExpressionError that names the column where it stops being one."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            MAX_LENGTH + 1, f"an expression has at most {MAX_LENGTH:,} characters; this one has {len(text):,}"
        )
    try:
        return _Parser(text).whole()
    except RecursionError:  # MAX_DEPTH leaves room for this, unless whoever asks is deep in calls already
        raise ExpressionError(1, "the expression is nested too deep to be read here") from None


class _Parser:
    """A text and how far it has been read."""

    __slots__ = ("_position", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def whole(self) -> Expression:
        self._skip_space()
        if self._position == len(self._text):
            raise ExpressionError(
                1, 'the expression is empty; write a call such as Append([mailNickname], "@example.com")'
            )
        expression = self._operation(depth=0)
        if self._position < len(self._text):
            raise self._error(f"unexpected {self._here()} behind the end of the expression")
        return expression

    def _operation(self, depth: int) -> Expression:
        # One method for both levels of operators: each frame here counts once for every level of nesting.
        left: Operand | Concatenation | None = None
        operator: ComparisonOperator | None = None
        operator_column = 0
        while True:
            first = self._operand(depth)
            parts = [first]
            while self._at("&"):
                self._advance(1)
                parts.append(self._operand(depth))
            side = first if len(parts) == 1 else Concatenation(tuple(parts), first.column)
            found = comparison_operator(self._text, self._position)
            if left is not None and operator is not None:
                if found:
                    raise self._error("one condition makes one comparison; nest IIF calls for more")
                return Comparison(left, operator, side, operator_column)
            if found is None:
                return side
            left, operator, operator_column = side, found, self._position + 1
            self._advance(len(found))

    def _operand(self, depth: int) -> Operand:
        character = self._text[self._position : self._position + 1]
        if character == '"':
            return self._string()
        if character == "[":
            return self._attribute()
        if character == "&":
            return self._number(_HEXADECIMAL, "& here begins a hexadecimal number such as &HF7")
        if character == "-" or "0" <= character <= "9":
            return self._number(_DECIMAL, "digits must follow the minus sign")
        if word := _WORD.match(self._text, self._position):
            return self._word_or_call(word.group(), depth)
        raise self._error(self._no_operand(character))

    def _no_operand(self, character: str) -> str:
        expected = 'a function, an [attribute], a number or a "string" is expected'
        if character and character in _TYPOGRAPHIC_QUOTES:
            return f'{self._here()} is not a quotation mark of the language; write a straight "'
        return f"{expected}, not {self._here()}"

    def _word_or_call(self, name: str, depth: int) -> Word | Call:
        column = self._position + 1
        self._advance(len(name))
        if not self._at("("):
            return Word(name, column)
        if depth == MAX_DEPTH:
            raise ExpressionError(column, f"calls are nested at most {MAX_DEPTH} deep")
        self._advance(1)
        arguments: list[Argument] = []
        while not (self._at(")") and not arguments):
            empty = self._at(",") or self._at(")")
            arguments.append(Omitted(self._position + 1) if empty else self._operation(depth + 1))
            if self._at(")"):
                break
            if not self._at(","):
                raise self._unfinished(name, column)
            self._advance(1)
        self._advance(1)
        return Call(name, tuple(arguments), column)

    def _unfinished(self, name: str, column: int) -> ExpressionError:
        if self._position == len(self._text):
            return self._error(f"{name}( of column {column} is not closed; a ) is missing")
        return self._error(f"a comma or ) is expected in the arguments of {name}, not {self._here()}")

    def _string(self) -> Text:
        text, column = self._text, self._position + 1
        pieces: list[str] = []
        position = self._position + 1
        while True:
            plain = _PLAIN_TEXT.match(text, position)
            assert plain is not None  # noqa: S101 - the pattern matches everywhere
            pieces.append(plain.group())
            position = plain.end()
            if position == len(text):
                raise ExpressionError(column, 'the string that begins here is not closed; a " is missing')
            if text[position] == '"':
                self._position = position
                self._advance(1)
                return Text("".join(pieces), column)
            escaped = text[position + 1 : position + 2]
            if not escaped or escaped not in '"\\':
                raise ExpressionError(position + 1, 'in a string, a backslash is written \\\\ and a quotation mark \\"')
            pieces.append(escaped)
            position += 2

    def _attribute(self) -> Attribute:
        column = self._position + 1
        match = _ATTRIBUTE_NAME.match(self._text, self._position + 1)
        name = match.group().strip() if match else ""
        end = match.end() if match else 0
        if not self._text.startswith("]", end):
            raise ExpressionError(column, "the attribute name that begins here is not closed; a ] is missing")
        if not name:
            raise ExpressionError(column, "the attribute name between [ and ] is missing")
        self._position = end
        self._advance(1)
        return Attribute(name, column)

    def _number(self, pattern: re.Pattern[str], otherwise: str) -> Number:
        match = pattern.match(self._text, self._position)
        if match is None:
            raise self._error(otherwise)
        if _GOES_ON.match(self._text, match.end()):
            raise ExpressionError(match.end() + 1, f"{self._text[match.end()]!r} does not belong in a number")
        number = Number(match.group(), self._position + 1)
        if len(number.text) > _MAX_NUMBER_LENGTH or abs(number.value) > _LARGEST_INTEGER:
            raise self._error("the number is too large; it has at most 64 bits")
        self._advance(len(number.text))
        return number

    def _at(self, character: str) -> bool:
        return self._text.startswith(character, self._position)

    def _advance(self, count: int) -> None:
        self._position += count
        self._skip_space()

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._position)
        self._position = match.end() if match else self._position

    def _here(self) -> str:
        return repr(self._text[self._position]) if self._position < len(self._text) else "the end of the text"

    def _error(self, message: str) -> ExpressionError:
        return ExpressionError(self._position + 1, message)
