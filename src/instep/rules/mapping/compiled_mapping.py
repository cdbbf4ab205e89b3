"""What does one attribute mapping give for a user: compiled once a cycle, evaluated for each user?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    TargetAttribute,
)
from instep.rules.mapping.expressions import (
    DROP,
    Candidates,
    Compiled,
    Context,
    EvaluationError,
    ExpressionError,
    Value,
    compile_expression,
)
from instep.rules.mapping.expressions.compile import too_deep
from instep.rules.mapping.target_values import MappingFailed, TargetValue, converter_for

APP_ROLE_ASSIGNMENTS: Final = "appRoleAssignments"
ROLE_FUNCTIONS: Final = frozenset(
    {
        "SingleAppRoleAssignment",
        "AppRoleAssignments",
        "AppRoleAssignmentsComplex",
        "AssertiveAppRoleAssignmentsComplex",
    }
)


class Left(Enum):
    """The one value that says that a mapping leaves its target as it is."""

    LEAVE = "LEAVE"


LEAVE: Final = Left.LEAVE
# None takes the target's value away.
Wanted: TypeAlias = TargetValue | Literal[Left.LEAVE] | None
Evaluate: TypeAlias = Callable[[Mapping[str, Value], Context], Wanted]
Convert: TypeAlias = Callable[[Value], TargetValue]
GiveCandidates: TypeAlias = Callable[[Mapping[str, Value], Context], Sequence[TargetValue]]
Run: TypeAlias = Callable[[Mapping[str, Value], Context], Value]


class MappingRefused(Exception):
    """An attribute mapping that cannot be used; `column` is where in its expression, if it is the expression's."""

    def __init__(self, target: str, problem: str, column: int | None = None) -> None:
        super().__init__(f"The mapping of {target} cannot be used: {problem}")
        self.target = target
        self.problem = problem
        self.column = column


def refuse_roles(targets: Sequence[str]) -> None:
    """Refuse mappings of app roles where everyone is in scope, assigned or not (mappings.md 1.9)."""
    for target in targets:
        raise MappingRefused(
            target, "with scope=all users have no app roles; set scope=assigned, or remove the mapping first"
        )


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """One attribute mapping, ready to evaluate; `attributes` are the source attributes that it reads.

    `evaluate` raises MappingFailed. `copied_text` is the one source attribute of a direct mapping to a single text,
    which a text passes unchanged. `candidates` gives the values of SelectUniqueValue, in the order to be tried.
    """

    target: str
    evaluate: Evaluate
    default_value: TargetValue | None
    attributes: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    copied_text: str | None = None
    uses_now: bool = False
    candidates: GiveCandidates | None = None


def compile_mapping(mapping: AttributeMapping, target: TargetAttribute) -> CompiledMapping:
    """Compile one mapping to a target attribute. Raises MappingRefused."""
    convert = converter_for(target)
    default = _default(mapping, target, convert)
    # What is cleared goes back to the default value, if there is one: else a create would write it, and the next cycle
    # take it away.
    otherwise = default if mapping.when_null == "clear" else LEAVE
    match mapping.source:
        case Direct(attribute):
            if attribute == APP_ROLE_ASSIGNMENTS:
                raise MappingRefused(mapping.target, _roles_directly())
            is_text = target.type in ("String", "Reference") and not target.multivalued and otherwise is LEAVE
            evaluate = _direct(attribute, convert, otherwise)
            copied = attribute if is_text else None
            return CompiledMapping(mapping.target, evaluate, default, frozenset({attribute}), copied_text=copied)
        case Constant(value):
            constant = _converted(mapping, convert, value)
            return CompiledMapping(mapping.target, lambda _source, _context: constant, default)
        case FromExpression(text):
            return _from_expression(mapping, _compiled(mapping, text), convert, default, otherwise)
        case NoSource():
            return CompiledMapping(mapping.target, _leave, default)


def _default(mapping: AttributeMapping, target: TargetAttribute, convert: Convert) -> TargetValue | None:
    given = mapping.default_value
    if given is None and target.required:
        given = target.default_value
    return None if given is None else _converted(mapping, convert, given)


def _converted(mapping: AttributeMapping, convert: Convert, value: str) -> TargetValue:
    try:
        return convert(value)
    except MappingFailed as error:
        raise MappingRefused(mapping.target, f"the constant or default value does not fit: {error.problem}") from None


def _direct(attribute: str, convert: Convert, otherwise: Wanted) -> Evaluate:
    def evaluate(source: Mapping[str, Value], _context: Context) -> Wanted:
        value = source.get(attribute)
        if value is DROP:
            return LEAVE
        return otherwise if value is None or value == () else convert(value)

    return evaluate


def _compiled(mapping: AttributeMapping, text: str) -> Compiled:
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        raise MappingRefused(mapping.target, str(error), error.column) from None
    if APP_ROLE_ASSIGNMENTS in expression.attributes and not expression.functions & ROLE_FUNCTIONS:
        raise MappingRefused(mapping.target, _roles_directly())
    if "SelectUniqueValue" in expression.functions:
        if mapping.matching_priority:
            raise MappingRefused(mapping.target, "SelectUniqueValue cannot give the value that accounts are matched by")
        if mapping.apply != "creation":
            raise MappingRefused(mapping.target, 'SelectUniqueValue needs "Only during object creation"')
    return expression


def _roles_directly() -> str:
    return f"{APP_ROLE_ASSIGNMENTS} goes through a function, such as SingleAppRoleAssignment([{APP_ROLE_ASSIGNMENTS}])"


def _from_expression(
    mapping: AttributeMapping,
    expression: Compiled,
    convert: Convert,
    default: TargetValue | None,
    otherwise: Wanted,
) -> CompiledMapping:
    target, meter = mapping.target, expression.meter
    run = _seeded(target, expression.bare) if expression.uses_random else expression.bare

    def evaluate(source: Mapping[str, Value], context: Context) -> Wanted:
        meter.steps = 0
        try:
            value = run(source, context)
        except EvaluationError as error:
            raise MappingFailed(target, str(error)) from None
        except RecursionError:
            raise MappingFailed(target, str(too_deep())) from None
        if value is None or value == ():
            return otherwise
        return LEAVE if value is DROP else convert(value)

    candidates = _candidates(target, expression, convert) if "SelectUniqueValue" in expression.functions else None
    return CompiledMapping(
        mapping.target,
        evaluate if candidates is None else _first(candidates),
        default,
        expression.attributes,
        expression.functions,
        uses_now=expression.uses_now,
        candidates=candidates,
    )


def _candidates(target: str, expression: Compiled, convert: Convert) -> GiveCandidates:
    run = _seeded(target, expression.evaluate) if expression.uses_random else expression.evaluate

    def candidates(source: Mapping[str, Value], context: Context) -> Sequence[TargetValue]:
        try:
            value = run(source, context)
        except EvaluationError as error:
            raise MappingFailed(target, str(error)) from None
        return [convert(each) for each in value.values] if isinstance(value, Candidates) else ()

    return candidates


def _first(candidates: GiveCandidates) -> Evaluate:
    """What a new account gets unless the cycle finds that somebody has it (instep.cycle.unique_values)."""

    def evaluate(source: Mapping[str, Value], context: Context) -> Wanted:
        return next(iter(candidates(source, context)), LEAVE)

    return evaluate


def _leave(_source: Mapping[str, Value], _context: Context) -> Wanted:
    return LEAVE


def context_of(target: str, source: Mapping[str, Value], context: Context) -> Context:
    """Return the context in which the job's seed is one of this user and this target attribute."""
    return Context(context.now, f"{context.seed}\0{source.get('objectId')}\0{target}", context.default_domain)


def _seeded(target: str, run: Run) -> Run:
    def evaluate(source: Mapping[str, Value], context: Context) -> Value:
        return run(source, context_of(target, source, context))

    return evaluate
