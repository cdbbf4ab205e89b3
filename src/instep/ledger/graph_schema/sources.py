"""How is the source of an attribute mapping said: an attribute, a constant, or an expression with its parsed tree?

The text of an expression is what counts. Its tree is written for whoever reads it, and on reading only compared: one
that says something else is a problem, not a second truth.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from instep.ledger.graph_schema.json_object import JsonObject
from instep.rules.mapping.attribute_mapping import Constant, Direct, FromExpression, NoSource, Source
from instep.rules.mapping.expressions import ExpressionError, parse, render
from instep.rules.mapping.expressions.functions.table import FUNCTIONS
from instep.rules.mapping.expressions.syntax import (
    Argument,
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Number,
    Omitted,
    Text,
    Word,
)

DEEPEST_TREE: Final = 60  # levels; JSON that is nested deeper is refused by many who read it

_TYPES: Final = ("Attribute", "Constant", "Function")


def write_source(source: Source) -> dict[str, Any] | None:
    """Return the source as Graph's attributeMappingSource; null for a mapping of type None."""
    match source:
        case NoSource():
            return None
        case Direct(attribute):
            return _form("Attribute", attribute, f"[{attribute}]")
        case Constant(value):
            return _form("Constant", value, render(Text(value)))
        case FromExpression(text):
            return {**expression_tree(text), "expression": text}


def expression_tree(text: str) -> dict[str, Any]:
    """Return the parsed tree of an expression; a text that is none becomes a function without parameters."""
    try:
        return _tree(parse(text), 1)
    except ExpressionError:
        return _form("Function", "", text)


def _form(kind: str, name: str, expression: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"expression": expression, "name": name, "parameters": list(parameters), "type": kind}


def _tree(node: Argument, level: int) -> dict[str, Any]:
    match node:
        case Attribute(name):
            return _form("Attribute", name, render(node))
        case Text(value):
            return _form("Constant", value, render(node))
        case Number(text) | Word(text):
            return _form("Constant", text, render(Text(text)))
        case Call(name):
            return _form("Function", name, render(node), *_parameters(node, level))
        case Comparison(left, operator, right):
            sides = (("left", left), ("right", right))
            return _form("Function", operator, render(node), *(_parameter(key, side, level) for key, side in sides))
        case Concatenation(parts):
            return _form("Function", "&", render(node), *(_parameter("source", part, level) for part in parts))
        case Omitted():
            return _form("Constant", "", "")


def _parameters(call: Call, level: int) -> Iterator[dict[str, Any]]:
    if level >= DEEPEST_TREE:
        return
    known = FUNCTIONS.get(call.function)
    names = [parameter.name for parameter in known.parameters] if known is not None else []
    for index, argument in enumerate(call.arguments):
        if not isinstance(argument, Omitted):
            key = names[min(index, len(names) - 1)] if names else f"parameter{index + 1}"
            yield _parameter(key, argument, level)


def _parameter(key: str, argument: Argument, level: int) -> dict[str, Any]:
    return {"key": key, "value": _tree(argument, level + 1)}


def read_source(form: JsonObject | None) -> Source:
    """Return the source that a form says; what is wrong is noted there."""
    if form is None:
        return NoSource()
    kind = form.choice("type", _TYPES, "Attribute")
    name, expression = form.optional_text("name"), form.optional_text("expression")
    parameters = form.raw("parameters")
    form.finish()
    match kind:
        case "Attribute":
            return _read_attribute(form, name, expression)
        case "Constant":
            return _read_constant(form, name, expression)
        case _:
            return _read_function(form, expression, parameters)


def _read_attribute(form: JsonObject, name: str | None, expression: str | None) -> Source:
    inside = None if expression is None else expression.strip().removeprefix("[").removesuffix("]").strip()
    if not name and not inside:
        form.problem("the name of the source attribute is missing", "name")
        return NoSource()
    if name and inside and name != inside:
        form.problem(f"the name says {name!r} and the expression {expression!r}; leave one of them out", "expression")
    return Direct(name or inside or "")


def _read_constant(form: JsonObject, name: str | None, expression: str | None) -> Source:
    said = None if expression is None else _constant_in(expression)
    if name is None and said is None:
        form.problem("the constant's value is missing", "name")
        return NoSource()
    if name is not None and said is not None and name != said:
        form.problem(f"the name says {name!r} and the expression {expression!r}; leave one of them out", "expression")
    return Constant(name if name is not None else said or "")


def _constant_in(expression: str) -> str:
    try:
        node = parse(expression)
    except ExpressionError:
        return expression
    return node.value if isinstance(node, Text) else expression


def _read_function(form: JsonObject, expression: str | None, parameters: object) -> Source:
    if not expression:
        form.problem("the text of the expression is missing", "expression")
        return NoSource()
    try:
        tree = _tree(parse(expression), 1)
    except ExpressionError as error:
        form.problem(str(error), "expression")
        return NoSource()
    if parameters and not _agree(parameters, tree["parameters"]):
        form.problem("they do not say what the expression says; leave them out, they follow from it", "parameters")
    return FromExpression(expression)


def _agree(said: object, parsed: list[dict[str, Any]]) -> bool:
    """Return whether parameters say what was parsed; by their order, for functions' parameters were renamed before."""
    pending: list[tuple[object, list[dict[str, Any]]]] = [(said, parsed)]
    while pending:
        given, expected = pending.pop()
        if not given and not expected:
            continue
        if not isinstance(given, list) or len(given) != len(expected):
            return False
        for one, other in zip(given, expected, strict=True):
            value = one.get("value") if isinstance(one, Mapping) else None
            if not isinstance(value, Mapping) or (value.get("type"), value.get("name")) != (
                other["value"]["type"],
                other["value"]["name"],
            ):
                return False
            if other["value"]["parameters"]:  # a tree that was cut for its depth has none
                pending.append((value.get("parameters"), other["value"]["parameters"]))
    return True
