"""What does a function take, and what is it built from?

A builder gets a `Call`: the function's arguments, already compiled and in the order of its parameters. It prepares
what is the same for every user and returns the closure that runs for each one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from instep.rules.mapping.expressions.errors import EvaluationError, ExpressionError
from instep.rules.mapping.expressions.limits import MAX_ELEMENTS, MAX_TEXT, Meter
from instep.rules.mapping.expressions.values import Context, NotOneText, Value, as_number, as_text

Attributes: TypeAlias = Mapping[str, Value]
Evaluate: TypeAlias = Callable[[Attributes, Context], Value]
ReadText: TypeAlias = Callable[[Attributes, Context], str | None]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, by the name that the API gives it (mappings.md 4.1).

    A `condition` may be a comparison; `words` are the bare words that it takes; the last parameter may be repeatable,
    once and more when it is required.
    """

    name: str
    required: bool = True
    repeatable: bool = False
    takes: Literal["value", "condition"] = "value"
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Constant:
    """What an argument always is, because it was written as a string or a number."""

    value: Value


@dataclass(frozen=True, slots=True)
class Argument:
    """One compiled argument; `constant` is None where its value depends on the user."""

    evaluate: Evaluate
    column: int
    constant: Constant | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call in an expression: `arguments` are those written, None where one was left empty.

    `number` tells the calls of one expression apart; `meter` counts the work that the argument's lengths do not tell.
    """

    function: str
    column: int
    arguments: tuple[Argument | None, ...]
    number: int = 0
    meter: Meter = field(default_factory=Meter)

    def required(self, index: int) -> Argument:
        """The argument of a required parameter; the compiler has made sure that it is there."""
        argument = self.arguments[index]
        if argument is None:
            raise ExpressionError(self.column, f"{self.function} needs its argument {index + 1}")
        return argument

    def optional(self, index: int) -> Argument | None:
        """The argument of an optional parameter."""
        return self.arguments[index] if index < len(self.arguments) else None

    def present(self, start: int) -> tuple[Argument, ...]:
        """The arguments from this one on, without those left out."""
        return tuple(argument for argument in self.arguments[start:] if argument is not None)

    def error(self, message: str) -> EvaluationError:
        """What to raise when this call cannot work with a user's values."""
        return EvaluationError(self.function, self.column, message)

    def text(self, value: Value) -> str | None:
        """The value as one text, or None; the slow path behind `isinstance(value, str)`."""
        try:
            return as_text(value)
        except NotOneText as reason:
            raise self.error(f"one value is needed here, not {reason}; choose one with Item, or join them") from None

    def map_text(self, change: Callable[[str], str]) -> Evaluate:
        """A function of the first argument's text; null stays null."""
        source = self.required(0).evaluate

        def evaluate(attributes: Attributes, context: Context) -> Value:
            value = source(attributes, context)
            text = value if isinstance(value, str) else self.text(value)
            return None if text is None else change(text)

        return evaluate

    def read_text(self, index: int) -> ReadText:
        """A function that gives an argument's text, None for null and for an argument that was left out."""
        argument = self.optional(index)
        if argument is None:
            return lambda attributes, context: None
        source = argument.evaluate

        def read(attributes: Attributes, context: Context) -> str | None:
            value = source(attributes, context)
            return value if isinstance(value, str) else self.text(value)

        return read

    def constant_text(self, index: int) -> str | None:
        """The text of an argument that is the same for everyone; None where it is not, or was left out."""
        argument = self.optional(index)
        return None if argument is None or argument.constant is None else as_text(argument.constant.value)

    def integer(self, value: Value, what: str) -> int:
        """The value as a whole number."""
        if type(value) is int:
            return value
        number = as_number(value)
        if number is None or number != number // 1:
            raise self.error(f"{what} must be a whole number, not {shown(value)}")
        return int(number)

    def bounded(self, length: int) -> None:
        """Refuse a text that would be longer than any attribute; called before it is built."""
        if length > MAX_TEXT:
            raise self.error(f"the result would have more than {MAX_TEXT:,} characters")

    def bounded_list(self, elements: int) -> None:
        """Refuse a list that would be longer than any attribute's; called before it is built."""
        if elements > MAX_ELEMENTS:
            raise self.error(f"the result would have more than {MAX_ELEMENTS:,} values")


def shown(value: Value) -> str:
    """A value in a message; short, and never more of a user's data than its beginning."""
    shown = "nothing" if value is None else repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language: the table of functions has one of these for each.

    `count_rule` says what is wrong with a number of arguments where the parameters do not say enough (None: nothing);
    `draws_on` is what an evaluation needs besides the attributes. `stands_alone` is for a function that is the whole
    expression or not in it.
    """

    name: str
    parameters: tuple[Parameter, ...]
    build: Callable[[Call], Evaluate]
    count_rule: Callable[[int], str | None] | None = None
    draws_on: Literal["attributes", "clock", "seed"] = "attributes"
    stands_alone: bool = False

    @property
    def signature(self) -> str:
        """The name and the parameters, such as `Replace(source, [Find], ...)`; those in brackets may be left out."""
        names = (f"{parameter.name}..." if parameter.repeatable else parameter.name for parameter in self.parameters)
        marked = (f"[{name}]" if not p.required else name for name, p in zip(names, self.parameters, strict=True))
        return f"{self.name}({', '.join(marked)})"
