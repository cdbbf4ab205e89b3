"""What does an expression compute, as a function that runs once for each user?"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, assert_never

from instep.rules.mapping.expressions import syntax
from instep.rules.mapping.expressions.errors import EvaluationError, ExpressionError
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
from instep.rules.mapping.expressions.functions.table import FUNCTIONS
from instep.rules.mapping.expressions.limits import FREE_LENGTH, MAX_DEPTH, MAX_NODES, Meter
from instep.rules.mapping.expressions.parse import parse
from instep.rules.mapping.expressions.values import Context, Value

_WHOLE: Final = Parameter("expression")
_PART: Final = Parameter("expression")  # of an operator
_TOO_DEEP: Final = "it is nested too deep to be evaluated here; make it flatter, with Switch instead of IIF"


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that is ready to run, one evaluation at a time.

    `evaluate(attributes, context)` gives the value or raises an EvaluationError; `attributes` are the names that it
    refers to, `functions` those that it calls; `nodes` are how many parts run at most once each, and `meter.steps`
    what the last evaluation read besides. `bare` is `evaluate` without what surrounds it: whoever runs it sets the
    steps to 0 before, and takes a RecursionError for an EvaluationError.
    """

    expression: syntax.Expression
    evaluate: Evaluate
    bare: Evaluate
    attributes: frozenset[str]
    functions: frozenset[str]
    nodes: int
    meter: Meter

    @property
    def uses_now(self) -> bool:
        """Whether its value may change as time goes by, and nothing else."""
        return self._draws_on("clock")

    @property
    def uses_random(self) -> bool:
        """Whether it draws from the context's seed."""
        return self._draws_on("seed")

    @property
    def redacts(self) -> bool:
        """Whether its value, and all that is said about it, is hidden from logs (mappings.md 4.2, Redact)."""
        return "Redact" in self.functions

    def _draws_on(self, what: str) -> bool:
        return any(FUNCTIONS[name].draws_on == what for name in self.functions)


def compile_expression(source: str | syntax.Expression) -> Compiled:
    """Compile a text or a parsed expression; raises ExpressionError with the column of what is wrong."""
    expression = parse(source) if isinstance(source, str) else source
    compiler = _Compiler()
    try:
        evaluate = compiler.argument(expression, _WHOLE, depth=0).evaluate
    except RecursionError:
        raise ExpressionError(1, _TOO_DEEP) from None
    return Compiled(
        expression,
        _alone(evaluate, compiler.meter) if compiler.reads else evaluate,
        evaluate,
        frozenset(compiler.attributes),
        frozenset(compiler.functions),
        compiler.nodes,
        compiler.meter,
    )


def _alone(evaluate: Evaluate, meter: Meter) -> Evaluate:
    def run(attributes: Attributes, context: Context) -> Value:
        meter.steps = 0
        try:
            return evaluate(attributes, context)
        except RecursionError:  # MAX_DEPTH leaves room for this, unless whoever asks is deep in calls already
            raise too_deep() from None

    return run


def too_deep() -> EvaluationError:
    """What to raise for an expression that is too deep for the calls that surround its evaluation."""
    return EvaluationError("the expression", 1, _TOO_DEEP)


class _Compiler:
    """What is collected on the way through an expression."""

    __slots__ = ("attributes", "functions", "meter", "nodes", "reads")

    def __init__(self) -> None:
        self.attributes: set[str] = set()
        self.functions: set[str] = set()
        self.meter = Meter()
        self.nodes = 0
        self.reads = False

    def argument(self, node: syntax.Expression, parameter: Parameter, depth: int) -> Argument:
        self._count(node)
        match node:
            case syntax.Text(value) | syntax.Number(value=value):
                return Argument(_always(value), node.column, Constant(value))
            case syntax.Attribute(name):
                self.attributes.add(name)
                return Argument(_read(name) if parameter is _WHOLE else self._counted_read(node), node.column)
            case syntax.Word(name):
                return _word(node, parameter)
            case syntax.Call():
                evaluate = self._call(node, parameter, depth)
                return Argument(evaluate if parameter is _WHOLE else self._counted(evaluate, node.column), node.column)
            case syntax.Concatenation(parts):
                texts: list[Argument] = []
                for part in parts:  # a loop, for a generator would be one more frame at each level of nesting
                    texts.append(self.argument(part, _PART, depth))  # noqa: PERF401
                return Argument(build_concatenation(Call("the operator &", node.column, tuple(texts))), node.column)
            case syntax.Comparison(left, operator, right):
                _check_place(node, parameter)
                sides = (self.argument(left, _PART, depth), self.argument(right, _PART, depth))
                comparison = Call(f"the operator {operator}", node.column, sides)
                return Argument(build_comparison(comparison, operator), node.column)
            case _:
                assert_never(node)

    def _call(self, node: syntax.Call, parameter: Parameter, depth: int) -> Evaluate:
        if depth == MAX_DEPTH:
            raise ExpressionError(node.column, f"calls are nested at most {MAX_DEPTH} deep")
        function = _look_up(node)
        _check_count(node, function)
        if function.stands_alone and parameter is not _WHOLE:
            raise ExpressionError(
                node.column, f"{function.name} must be the outermost function, with nothing around it"
            )
        self.functions.add(function.name)
        number = self.nodes
        arguments: list[Argument | None] = []
        for index, argument in enumerate(node.arguments):
            taken_by = function.parameters[min(index, len(function.parameters) - 1)]
            if not isinstance(argument, syntax.Omitted):
                arguments.append(self.argument(argument, taken_by, depth + 1))
                _check_word(function, taken_by, arguments[-1])
            elif taken_by.required and not taken_by.repeatable:
                raise ExpressionError(argument.column, f"{function.name} needs its argument {taken_by.name} here")
            else:
                arguments.append(None)
        return function.build(Call(function.name, node.column, tuple(arguments), number, self.meter))

    def _count(self, node: syntax.Expression) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError(node.column, f"an expression has at most {MAX_NODES:,} parts")

    def _counted_read(self, node: syntax.Attribute) -> Evaluate:
        """What a function reads of the user counts, where it is long."""
        self.reads = True
        name, column, meter = node.name, node.column, self.meter

        def evaluate(attributes: Attributes, context: Context) -> Value:
            value = attributes.get(name)
            if type(value) is str:
                if len(value) > FREE_LENGTH:
                    meter.count(len(value), column)
            elif type(value) is tuple:
                meter.count(_length(value), column)
            return value

        return evaluate

    def _counted(self, evaluate: Evaluate, column: int) -> Evaluate:
        """What a function reads of another one's result counts, where it is long."""
        self.reads = True
        meter = self.meter

        def counted(attributes: Attributes, context: Context) -> Value:
            value = evaluate(attributes, context)
            if type(value) is str:
                if len(value) > FREE_LENGTH:
                    meter.count(len(value), column)
            elif type(value) is tuple:
                meter.count(_length(value), column)
            return value

        return counted


def _length(values: tuple[Value, ...]) -> int:
    """Elements and their characters; no source gives lists within lists, so they count as one element."""
    return len(values) + sum(len(element) for element in values if isinstance(element, str))


def _always(value: Value) -> Evaluate:
    return lambda attributes, context: value


def _read(name: str) -> Evaluate:
    def evaluate(attributes: Attributes, context: Context) -> Value:
        return attributes.get(name)

    return evaluate


def _check_word(function: Function, parameter: Parameter, argument: Argument | None) -> None:
    if parameter.words and argument is not None:
        word = argument.constant.value if argument.constant is not None else None
        if word not in parameter.words:
            words = " or ".join(sorted(parameter.words))
            raise ExpressionError(argument.column, f"{function.name} takes {words} here")


def _word(node: syntax.Word, parameter: Parameter) -> Argument:
    if node.name in parameter.words:
        return Argument(_always(node.name), node.column, Constant(node.name))
    if parameter.words:
        raise ExpressionError(node.column, f"{' or '.join(sorted(parameter.words))} stands here, not {node.name}")
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
    raise ExpressionError(node.column, f"there is no function {node.function}{_suggestion(node.function)}")


def _suggestion(name: str) -> str:
    same = [known for known in FUNCTIONS if known.lower() == name.lower()]
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
    if not parameters:
        return f"{function.name} takes no arguments; this one has {count}"
    wanted = f"at least {least}" if most is None else str(most) if least == most else f"{least} to {most}"
    names = ", ".join(parameter.name + ("..." if parameter.repeatable else "") for parameter in parameters)
    noun = "argument" if wanted.endswith(" 1") or wanted == "1" else "arguments"
    return f"{function.name} takes {wanted} {noun} ({names}); this one has {count}"
