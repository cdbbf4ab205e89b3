"""What does Replace do with patterns (mappings.md 4.3), and which patterns does it refuse?"""

from datetime import UTC, datetime

import pytest

from instep.rules.mapping.expressions import Context, EvaluationError, ExpressionError, compile_expression
from instep.rules.mapping.expressions.render import quote

CONTEXT = Context(datetime(2026, 1, 1, tzinfo=UTC))
PHONE = r'"\\+(?<isdCode>\\d* )(?<phoneNumber>\\d{10})"'


def value(expression: str, **user: object) -> object:
    return compile_expression(expression).evaluate(user, CONTEXT)  # type: ignore[arg-type]


def replaced(source: str, pattern: str, replacement: str) -> object:
    return value(f"Replace([x], , {quote(pattern)}, , {quote(replacement)}, , )", x=source)


@pytest.mark.parametrize(
    ("expression", "user", "expected"),
    [
        (f'Replace([t], , {PHONE}, , "${{phoneNumber}}", , )', {"t": "+91 9998887777"}, "9998887777"),
        (r'Replace([m], , "[()\\s-]+", , "", , )', {"m": "+1 (999) 888-7777"}, "+19998887777"),
        (r'Replace([a], ,"(?<n>^\\d*)","n", "888", , )', {"a": "545 Tremont Street"}, "888 Tremont Street"),
        ('Replace([u], , "(?<Suffix>@(.)*)", "Suffix", "", , )', {"u": "jsmith@contoso.com"}, "jsmith"),
        ('Replace([u], , "(a)(?<x>b)?", "x", "!", , )', {"u": "aabab"}, "aa!a!"),
        ('Replace([u], , "(a)(?<x>b)", "1", "$0", , )', {"u": "ab"}, "$0b"),
        (f'Replace([t], , {PHONE}, "phoneNumber", , [m], )', {"t": "", "m": "+91 8887779999"}, "8887779999"),
        (f'Replace([t], , {PHONE}, "phoneNumber", , [m], )', {"m": "+91 8887779999"}, "8887779999"),
        (f'Replace([t], , {PHONE}, "phoneNumber", , [m], )', {"t": "1", "m": "+91 8887779999"}, "1"),
        (f'Replace([t], , {PHONE}, "phoneNumber", , [m], )', {"m": "none"}, None),
        (f'Replace([t], , {PHONE}, "phoneNumber", , [m], )', {}, None),
        ('Replace([missing], , "a", , "b")', {}, None),
        ('Replace([missing], , "(?<x>a)", "x", "b")', {}, None),
        ('Replace([x], , [p], , [r])', {"x": "abc", "p": "b", "r": "$&$&"}, "abbc"),
        ('Replace([x], , [p], [g], [r])', {"x": "abc", "p": "a(?<y>b)", "g": "y", "r": "-"}, "a-c"),
        ('Replace([x], "", "b", "", "-", "", "")', {"x": "abc"}, "a-c"),
        ('Replace([x], "<u>", "", "", "", "", "<u>@x")', {"x": "ada"}, "ada@x"),
    ],
)  # fmt: skip
def test_each_combination_of_arguments_has_its_meaning(expression: str, user: dict[str, str], expected: object) -> None:
    assert value(expression, **user) == expected


@pytest.mark.parametrize(
    ("source", "pattern", "replacement", "expected"),
    [
        ("john_doe72", "[a-zA-Z_]*", "", "72"),
        ("john.doe", r"^(\w+)\.(\w+)$", "$2.$1", "doe.john"),
        ("abc", "x*", "-", "-a-b-c-"),
        ("é𝔘", "x*", "-", "-é-𝔘-"),
        ("aab", "a*", "<$&>", "<aa><>b<>"),
        ("José Núñez", r"\w+", "<$0>", "<José> <Núñez>"),
        ("José-Núñez", r"[^\W]+", ".", ".-."),
        ("a-b c", r"[\W]", "", "abc"),
        ("٣ and 3", r"\d", "n", "n and n"),
        ("a\u00a0b\u2003c", r"\s", "_", "a_b_c"),
        ("a\u00a0b", r"\S+", "x", "x\u00a0x"),
        ("a b", r"[\S]", "x", "x x"),
        ("x1y", r"\D", "", "1"),
        ("2021-06-30", r"(\d+)-(?<month>\d+)-(\d+)", "$2.$3.$1", "30.06.2021"),  # .NET counts named groups last
        ("ab", "(?'first'a)(b)", "${first}$1$$$3x${none}$", "ab$$3x${none}$"),
        ("a.b", "[.]", "$`|$'|$_|$+", "aa|b|a.b|.b"),
        ("x(a]", r"[]()]", "", "xa"),
        ("A", "\\u0041", "b", "b"),
        ("ab", "a(?#a comment)b", "c", "c"),
        ("a_b", r"\_", "", "ab"),
        ("ABC", "(?i)b", "-", "A-C"),
        ("a[b", "[[]", "", "ab"),
    ],
)
def test_a_pattern_means_what_it_means_in_dotnet(source: str, pattern: str, replacement: str, expected: str) -> None:
    assert replaced(source, pattern, replacement) == expected


# What is refused, and in which words: tests/rules/test_patterns.py.
REFUSED = [
    ("a(?=b)", "RE2 has no lookahead"),
    (r"(a)\1", "back references"),
    ("(a", "not closed"),
    ("\ud800", "Unicode"),
]


@pytest.mark.parametrize(("pattern", "message"), REFUSED)
def test_a_pattern_that_re2_refuses_is_an_error_when_it_is_saved(pattern: str, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as refused:
        compile_expression(f'Replace([x], , {quote(pattern)}, , "")')
    assert refused.value.column == 16


@pytest.mark.parametrize(("pattern", "message"), REFUSED)
def test_such_a_pattern_from_an_attribute_is_an_error_of_its_user(pattern: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        value('Replace([x], , [p], , "")', x="a", p=pattern)


@pytest.mark.parametrize(
    ("expression", "column", "message"),
    [
        ('Replace([x], , "a", "g", "b")', 21, "the pattern has no group 'g'"),
        ('Replace([x], , "(?<g>a)", "g", , "mobile")', 34, r"an attribute is needed here, in brackets: \[mobile\]"),
        ('Replace([x], , "a", , , [b], )', 1, "Replace takes, besides its source, one of these"),
        ('Replace([x], "a", "b", , "c")', 1, "one of these"),
        ('Replace([x], , "a")', 1, "one of these"),
        ('Replace([x], , , "g", "b")', 1, "one of these"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(expression: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as refused:
        compile_expression(expression)
    assert refused.value.column == column


def test_a_group_that_a_computed_pattern_does_not_have_is_an_error_of_the_user() -> None:
    with pytest.raises(EvaluationError, match="the pattern has no group 'g'"):
        value('Replace([x], , [p], "g", "b")', x="a", p="a")


def test_half_a_character_is_no_text_for_a_pattern() -> None:
    with pytest.raises(EvaluationError, match="half a character"):
        replaced("a\ud800", "a", "b")


def test_a_search_that_looks_again_and_again_to_the_end_is_stopped_by_its_steps() -> None:
    with pytest.raises(EvaluationError, match="more than 4,194,304 steps"):
        replaced("a" * 200_000, "a(.*b)?", "")


def test_what_a_replacement_makes_too_long_is_refused_before_it_is_built() -> None:
    with pytest.raises(EvaluationError, match="more than 1,048,576 characters"):
        replaced("a" * 4_000, "a", "$_")
