"""What holds for every expression, and for every text that is none?

Each property is tried INSTEP_EXPRESSION_EXAMPLES times (100 by default; `bench/soak` asks for more).
"""

import os
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from instep.rules.mapping.expressions import (
    Context,
    EvaluationError,
    Expression,
    ExpressionError,
    compile_expression,
    parse,
    render,
)
from instep.rules.mapping.expressions.functions.signature import Function
from instep.rules.mapping.expressions.functions.table import FUNCTIONS
from instep.rules.mapping.expressions.limits import MAX_ELEMENTS, MAX_NODES, MAX_STEPS, MAX_TEXT
from instep.rules.mapping.expressions.syntax import (
    COMPARISON_OPERATORS,
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Number,
    Omitted,
    Text,
    Word,
)

EXAMPLES = settings(max_examples=int(os.environ.get("INSTEP_EXPRESSION_EXAMPLES", "100")))
CONTEXT = Context(datetime(2026, 1, 1, tzinfo=UTC), "seed", "corp.example")
NAMES = ("a", "b", "IsSoftDeleted", "proxyAddresses")

numbers = st.one_of(
    st.integers(-(2**63) + 1, 2**63 - 1).map(str),
    st.tuples(st.integers(-999, 999), st.integers(0, 999)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    st.integers(0, 2**63 - 1).map(lambda number: f"&H{number:X}"),
).map(Number)
attributes = st.one_of(st.sampled_from(NAMES), st.text("abcXYZ019_.:- ", min_size=1).map(str.strip).filter(bool)).map(
    Attribute
)
words = st.sampled_from(["vbTextCompare", "vbBinaryCompare", "UTF8", "_x1"]).map(Word)
leaves = st.one_of(st.text().map(Text), numbers, attributes, words)


def unnamed(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """The same strategy with a short name; the names of nested ones would grow without end."""

    @st.composite
    def part(draw: st.DrawFn) -> Expression:
        return draw(inner)

    return part()


def calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Call]:
    arguments = st.lists(st.one_of(inner, inner, st.just(Omitted())), max_size=6)
    # One empty place between brackets is no argument at all, so no text says Call("F", (Omitted(),)).
    written = arguments.filter(lambda values: values != [Omitted()]).map(tuple)
    return st.builds(Call, st.sampled_from([*FUNCTIONS, "Unknown"]), written)


def operations(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    operands = inner.filter(lambda node: not isinstance(node, Comparison | Concatenation))
    joined = st.lists(operands, min_size=2, max_size=3).map(tuple).map(Concatenation)
    sides = st.one_of(operands, joined)
    return st.one_of(calls(inner), joined, st.builds(Comparison, sides, st.sampled_from(COMPARISON_OPERATORS), sides))


def sound_counts(function: Function) -> list[int]:
    least = sum(parameter.required for parameter in function.parameters)
    most = len(function.parameters) + (4 if any(parameter.repeatable for parameter in function.parameters) else 0)
    return [n for n in range(least, most + 1) if function.count_rule is None or not function.count_rule(n)]


SHAPES = [(function.name, count) for function in FUNCTIONS.values() for count in sound_counts(function)]


def sound_calls(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Call]:
    return st.sampled_from(SHAPES).flatmap(
        lambda shape: st.tuples(*[inner] * shape[1]).map(lambda arguments: Call(shape[0], arguments))
    )


expressions = st.recursive(leaves, lambda inner: operations(unnamed(inner)), max_leaves=12)
short_texts = st.text('ab "A1Ä', max_size=3).map(Text)
small_numbers = st.integers(-1, 4).map(str).map(Number)
sound_leaves = st.one_of(short_texts, small_numbers, st.sampled_from(NAMES).map(Attribute))
sound = st.recursive(sound_leaves, lambda inner: sound_calls(unnamed(inner)), max_leaves=12)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3).map(tuple), st.dictionaries(st.text(max_size=5), inner)),
    max_leaves=4,
)
users = st.dictionaries(st.sampled_from(NAMES), values)
PIECES = (
    *FUNCTIONS, *COMPARISON_OPERATORS, "(", ")", ",", "[", "]", "[a]", '"', '"x"', "\\", "&", "&H",
    "-", "1", "0", ".", " ", "\n", "\0", "é", "𝔘", "vbTextCompare", "((((", "\ud800",
)  # fmt: skip
pieces = st.sampled_from(PIECES)
edits = st.lists(st.tuples(st.integers(0, 2**32), st.integers(0, 3), pieces), min_size=1, max_size=4)


def mutated(text: str, changes: list[tuple[int, int, str]]) -> str:
    """The text with some characters here and there replaced."""
    for place, length, piece in changes:
        at = place % (len(text) + 1)
        text = text[:at] + piece + text[at + length :]
    return text


texts = st.one_of(
    st.text(),
    st.binary(max_size=60).map(lambda octets: octets.decode("utf-8", "surrogateescape")),
    st.lists(pieces, max_size=30).map("".join),
    st.builds(mutated, st.one_of(expressions, sound).map(render), edits),
)


@EXAMPLES
@given(expressions)
def test_what_is_rendered_is_read_back_as_the_same_expression(expression):
    assert parse(render(expression)) == expression


@EXAMPLES
@given(texts)
def test_what_can_be_read_is_the_same_after_rendering(text):
    try:
        expression = parse(text)
    except ExpressionError:
        return
    assert parse(render(expression)) == expression


@EXAMPLES
@given(texts, users)
def test_no_text_and_no_user_raises_anything_else(text, user):
    column, steps = 1, 0
    try:
        compiled = compile_expression(text)
        compiled.evaluate(user, CONTEXT)
        steps = compiled.meter.steps
    except (ExpressionError, EvaluationError) as error:
        column = error.column
    assert 1 <= column <= len(text) + 1
    assert steps <= MAX_STEPS


@EXAMPLES
@given(st.one_of(expressions, sound), users)
def test_no_expression_and_no_user_raises_anything_else(expression, user):
    try:
        compiled = compile_expression(expression)
        value = compiled.evaluate(user, CONTEXT)
        again = compiled.evaluate(user, CONTEXT)
    except (ExpressionError, EvaluationError):
        return
    assert compiled.meter.steps <= MAX_STEPS
    assert repr(value) == repr(again)  # not a number is no equal of itself
    assert not isinstance(value, str) or len(value) <= MAX_TEXT
    assert not isinstance(value, tuple) or len(value) <= MAX_ELEMENTS


@EXAMPLES
@given(st.one_of(expressions, sound))
def test_an_expression_has_at_most_as_many_parts_as_the_text_has_characters(expression):
    text = render(expression)
    try:
        compiled = compile_expression(text)
    except ExpressionError:
        return
    assert 1 <= compiled.nodes <= min(max(len(text), 1), MAX_NODES)
    assert compiled.attributes == set(_names(expression))


def _names(node):
    match node:
        case Attribute(name):
            yield name
        case Call(arguments=parts) | Concatenation(parts=parts):
            for part in parts:
                yield from _names(part)
        case Comparison(left, _, right):
            yield from (*_names(left), *_names(right))


DOUBLING = {
    "Replace": lambda inner: Call("Replace", (inner, Text("a"), Omitted(), Omitted(), Text("aa"))),
    "by pattern": lambda inner: Call("Replace", (inner, Omitted(), Text("a"), Omitted(), Text("$&$&"))),
    "Base64": lambda inner: Call("ConvertToBase64", (inner,)),
    "hexadecimal": lambda inner: Call("ConvertToUTF8Hex", (inner,)),
    "Join": lambda inner: Call("Join", (Attribute("a"), inner, Text("a"), Text("a"))),
    "case": lambda inner: Call("PCase", (inner,)),
    "list": lambda inner: Call("Split", (Call("Join", (Text(","), inner, Attribute("a"))), Text(","))),
}


@settings(max_examples=EXAMPLES.max_examples // 4)
@given(st.lists(st.sampled_from(list(DOUBLING)), min_size=1, max_size=60), st.integers(0, 20_000))
def test_nothing_grows_or_works_beyond_its_limits(names, length):
    expression = Attribute("a")
    for name in names:
        expression = DOUBLING[name](expression)
    compiled = compile_expression(expression)
    try:
        value = compiled.evaluate({"a": "a" * length}, CONTEXT)
    except EvaluationError:
        value = None
    assert compiled.meter.steps <= MAX_STEPS
    assert not isinstance(value, str) or len(value) <= MAX_TEXT
