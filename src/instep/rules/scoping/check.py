"""May these scoping filters be saved, and if not, what is wrong where (engine.md 4.4, 4.5)?"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from instep.rules.scoping.compile import compile_clause
from instep.rules.scoping.errors import FilterError
from instep.rules.scoping.filters import Clause, ScopingFilter, place_of
from instep.rules.scoping.operators import OPERATORS, Arity, OperandRefused
from instep.rules.source_attributes import SourceAttributeDefinition

# Return what is known of a source attribute; raise LookupError, with near names in the message, where there is none.
FindAttribute: TypeAlias = Callable[[str], SourceAttributeDefinition]

MOST_FILTERS: Final = 100
MOST_CLAUSES: Final = 100

_DATE: Final = "it is a date, and dates cannot be compared in scoping filters"
_RESTRICTED: Final = {
    "IsSoftDeleted": "it is computed from the scoping filters themselves",
    "IsMemberOf": "memberships cannot be used in scoping filters; assign the group to the application instead",
    "members": "memberships cannot be used in scoping filters; assign the group to the application instead",
    "appRoleAssignments": "app roles cannot be used in scoping filters; assign only those who should be in scope",
    "userType": "it cannot be used in scoping filters",
    "manager": "it refers to another user, and references cannot be used in scoping filters",
    "StatusHireDate": _DATE,
    "startDate": _DATE,
    "endDate": _DATE,
    "StatusTerminationDate": _DATE,
    "accountExpires": _DATE,
}


def filter_problems(filters: Sequence[ScopingFilter], find_attribute: FindAttribute) -> Iterator[FilterError]:
    """Yield everything that is wrong with filters that somebody wants to save, each with its place."""
    if len(filters) > MOST_FILTERS:
        yield FilterError("filters", f"there are {len(filters)}; at most {MOST_FILTERS} can be saved")
        return
    for number, one in enumerate(filters, start=1):
        if not one.title.strip():
            yield FilterError(place_of(number, one), "it needs a title")
        if not one.clauses:
            yield FilterError(place_of(number, one), "it has no clauses; without one it would let everyone through")
        if len(one.clauses) > MOST_CLAUSES:
            yield FilterError(place_of(number, one), f"it has {len(one.clauses)} clauses; at most {MOST_CLAUSES}")
            continue
        for clause_number, clause in enumerate(one.clauses, start=1):
            for message in _clause_problems(clause, find_attribute):
                yield FilterError(place_of(number, one, clause_number), message)


def _clause_problems(clause: Clause, find_attribute: FindAttribute) -> Iterator[str]:
    if not clause.attribute:
        yield "it names no attribute"
    elif (problem := _attribute_problem(clause, find_attribute)) is not None:
        yield problem
    try:
        compile_clause(clause)
    except OperandRefused as refusal:
        yield str(refusal)
    else:
        if clause.values == ("",):
            yield f"{clause.operator} needs a value; whether there is none, IS NULL tells"


def _attribute_problem(clause: Clause, find_attribute: FindAttribute) -> str | None:
    if (reason := _RESTRICTED.get(clause.attribute)) is not None:
        return f"{clause.attribute}: {reason}"
    try:
        attribute = find_attribute(clause.attribute)
    except LookupError as unknown:
        return str(unknown.args[0])
    if attribute.multivalued:
        return f"{attribute.name}: it has several values, and such attributes cannot be used in scoping filters"
    if attribute.type == "DateTime":
        return f"{attribute.name}: {_DATE}"
    if attribute.type == "Reference":
        return f"{attribute.name}: references cannot be used in scoping filters"
    operator = OPERATORS.get(clause.operator)
    if operator is not None and attribute.type not in operator.types:
        return f"{attribute.name} is a {attribute.type}, which {operator.name} cannot test; {_fitting(attribute)} can"
    return None


def _fitting(attribute: SourceAttributeDefinition) -> str:
    names = [one.name for one in OPERATORS.values() if attribute.type in one.types and one.arity is Arity.UNARY]
    return ", ".join(names)
