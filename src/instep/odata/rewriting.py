"""How does a condition on the properties that clients know become one on whatever is kept?"""

from collections.abc import Callable

from instep.odata.conditions import (
    And,
    Call,
    Comparison,
    Condition,
    Count,
    Holds,
    Lambda,
    Literal,
    Not,
    OneOfThese,
    Or,
    Path,
    Value,
)
from instep.odata.errors import QueryRefused


def rewritten(
    condition: Condition, path_to: Callable[[Path], Path], collection: Callable[[Lambda], Condition]
) -> Condition:
    """Return the condition with each path replaced, and each `any` and `all`; both may raise QueryRefused."""

    def inside(each: Condition) -> Condition:
        return rewritten(each, path_to, collection)

    def value(each: Value) -> Value:
        match each:
            case Path():
                return path_to(each)
            case Count(path):
                return Count(path_to(path))
            case Call(name, arguments):
                return Call(name, tuple(map(value, arguments)))
            case Literal():
                return each

    match condition:
        case And(conditions):
            return And(tuple(map(inside, conditions)))
        case Or(conditions):
            return Or(tuple(map(inside, conditions)))
        case Not(inner):
            return Not(inside(inner))
        case Comparison(operator, left, right):
            return Comparison(operator, value(left), value(right))
        case OneOfThese(of, values):
            return OneOfThese(value(of), values)
        case Holds(of):
            return Holds(value(of))
        case Lambda():
            return collection(condition)


def of_one(condition: Lambda, path: Path) -> Condition:
    """Return what an `any` or `all` asks of a collection that holds one value at most, which is kept at a path."""
    is_none = Comparison("eq", path, Literal(None))
    if condition.condition is None:
        return Not(is_none)
    inner = rewritten(condition.condition, _for_variable(condition, path), _refused)
    return And((Not(is_none), inner)) if condition.quantifier == "any" else Or((is_none, inner))


def of_texts(condition: Lambda, path: Path) -> Lambda:
    """Return an `any` or `all` over texts that are kept at a path. Raises QueryRefused for all else."""
    inner = condition.condition
    if inner is not None:
        inner = rewritten(inner, _for_variable(condition, Path((condition.variable,))), _refused)
    return Lambda(path, condition.quantifier, condition.variable, inner)


def _for_variable(condition: Lambda, path: Path) -> Callable[[Path], Path]:
    def path_to(each: Path) -> Path:
        if each.names != (condition.variable,):
            raise QueryRefused(
                f"Within {condition.path}/{condition.quantifier}, only {condition.variable} can be asked."
            )
        return path

    return path_to


def _refused(condition: Lambda) -> Condition:
    raise QueryRefused(f"any and all cannot be nested, as {condition.path}/{condition.quantifier} is.")
