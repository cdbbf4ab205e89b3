"""Does a user, or a group, pass the scoping filters? Compiled once a cycle to tests of source attributes.

Clauses inside one filter must all hold, one filter of several is enough, and without filters everyone passes
(engine.md 4.1).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from instep.rules.mapping.expressions.values import Value, is_null_or_empty
from instep.rules.mapping.redaction import REDACTED
from instep.rules.scoping.errors import FilterError
from instep.rules.scoping.evaluation import ClauseResult, ScopeEvaluation
from instep.rules.scoping.filters import Clause, ScopingFilter, place_of
from instep.rules.scoping.operators import OPERATORS, Arity, OperandRefused, Operator, Test


@dataclass(frozen=True, slots=True)
class CompiledClause:
    """One clause, ready to test a value of its attribute."""

    attribute: str
    text: str
    test: Test


@dataclass(frozen=True, slots=True)
class CompiledFilter:
    """One filter, ready to test."""

    title: str
    clauses: tuple[CompiledClause, ...]


@dataclass(frozen=True, slots=True)
class CompiledFilters:
    """All filters of one object mapping; no value of an attribute makes a test fail.

    Of the attributes that are `hidden` an evaluation does not keep the value, because a mapping redacts it.
    """

    filters: tuple[CompiledFilter, ...]
    hidden: Collection[str] = ()

    def passes(self, attributes: Mapping[str, Value]) -> bool:
        """Return whether an object with these source attributes is in scope."""
        if not self.filters:
            return True
        return any(all(c.test(attributes.get(c.attribute)) for c in one.clauses) for one in self.filters)

    def evaluate(self, attributes: Mapping[str, Value]) -> ScopeEvaluation:
        """Return the same with what every single clause says, for the log."""
        return ScopeEvaluation(
            tuple(
                (
                    one.title,
                    tuple(
                        ClauseResult(
                            c.attribute, c.text, c.test(value := attributes.get(c.attribute)), self._shown(c, value)
                        )
                        for c in one.clauses
                    ),
                )
                for one in self.filters
            )
        )

    def _shown(self, clause: CompiledClause, value: Value) -> Value:
        return REDACTED if clause.attribute in self.hidden and not is_null_or_empty(value) else value


def compile_filters(filters: Sequence[ScopingFilter], hidden: Collection[str] = ()) -> CompiledFilters:
    """Compile the filters of one object mapping. Raises FilterError for the first that cannot be evaluated."""
    return CompiledFilters(
        tuple(
            CompiledFilter(one.title, tuple(_compile_clauses(number, one)))
            for number, one in enumerate(filters, start=1)
        ),
        hidden,
    )


def _compile_clauses(number: int, scoping_filter: ScopingFilter) -> Iterator[CompiledClause]:
    for clause_number, clause in enumerate(scoping_filter.clauses, start=1):
        try:
            yield compile_clause(clause)
        except OperandRefused as refusal:
            raise FilterError(place_of(number, scoping_filter, clause_number), str(refusal)) from None


def compile_clause(clause: Clause) -> CompiledClause:
    """Compile one clause. Raises OperandRefused."""
    operator = OPERATORS.get(clause.operator)
    if operator is None:
        raise OperandRefused(_unknown(clause.operator))
    operand = _operand(operator, clause.values)
    try:
        return CompiledClause(clause.attribute, str(clause), operator.build(operand))
    except OperandRefused as refusal:
        raise OperandRefused(f"{operator.name} {refusal}") from None


def _operand(operator: Operator, values: tuple[str, ...]) -> str:
    if operator.arity is Arity.UNARY:
        if values:
            raise OperandRefused(f"{operator.name} takes no value")
        return ""
    if len(values) != 1:
        raise OperandRefused(f"{operator.name} takes one value, not {len(values) or 'none'}")
    return values[0]


def _unknown(name: str) -> str:
    names = {known.casefold(): known for known in OPERATORS}
    near = get_close_matches(name.casefold().replace("_", " "), names, n=1) or get_close_matches(
        name.casefold(), names, n=1
    )
    meant = f"did you mean {names[near[0]]}?" if near else f"there are {', '.join(OPERATORS)}"
    return f"there is no operator {name!r}; {meant}"
