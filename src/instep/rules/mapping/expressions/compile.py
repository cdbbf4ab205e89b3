"""What does an expression compute, as a function that runs once for each user?"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, assert_never

from instep.rules.mapping.expressions import syntax
from instep.rules.mapping.expressions.errors import ExpressionError
from instep.rules.mapping.expressions.functions.operators import build_comparison, build_concatenation
from instep.rules.mapping.expressions.functions.signature import (
    Argument,
    Attributes,
    Call,
    Constant,
    Evaluate,
    Function,
    Parameter,
)
from instep.rules.mapping.expressions.functions.table import FUNCTIONS, NOT_YET_AVAILABLE
from instep.rules.mapping.expressions.limits import MAX_DEPTH, MAX_STEPS
from instep.rules.mapping.expressions.parse import parse
from instep.rules.mapping.expressions.values import Context, Value

_OUTSIDE: Final = Parameter("expression")


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that is ready to run.

    `evaluate(attributes, context)` gives the value or raises an EvaluationError; `attributes` are the names that it
    refers to; `steps` is the most that one evaluation takes.
    """

    expression: syntax.Expression
    evaluate: Evaluate
    attributes: frozenset[str]
    steps: int
    uses_now: bool
    uses_random: bool


def compile_expression(source: str | syntax.Expression) -> Compiled:
    """Compile a text or a parsed expression; raises ExpressionError with the column of what is wrong."""
    expression = parse(source) if isinstance(source, str) else source
    compiler = _Compiler()
    argument = compiler.argument(expression, _OUTSIDE, depth=0)
    return Compiled(
        expression,
        argument.evaluate,
        frozenset(compiler.attributes),
        compiler.steps,
        uses_now="clock" in compiler.draws_on,
        uses_random="seed" in compiler.draws_on,
    )


class _Compiler:
    """What is collected on the way through an expression."""

    __slots__ = ("attributes", "draws_on", "steps")

    def __init__(self) -> None:
        self.attributes: set[str] = set()
        self.draws_on: set[str] = set()
        self.steps = 0

    def argument(self, node: syntax.Expression, parameter: Parameter, depth: int) -> Argument:
        self._count(node)
        match node:
            case syntax.Text(value) | syntax.Number(value=value):
                return Argument(_always(value), node.column, Constant(value))
            case syntax.Attribute(name):
                self.attributes.add(name)
                return Argument(_read(name), node.column)
            case syntax.Word(name):
                return _word(node, parameter)
            case syntax.Call():
                return Argument(self._call(node, depth), node.column)
            case syntax.Concatenation(parts):
                texts: list[Argument] = []
                for part in parts:  # a loop, for a generator would be one more frame at each level of nesting
                    texts.append(self.argument(part, _OUTSIDE, depth))  # noqa: PERF401
                return Argument(build_concatenation(Call("the operator &", node.column, tuple(texts))), node.column)
            case syntax.Comparison(left, operator, right):
                _check_place(node, parameter)
                sides = (self.argument(left, _OUTSIDE, depth), self.argument(right, _OUTSIDE, depth))
                comparison = Call(f"the operator {operator}", node.column, sides)
                return Argument(build_comparison(comparison, operator), node.column)
            case _:
                assert_never(node)

    def _call(self, node: syntax.Call, depth: int) -> Evaluate:
        if depth == MAX_DEPTH:
            raise ExpressionError(node.column, f"calls are nested at most {MAX_DEPTH} deep")
        function = _look_up(node)
        _check_count(node, function)
        self.draws_on.add(function.draws_on)
        arguments: list[Argument | None] = []
        for index, argument in enumerate(node.arguments):
            parameter = function.parameters[min(index, len(function.parameters) - 1)]
            if not isinstance(argument, syntax.Omitted):
                arguments.append(self.argument(argument, parameter, depth + 1))
            elif parameter.required and not parameter.repeatable:
                raise ExpressionError(argument.column, f"{function.name} needs its argument {parameter.name} here")
            else:
                arguments.append(None)
        return function.build(Call(function.name, node.column, tuple(arguments)))

    def _count(self, node: syntax.Expression) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise ExpressionError(node.column, f"an expression takes at most {MAX_STEPS:,} steps")


def _always(value: Value) -> Evaluate:
    return lambda attributes, context: value


def _read(name: str) -> Evaluate:
    def evaluate(attributes: Attributes, context: Context) -> Value:
        return attributes.get(name)

    return evaluate


def _word(node: syntax.Word, parameter: Parameter) -> Argument:
    if node.name in parameter.words:
        return Argument(_always(node.name), node.column, Constant(node.name))
    raise ExpressionError(
        node.column,
        f'{node.name} alone means nothing here; a text is written "{node.name}", an attribute [{node.name}]',
    )


def _check_place(node: syntax.Comparison, parameter: Parameter) -> None:
    if parameter.takes != "condition":
        raise ExpressionError(
            node.column, f"the operator {node.operator} stands only in the condition of IIF, CBool or Not"
        )


def _look_up(node: syntax.Call) -> Function:
    function = FUNCTIONS.get(node.function)
    if function is not None:
        return function
    if node.function in NOT_YET_AVAILABLE:
        raise ExpressionError(node.column, f"the function {node.function} is not available yet")
    raise ExpressionError(node.column, f"there is no function {node.function}{_suggestion(node.function)}")


def _suggestion(name: str) -> str:
    same = [known for known in (*FUNCTIONS, *NOT_YET_AVAILABLE) if known.lower() == name.lower()]
    if same:
        return f"; it is written {same[0]}, for upper and lower case matter"
    near = get_close_matches(name, FUNCTIONS, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _check_count(node: syntax.Call, function: Function) -> None:
    count = len(node.arguments)
    problem = function.count_rule(count) if function.count_rule else _count_problem(function, count)
    if problem:
        raise ExpressionError(node.column, problem)


def _count_problem(function: Function, count: int) -> str | None:
    parameters = function.parameters
    least = sum(1 for parameter in parameters if parameter.required)
    most = None if parameters and parameters[-1].repeatable else len(parameters)
    if count >= least and (most is None or count <= most):
        return None
    wanted = f"at least {least}" if most is None else str(most) if least == most else f"{least} to {most}"
    names = ", ".join(parameter.name + ("..." if parameter.repeatable else "") for parameter in parameters)
    noun = "argument" if wanted.endswith(" 1") or wanted == "1" else "arguments"
    return f"{function.name} takes {wanted} {noun} ({names}); this one has {count}"
