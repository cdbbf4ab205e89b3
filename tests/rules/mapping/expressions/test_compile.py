"""Does compiling find what is wrong with a call, and say what an expression needs?"""

import pytest

from instep.rules.mapping.expressions import ExpressionError, compile_expression, parse
from instep.rules.mapping.expressions.functions.descriptions import DESCRIPTIONS
from instep.rules.mapping.expressions.functions.table import FUNCTIONS
from instep.rules.mapping.expressions.limits import MAX_DEPTH
from instep.rules.mapping.expressions.syntax import Attribute, Call

REFUSED = [
    ('Append("n: ", x([a]))', 15, "there is no function x"),
    ("tolower([a])", 1, "there is no function tolower; it is written ToLower"),
    ("now()", 1, "it is written Now, for upper and lower case matter"),
    ("ToLowr([a])", 1, "did you mean ToLower?"),
    ('Append([a], SelectUniqueValue("1", "2"))', 13, "SelectUniqueValue must be the outermost function"),
    ('"x" & SelectUniqueValue("1", "2")', 7, "SelectUniqueValue must be the outermost function"),
    ('SelectUniqueValue("1")', 1, "takes at least 2 arguments (uniqueValueRule1, uniqueValueRule...); this one has 1"),
    ("Now(1)", 1, "Now takes no arguments; this one has 1"),
    ('InStr("a", "b", 1, vbCompare)', 20, "vbBinaryCompare or vbTextCompare stands here, not vbCompare"),
    ('InStr("a", "b", 1, "x")', 20, "InStr takes vbBinaryCompare or vbTextCompare here"),
    ('InStr("a", "b", 1, [c])', 20, "InStr takes vbBinaryCompare or vbTextCompare here"),
    ('Contains([a], vbTextCompare)', 15, "vbTextCompare alone means nothing here"),
    ('Append("1", "2", Switch([x], "d", "a"))', 1, "Append takes 2 arguments (source, suffix); this one has 3"),
    ('Append("abcdef", Switch([x], "d", "a"))', 18, "Switch needs an even number of arguments"),
    ("Switch([x])", 1, "this one has 1"),
    ('Switch(, "d", "a", "b")', 8, "Switch needs its argument source here"),
    ('Switch([x], "d", , "b")', 1, 'Switch needs its key 1; write "" to catch an empty source'),
    ('IIF([x] = "a", "b")', 1, "IIF needs 3 arguments: a condition"),
    ('IIF(, "a", "b")', 5, "IIF needs its argument condition here"),
    ("Not()", 1, "Not takes 1 argument (source); this one has 0"),
    ("ToLower([a], , )", 1, "ToLower takes 1 to 2 arguments (source, culture); this one has 3"),
    ('Join(",")', 1, "Join takes at least 2 arguments (separator, source...); this one has 1"),
    ("Coalesce()", 1, "Coalesce takes at least 1 argument (source...); this one has 0"),
    ("Mid([a])", 1, "Mid takes 2 to 3 arguments (source, start, length); this one has 1"),
    ('Mid([a], , 2)', 10, "Mid needs its argument start here"),
    ('Append([a] = "b", "c")', 12, "the operator = stands only in the condition of IIF, CBool or Not"),
    ('[a] = "b"', 5, "the operator = stands only in the condition"),
    ('IIF([a] = "b", [a] > "b", "c")', 20, "the operator > stands only in the condition"),
    ("Append([a], True)", 13, 'True alone means nothing here; a text is written "True", an attribute [True]'),
    ("mail", 1, "mail alone means nothing here"),
    ('Replace([a], "b")', 1, "oldValue and replacementValue; oldValue and template"),
    ('Replace([a], "b", , , "c", , "d")', 1, "one of these"),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "column", "message"), REFUSED)
def test_a_wrong_call_is_refused_at_its_column(expression, column, message):
    with pytest.raises(ExpressionError) as refused:
        compile_expression(expression)
    assert message in refused.value.message
    assert refused.value.column == column


def test_an_expression_names_the_attributes_that_it_refers_to():
    compiled = compile_expression('IIF([a] = "x", Join(" ", [b], [c]), Switch([a], [d], [e], "1"))')
    assert compiled.attributes == {"a", "b", "c", "d", "e"}


def test_an_expression_without_now_and_random_uses_neither():
    compiled = compile_expression("ToLower([a])")
    assert not compiled.uses_now
    assert not compiled.uses_random


def test_parts_are_counted_when_an_expression_is_compiled():
    assert compile_expression("[a]").nodes == 1
    assert compile_expression('IIF([a] = "x", Join(" ", [b], [c]), [d])').nodes == 9


def test_an_expression_names_the_functions_that_it_calls():
    compiled = compile_expression('IIF([a] = "x", Redact([b]), Now())')
    assert compiled.functions == {"IIF", "Redact", "Now"}
    assert compiled.redacts
    assert not compile_expression("Append([a], [Redact])").redacts


def test_a_parsed_expression_compiles_like_its_text():
    text = 'Append([a], "x")'
    assert compile_expression(parse(text)).expression == compile_expression(text).expression


def test_a_parsed_expression_that_is_too_deep_is_refused():
    expression = Attribute("a")
    for _ in range(MAX_DEPTH + 1):
        expression = Call("Not", (expression,))
    with pytest.raises(ExpressionError, match=f"calls are nested at most {MAX_DEPTH} deep"):
        compile_expression(expression)


DEEP = {
    "calls": ("Not(", ")"),
    "conditions": ('IIF("x" = ', ', "a", "b")'),
    "concatenations": ('Append("x" & ', ', "y")'),
    "defaults": ("Switch([a], ", ', "k", "v")'),
}


@pytest.mark.parametrize("shape", DEEP)
def test_the_deepest_expression_runs(shape):
    before, after = DEEP[shape]
    compiled = compile_expression(before * MAX_DEPTH + "[a]" + after * MAX_DEPTH)
    assert compiled.evaluate({"a": "x"}, None) is not None


DOCUMENTED = """
Append AppRoleAssignmentsComplex AssertiveAppRoleAssignmentsComplex BitAnd CBool CDate Coalesce ConvertToBase64
ConvertToUTF8Hex Count CStr DateAdd DateDiff DateFromNum FormatDateTime Guid IgnoreFlowIfNullOrEmpty IIF InStr
IsNull IsNullOrEmpty IsPresent IsString Item Join Left Mid NormalizeDiacritics Not Now NumFromDate PCase
RandomString Redact RemoveDuplicates Replace SelectUniqueValue SingleAppRoleAssignment Split StripSpaces Switch
ToLower ToUpper Word AppRoleAssignments DefaultDomain IsNothing Prepend ConvertFromBase64 DNComponent Error
StringFromSid Trim Contains
"""


def test_every_function_of_the_language_is_there_and_described():
    assert set(DOCUMENTED.split()) == set(FUNCTIONS) == set(DESCRIPTIONS)


def test_only_the_last_parameter_of_a_function_is_repeatable():
    for function in FUNCTIONS.values():
        assert not any(parameter.repeatable for parameter in function.parameters[:-1]), function.name
