"""Does each function give what is documented, and what is chosen where nothing is documented?"""

from datetime import UTC, datetime

import pytest

from instep.rules.mapping.expressions import DROP, Context, EvaluationError, compile_expression

CONTEXT = Context(datetime(2026, 1, 1, tzinfo=UTC))
USER = {
    "givenName": "John",
    "surname": "Doe",
    "empty": "",
    "nine": 9,
    "texted": "9",
    "half": 2.5,
    "whole": 3.0,
    "yes": True,
    "no": False,
    "mails": ("SMTP:a@x.com", "smtp:b@x.com"),
    "one": ("only",),
    "none": (),
    "umlaut": "Jörg Großmann",
}


def value(expression, user=USER):
    return compile_expression(expression).evaluate(user, CONTEXT)


TEXT = [
    ('Append([givenName], ".test")', "John.test"),
    ('Append([missing], ".test")', ".test"),
    ('Append("x", [missing])', "x"),
    ('Append([nine], "!")', "9!"),
    ('Append([yes], "")', "True"),
    ('Append([whole], "")', "3"),
    ('Append([half], "")', "2.5"),
    ('Append([one], "!")', "only!"),
    ('Mid("abcdef", 3, 2)', "cd"),
    ('Mid("abc", 2, 99)', "bc"),
    ('Mid("abc", 4, 2)', ""),
    ('Mid("abc", 99, 2)', ""),
    ('Mid("abc", 1, 0)', ""),
    ('Mid("abc", "2", "1")', "b"),
    ("Mid([missing], 1, 2)", None),
    ('Left("John", 2)', "Jo"),
    ('Left("John", 0)', ""),
    ('Left("John", -1)', "John"),
    ('Left("John", 99)', "John"),
    ("Left([missing], 3)", ""),
    ('StripSpaces(" a  b ")', "ab"),
    ('StripSpaces("a\tb\u00a0c")', "a\tb\u00a0c"),
    ("StripSpaces([missing])", None),
    ("CStr([nine])", "9"),
    ("CStr([no])", "False"),
    ("CStr(&HF7)", "247"),
    ("CStr([missing])", None),
    ('ToLower("ABCÉ")', "abcé"),
    ('ToUpper("abcé")', "ABCÉ"),
    ('ToUpper("straße")', "STRAßE"),
    ('ToLower("ΟΔΥΣΣΕΥΣ")', "οδυσσευσ"),
    ('ToLower("İI")', "İi"),
    ('ToLower("İI", "tr-TR")', "iı"),
    ('ToUpper("ıi", "az")', "Iİ"),
    ('ToUpper("ıi", "de-DE")', "II"),
    ('ToLower("A", [missing])', "a"),
    ("ToLower([missing])", None),
    ("ToLower([missing], [missing])", None),
    ("ToUpper([yes])", "TRUE"),
    ('NormalizeDiacritics("äÄ ö Ü ß ẞ æ Ǣ ø Ø œ Œ ł Ł ı ñ ç Ș")', "aA o U ss SS ae AE oe OE oe OE l L i n c S"),
    ("NormalizeDiacritics([umlaut])", "Jorg Grossmann"),
    ('NormalizeDiacritics("Nguyễn Thị")', "Nguyen Thi"),
    ('NormalizeDiacritics("Ёлка")', "Елка"),
    ('NormalizeDiacritics("が 한 हिन्दी")', "が 한 हिन्दी"),
    ("NormalizeDiacritics([missing])", None),
    ('Replace("aAaA", "A", , , "b", , )', "abab"),
    ('Replace("abc", "zz", , , "b", , )', "abc"),
    ('Replace("abc", "b", , , [missing], , )', "ac"),
    ('Replace("abc", "b", , , "")', "ac"),
    ('Replace("abc", [missing], , , "x")', "abc"),
    ('Replace([missing], "a", , , "x")', None),
    ('Replace([givenName], "<name>", , , , , "<name>@x.com, <name>")', "John@x.com, John"),
    ('Replace([missing], "<name>", , , , , "<name>@x.com")', None),
]

CHOICE = [
    ('Switch([givenName], "d", "Jim", "1", "John", "2")', "2"),
    ('Switch([givenName], "d", "john", "1")', "d"),
    ('Switch([givenName], "d", "John", "first", "John", "second")', "first"),
    ('Switch([givenName], , "Jim", "1")', None),
    ('Switch([givenName], , "John", )', None),
    ('Switch([empty], "d", "", "nothing")', "nothing"),
    ('Switch([missing], "d", "", "nothing")', "nothing"),
    ('Switch([missing], "d", "a", "1")', "d"),
    ('Switch([no], , "False", "True", "True", "False")', "True"),
    ('Switch([yes], , "False", "True", "True", "False")', "False"),
    ('Switch("False", , "False", "True", "True", "False")', "True"),
    ('Switch([nine], "d", 9, "nine")', "nine"),
    ('Switch([givenName], "d", "x", "1", [givenName], "me")', "me"),
    ('Switch("x", "d", "x", "1", [givenName], "me")', "1"),
    ('Switch("y", "d", "x", "1", [givenName], "me", "y", "2")', "2"),
    ('Switch("z", "d", "x", "1", [givenName], "me", "y", "2")', "d"),
    ('Switch([givenName], "d")', "d"),
    ('Switch(IsPresent([missing]), "d", "True", [givenName])', "d"),
    ('IIF([givenName] = "John", "T", "F")', "T"),
    ('IIF([givenName] = "john", "T", "F")', "F"),
    ('IIF([givenName] <> "Jim", "T", "F")', "T"),
    ('IIF([givenName] > "Jim", "T", "F")', "T"),
    ('IIF([nine] = 9, "T", "F")', "T"),
    ('IIF([nine] <> 9, "T", "F")', "F"),
    ('IIF([nine] < 10, "T", "F")', "T"),
    ('IIF([nine] <= 9, "T", "F")', "T"),
    ('IIF([nine] > 9, "T", "F")', "F"),
    ('IIF([nine] >= 10, "T", "F")', "F"),
    ('IIF([texted] < 10, "T", "F")', "T"),
    ('IIF([texted] < "10", "T", "F")', "T"),
    ('IIF([texted] = "9.0", "T", "F")', "F"),
    ('IIF([texted] = 9.0, "T", "F")', "T"),
    ('IIF([yes] = "True", "T", "F")', "T"),
    ('IIF([missing] = "x", "T", "F")', "F"),
    ('IIF([missing] <> "x", "T", "F")', "F"),
    ('IIF([empty] = "", "T", "F")', "F"),
    ('IIF([missing] = [missing], "T", "F")', "F"),
    ('IIF([givenName] <> "", "T", "F")', "T"),
    ('IIF([givenName] & [surname] = "JohnDoe", "T", "F")', "T"),
    ('IIF(IsPresent([missing]), "T", "F")', "F"),
    ('IIF(Not([givenName] = "John"), "T", "F")', "F"),
    ('IIF([yes], "T", "F")', "T"),
    ('IIF([missing], "T", "F")', "F"),
    ('IIF([missing] = 1, "T", )', None),
    ('IIF([givenName] = "John", "fine", Mid("x", 0, 0))', "fine"),
    ("Not([yes])", False),
    ('Not("True")', False),
    ('Not("true")', True),
    ("Not([no])", True),
    ('Not("anything")', True),
    ("Not([missing])", True),
    ('CBool("true")', True),
    ('CBool("TRUE")', True),
    ('CBool("False")', False),
    ("CBool(4)", True),
    ("CBool(0)", False),
    ('CBool("0")', False),
    ('CBool("-1")', True),
    ('CBool("yes")', False),
    ("CBool([yes])", True),
    ("CBool([missing])", False),
    ("CBool([givenName] = [surname])", False),
]

PRESENCE = [
    ("IsNull([missing])", True),
    ("IsNull([none])", True),
    ("IsNull([empty])", False),
    ("IsNull([givenName])", False),
    ("IsNullOrEmpty([missing])", True),
    ("IsNullOrEmpty([empty])", True),
    ('IsNullOrEmpty(" ")', False),
    ("IsPresent([empty])", False),
    ("IsPresent([none])", False),
    ("IsPresent([no])", True),
    ('Coalesce([missing], [givenName], "z")', "John"),
    ("Coalesce([missing], [none])", None),
    ('Coalesce([missing], , "z")', "z"),
    ('Coalesce([empty], "z")', ""),
    ('Coalesce(IgnoreFlowIfNullOrEmpty([empty]), "z")', "z"),
    ("IgnoreFlowIfNullOrEmpty([missing])", DROP),
    ("IgnoreFlowIfNullOrEmpty([empty])", DROP),
    ("IgnoreFlowIfNullOrEmpty([none])", DROP),
    ("IgnoreFlowIfNullOrEmpty([no])", False),
    ("IgnoreFlowIfNullOrEmpty([givenName])", "John"),
    ('IIF([nine] = 9, IgnoreFlowIfNullOrEmpty([missing]), "z")', DROP),
    ('Append(IgnoreFlowIfNullOrEmpty([missing]), "z")', "z"),
]

LISTS = [
    ('Join(" ", [givenName], [surname])', "John Doe"),
    ('Join(" ", [missing], [surname])', "Doe"),
    ('Join(", ", "", [surname], [givenName])', "Doe, John"),
    ('Join(" ", [missing], [empty])', ""),
    ('Join([missing], "a", "b")', "ab"),
    ('Join(";", [mails], "c", [none], [nine], [yes])', "SMTP:a@x.com;smtp:b@x.com;c;9;True"),
    ('Join(" ", , "a", )', "a"),
    ('Split("a;b;c", ";")', ("a", "b", "c")),
    ('Split("One, Two", ",")', ("One", "Two")),
    ('Split("a;;b", ";")', ("a", "", "b")),
    ('Split("a--b", "--")', ("a", "b")),
    ('Split("a  b\tc")', ("a", "b", "c")),
    ('Split("a b", [missing])', ("a", "b")),
    ('Split([missing], ",")', None),
    ('Split("", ",")', None),
    ("Item([mails], 2)", "smtp:b@x.com"),
    ("Item([givenName], 1)", "John"),
    ("Item([missing], 1)", None),
    ('Item(Split("a;b", ";"), 2)', "b"),
    ('Join(";", Split("a,b", ","))', "a;b"),
]

OPERATORS = [
    ('[givenName] & " " & [surname]', "John Doe"),
    ('[missing] & "x" & [nine]', "x9"),
    ("[missing] & [missing]", ""),
    ("[givenName]", "John"),
    ("[missing]", None),
    ("[mails]", ("SMTP:a@x.com", "smtp:b@x.com")),
    ('"text"', "text"),
    ("&HF", 15),
]


@pytest.mark.parametrize(("expression", "expected"), [*TEXT, *CHOICE, *PRESENCE, *LISTS, *OPERATORS])
def test_an_expression_gives_its_value(expression, expected):
    got = value(expression)
    assert got == expected
    assert type(got) is type(expected)


ADMIN = {"id": "06b0", "value": "admin", "displayName": "Administrator"}
USER_ROLE = {"id": "18d1", "value": None, "displayName": "User"}


@pytest.mark.parametrize(
    ("assignments", "expected"),
    [
        ((ADMIN,), "admin"),
        ((USER_ROLE,), "User"),
        ((USER_ROLE, ADMIN), "User"),
        (("Admin",), "Admin"),
        ("Admin", "Admin"),
        ((), None),
        (None, None),
    ],
)
def test_a_single_app_role_assignment_is_the_name_of_the_first_role(assignments, expected):
    user = {"appRoleAssignments": assignments}
    assert value("SingleAppRoleAssignment([appRoleAssignments])", user) == expected


FAILURES = [
    ("Item([mails], 3)", "Item", 1, "there is no element 3; the attribute has 2"),
    ("Item([mails], 0)", "Item", 1, "the first element has the index 1; 0 is none"),
    ('Append("x", Mid("abc", 0, 1))', "Mid", 13, "it starts at 1 or later"),
    ('Mid("abc", 1, -1)', "Mid", 1, "takes 0 characters or more"),
    ('Mid("abc", "x", 1)', "Mid", 1, "the start must be a whole number, not 'x'"),
    ('Mid("abc", 1.5, 1)', "Mid", 1, "the start must be a whole number, not 1.5"),
    ('Left("abc", [missing])', "Left", 1, "the number of characters must be a whole number, not nothing"),
    ("ToLower([mails])", "ToLower", 1, "one value is needed here, not a list of 2 values"),
    ('Append([mails], "x")', "Append", 1, "choose one with Item"),
    ('IIF([mails] = "x", 1, 2)', "the operator =", 13, "one value is needed here"),
    ('ToLower("a", "no culture!")', "ToLower", 1, "'no culture!' is not the name of a culture"),
]


@pytest.mark.parametrize(("expression", "function", "column", "message"), FAILURES)
def test_a_value_that_a_function_cannot_use_is_named_with_the_function_and_its_column(
    expression, function, column, message
):
    with pytest.raises(EvaluationError) as failed:
        value(expression)
    assert (failed.value.function, failed.value.column) == (function, column)
    assert message in failed.value.message
    assert str(failed.value) == f"column {column}: {function}: {failed.value.message}"


GROWING = [
    'Replace(Replace(Replace("aaaaaaaaaa", "a", , , [long]), "a", , , [long]), "a", , , [long])',
    'Append([huge], "x")',
    '[huge] & "x"',
    "Join([long], [many])",
    'Join("", [huge], "x")',
]


@pytest.mark.parametrize("expression", GROWING)
def test_text_that_outgrows_every_attribute_is_refused_before_it_is_built(expression):
    user = {"long": "a" * 1000, "huge": "h" * 1_048_576, "many": ("m",) * 2000}
    with pytest.raises(EvaluationError, match="more than 1,048,576 characters"):
        value(expression, user)


def test_a_text_of_just_the_limit_is_given():
    assert len(value('Append([almost], "x")', {"almost": "h" * 1_048_575})) == 1_048_576
