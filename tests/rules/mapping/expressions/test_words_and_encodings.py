"""Do the functions of words, places, lists, encodings, names and bits give what is documented?"""

from datetime import UTC, datetime

import pytest

from instep.rules.mapping.expressions import Candidates, Context, EvaluationError, compile_expression

CONTEXT = Context(datetime(2026, 1, 1, tzinfo=UTC), default_domain="corp.example")
USER = {
    "mails": ("smtp:b@x.com", "SMTP:a@x.com"),
    "first": "PABLO GONSALVES (SECOND)",
    "last": "PINTO-DE'SILVA",
    "dn": r'CN=Doe\, Joe \c3\a9,OU="Sales, \"North\"",DC=corp',
    "control": "514",
    "empty": "",
    "sid": "AQUAAAAAAAUVAAAAoGXPfnhLm1/nfIdwUAQAAA==",
}


def value(expression: str, **user: object) -> object:
    return compile_expression(expression).evaluate({**USER, **user}, CONTEXT)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('Word("The quick brown fox", 3, " ")', "brown"),
        ('Word("This,string!has&many separators", 3, ",!&#")', "has"),
        ('Word("a  b", 2, " ")', "b"),
        ('Word("a b", 3, " ")', ""),
        ('Word("a b", 0, " ")', ""),
        ('Word("a b", 1, [missing])', "a b"),
        ('Word([missing], 1, " ")', ""),
        ("PCase([first])", "Pablo Gonsalves (Second)"),
        ("PCase([last], \" '-\")", "Pinto-De'Silva"),
        ("PCase([last])", "Pinto-De'silva"),
        ('PCase("jean-luc van", "-")', "Jean-Luc van"),
        ('PCase("anna_maria\u2013eva, o’neil 2ND 1a2b")', "Anna_Maria\u2013Eva, O’Neil 2Nd 1A2b"),
        ('PCase("ǆep")', "ǅep"),
        ('PCase("ßa")', "ßa"),
        ("PCase([missing])", None),
        ('InStr("The quick brown fox", "quick")', 5),
        ('InStr("repEated", "e", 3, vbBinaryCompare)', 7),
        ('InStr("repEated", "e", 3, vbTextCompare)', 4),
        ('InStr("repEated", "e", , "vbTextCompare")', 2),
        ('InStr("abc", "z")', 0),
        ('InStr("abc", "a", 9)', 0),
        ('InStr("abc", "", 2)', 2),
        ('InStr("abc", [missing])', 0),
        ('InStr([missing], "a")', 0),
        ('Contains([mails], "SMTP:")', 2),
        ('Contains([mails], "SMTP:", CaseInsensitive)', 1),
        ('Contains([mails], "x400:")', 0),
        ('Contains([missing], "a")', 0),
        ('Contains("abc", "")', 0),
        ('Mid(Item([mails], Contains([mails], "SMTP:")), 6)', "a@x.com"),
        ("Count([mails])", 2),
        ("Count([first])", 1),
        ("Count([missing])", 0),
        ('RemoveDuplicates(Split("a,b,a,A", ","))', ("a", "b", "A")),
        ('RemoveDuplicates("a")', ("a",)),
        ("RemoveDuplicates([missing])", None),
        ('Trim(" \t Test ")', "Test"),
        ('Trim([padded])', ("a", "b c")),
        ("Trim([missing])", None),
        ('Prepend("x-", [last])', "x-PINTO-DE'SILVA"),
        ('Prepend([missing], "a")', "a"),
        ("DefaultDomain()", "corp.example"),
        ("IsNothing([missing])", True),
        ("IsNothing([empty])", False),
        ("IsString([first])", True),
        ("IsString([empty])", True),
        ("IsString(5)", True),
        ("IsString([missing])", False),
        ("IsString([mails])", False),
        ('ConvertToBase64("Hello world!")', "SABlAGwAbABvACAAdwBvAHIAbABkACEA"),
        ('ConvertToBase64("é𝔘")', "6QA12Bjd"),
        ("ConvertToBase64([missing])", None),
        ('ConvertFromBase64("SABlAGwAbABvACAAdwBvAHIAbABkACEA")', "Hello world!"),
        ('ConvertFromBase64("SGVsbG8gd29ybGQh", UTF8)', "Hello world!"),
        ('ConvertFromBase64("SGVsbG8gd29ybGQh", ASCII)', "Hello world!"),
        ("ConvertFromBase64([missing])", None),
        ('ConvertToUTF8Hex("Hello world!")', "48656C6C6F20776F726C6421"),
        ('ConvertToUTF8Hex("é")', "C3A9"),
        ("ConvertToUTF8Hex([missing])", None),
        ("StringFromSid([sid])", "S-1-5-21-2127521184-1604012920-1887927527-1104"),
        ('StringFromSid("S-1-5-32")', "S-1-5-32"),
        ('StringFromSid("010100000000000512000000")', "S-1-5-18"),
        ("StringFromSid([missing])", None),
        ("DNComponent([dn], 1)", "Doe, Joe é"),
        ("DNComponent([dn], 2)", 'Sales, "North"'),
        ("DNComponent([dn], 3)", "corp"),
        ("DNComponent([dn], 4)", None),
        ("DNComponent([missing], 1)", None),
        ("BitAnd(&HF, &HF7)", 7),
        ("BitAnd([control], 2)", 2),
        ("CBool(BitAnd([control], 1))", False),
        ("BitAnd([missing], 1)", None),
        ('Redact("secret")', "secret"),
        ('SelectUniqueValue("a", [missing], "b", "a", "")', Candidates(("a", "b"))),
        ('IIF(IsPresent([first]), "fine", Error("no name"))', "fine"),
    ],
)  # fmt: skip
def test_an_expression_gives_its_value(expression: str, expected: object) -> None:
    got = value(expression, padded=(" a", "b c\n"))
    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('Error(Append("no mail for ", [last]))', "no mail for PINTO-DE'SILVA"),
        ("Error([missing])", "the expression refuses this user"),
        ('InStr("abc", "a", 0)', "the first position is 1"),
        ('ConvertFromBase64("not base64!")', "is not Base64"),
        ('ConvertFromBase64("/w==", UTF8)', "no text in UTF8"),
        ('StringFromSid("AQU=")', "is no security identifier"),
        ('DNComponent("Joe", 1)', "is no distinguished name"),
        ('DNComponent("cn=\\"Joe", 1)', "is no distinguished name"),
        ("DNComponent([dn], 0)", "the first component has the number 1"),
        ('BitAnd("two", 1)', "each value must be a whole number, not 'two'"),
        ('ConvertToUTF8Hex([half])', "half a character"),
        ('NormalizeDiacritics([marked])', "more than 64 marks follow one letter"),
        ("Count(Split([commas], \",\"))", "more than 65,536 values"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        value(expression, half="a\ud800", marked="a" + "\u0316\u0301" * 33, commas="," * 70_000)


def test_without_a_default_domain_its_function_says_so() -> None:
    with pytest.raises(EvaluationError, match="no default domain is set"):
        compile_expression("DefaultDomain()").evaluate({}, Context(CONTEXT.now))
