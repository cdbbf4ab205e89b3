"""Does the parser read what is written, and say exactly where it is not an expression?"""

import pytest

from instep.rules.mapping.expressions import ExpressionError, parse
from instep.rules.mapping.expressions.limits import MAX_DEPTH, MAX_LENGTH
from instep.rules.mapping.expressions.syntax import (
    Attribute,
    Call,
    Comparison,
    Concatenation,
    Number,
    Omitted,
    Text,
    Word,
)

READ = {
    '"plain"': Text("plain"),
    r'"say \"hi\""': Text('say "hi"'),
    r'"a\\d"': Text("a\\d"),
    '""': Text(""),
    '"two\nlines"': Text("two\nlines"),
    "12": Number("12"),
    "-12": Number("-12"),
    "-0.5": Number("-0.5"),
    "&HF7": Number("&HF7"),
    "&hff": Number("&hff"),
    "[mail]": Attribute("mail"),
    "[ mail ]": Attribute("mail"),
    "[extension_0a1b_x.y]": Attribute("extension_0a1b_x.y"),
    "[urn:ietf:x:2.0:User:department]": Attribute("urn:ietf:x:2.0:User:department"),
    "vbTextCompare": Word("vbTextCompare"),
    "F()": Call("F", ()),
    "F( )": Call("F", ()),
    "F(,)": Call("F", (Omitted(), Omitted())),
    "F(1, )": Call("F", (Number("1"), Omitted())),
    "F([a], , 2)": Call("F", (Attribute("a"), Omitted(), Number("2"))),
    " F ( G ( ) ) ": Call("F", (Call("G", ()),)),
    "F(\n\t[a],\r\n [b]\u00a0)": Call("F", (Attribute("a"), Attribute("b"))),
    "F([a]=1)": Call("F", (Comparison(Attribute("a"), "=", Number("1")),)),
    "F([a]<>-1)": Call("F", (Comparison(Attribute("a"), "<>", Number("-1")),)),
    "F([a]<=1)": Call("F", (Comparison(Attribute("a"), "<=", Number("1")),)),
    "F([a]>=1)": Call("F", (Comparison(Attribute("a"), ">=", Number("1")),)),
    "F([a]<1)": Call("F", (Comparison(Attribute("a"), "<", Number("1")),)),
    "F([a]>1)": Call("F", (Comparison(Attribute("a"), ">", Number("1")),)),
    '[a] & "-" & [b]': Concatenation((Attribute("a"), Text("-"), Attribute("b"))),
    "[a]&&HF": Concatenation((Attribute("a"), Number("&HF"))),
    "F([a] & [b] = [c])": Call(
        "F", (Comparison(Concatenation((Attribute("a"), Attribute("b"))), "=", Attribute("c")),)
    ),
}


@pytest.mark.parametrize("text", READ)
def test_a_text_is_read_as_what_it_says(text):
    assert parse(text) == READ[text]


@pytest.mark.parametrize(("text", "value"), [("&HF7", 247), ("-12", -12), ("007", 7), ("2.50", 2.5), ("-0.5", -0.5)])
def test_a_number_has_its_value(text, value):
    number = parse(text)
    assert isinstance(number, Number)
    assert number.value == value


def test_every_node_knows_its_column():
    call = parse('Switch( [a], , "b", G(1))')
    assert isinstance(call, Call)
    assert [call.column, *(argument.column for argument in call.arguments)] == [1, 9, 14, 16, 21]


REFUSED = {
    "": (1, "the expression is empty"),
    "   ": (1, "the expression is empty"),
    'Append("a"': (11, "Append( of column 1 is not closed"),
    "Append(": (8, "not the end of the text"),
    'Append([a] "b")': (12, "a comma or ) is expected in the arguments of Append, not '\"'"),
    'Append([a], "b")) ': (17, "unexpected ')' behind the end"),
    'Append([a], "b': (13, "the string that begins here is not closed"),
    '"ends in \\': (10, "a backslash is written"),
    'Append("a\\d", "")': (10, "a backslash is written"),
    "Append(\u201ca\u201d)": (8, 'write a straight "'),
    "Append([a, [b])": (8, "the attribute name that begins here is not closed"),
    "Append([a": (8, "a ] is missing"),
    "[ ]": (1, "the attribute name between [ and ] is missing"),
    "Left([a], 12b)": (13, "'b' does not belong in a number"),
    "Left([a], 1.2.3)": (14, "'.' does not belong in a number"),
    "Left([a], -)": (11, "digits must follow the minus sign"),
    "Left([a], &HG)": (11, "here begins a hexadecimal number"),
    "Left([a], 9223372036854775808)": (11, "at most 64 bits"),
    "Left([a], +1)": (11, "is expected, not '+'"),
    "IIF([a] = [b] = [c], 1, 2)": (15, "one condition makes one comparison"),
    "([a])": (1, "is expected, not '('"),
    "IIF([a] == 1, 2, 3)": (10, "is expected, not '='"),
    "IIF([a] = \"x\" AND [b] = \"y\", 1, 2)": (15, "a comma or ) is expected"),
    "[a] &": (6, "not the end of the text"),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_a_text_that_is_no_expression_is_refused_at_its_column(text):
    column, message = REFUSED[text]
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert refused.value.column == column
    assert message in refused.value.message
    assert str(refused.value) == f"column {column}: {refused.value.message}"


def test_a_text_that_is_too_long_is_refused_behind_the_limit():
    with pytest.raises(ExpressionError, match="column 10001: an expression has at most 10,000 characters"):
        parse('"' + "x" * MAX_LENGTH + '"')
    assert parse('"' + "x" * (MAX_LENGTH - 2) + '"')


def test_calls_nest_as_deep_as_the_limit_and_no_deeper():
    assert parse("Not(" * MAX_DEPTH + "[a]" + ")" * MAX_DEPTH)
    with pytest.raises(ExpressionError) as refused:
        parse("Not(" * (MAX_DEPTH + 1) + "[a]" + ")" * (MAX_DEPTH + 1))
    assert refused.value.column == MAX_DEPTH * len("Not(") + 1
