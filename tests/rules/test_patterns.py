"""Which patterns are taken, and do they mean what they mean at home?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.patterns import PatternRefused, compile_pattern, whole_match

MATCHES = [
    # pattern, values that it matches as a whole, values that it does not
    (r".*\@domain.com", ["joe@domain.com"], ["joe@domain.com.au", "joe@other.com", "a@domain.com\n"]),
    (r"a|ab", ["a", "ab"], ["abc", "b"]),
    (r"([1-9][0-9])", ["10", "99"], ["9", "100", "x10"]),
    (r"(?i)sales.*", ["SALES East", "sales"], ["Presales"]),
    (r"\w+", ["Müller", "a_1", "Łódź"], ["a b", "a-b", ""]),
    (r"[\w .-]+", ["Anna-Lena Müller"], ["a,b"]),
    (r"[^\W\d_]+", ["Élan"], ["a1", "a_b", "a b"]),
    (r"\W\w", ["-é"], ["éé"]),
    (r"\d\D", ["1a", "٣a"], ["11"]),
    (r"\s\S", ["\u00a0a", " a", "\ta"], ["  ", "aa"]),
    (r"[\s\S]*", ["a\nü", ""], []),
    (r"[]a]+", ["]a"], ["b"]),
    (r"[^]a]+", ["b"], ["]"]),
    (r"[\]\[-]+", ["][-"], ["a"]),
    (r"caf\u00e9", ["café"], ["cafe"]),
    (r"\\u00e9", ["\\u00e9"], ["é"]),
    (r"ab\Z", ["ab"], ["ab\n"]),
    (r"a(?#a note)b", ["ab"], ["a"]),
    (r"[\b\e]\_", ["\b_", "\x1b_"], ["b_"]),
    (r"[[:alpha:]]", [":]", "a]"], ["b"]),
    (r"(?<year>20[0-9]{2})-.*", ["2026-03-02"], ["1999-03-02"]),
]


@pytest.mark.parametrize(("pattern", "matching", "others"), MATCHES)
def test_a_pattern_matches_the_whole_value_as_dot_net_reads_it(
    pattern: str, matching: list[str], others: list[str]
) -> None:
    test = whole_match(pattern)
    assert [value for value in matching if not test(value)] == []
    assert [value for value in others if test(value)] == []


REFUSALS = [
    (r"(?=a)b", "lookahead"),
    (r"(?!a)b", "NOT REGEX MATCH"),
    (r"(?<=a)b", "lookbehind"),
    (r"(?<!a)b", "lookbehind"),
    (r"(?>a)b", "atomic group"),
    (r"(a)\1", "back references"),
    (r"(?<n>a)\k<n>", "back references"),
    (r"(?(a)b|c)", "conditions"),
    (r"(?x) a", "options i, m and s"),
    (r"a++", "possessive"),
    (r"a{1001}", "1000 times"),
    (r"(a{1000}){1000}", "1000 times"),
    (r"\w{1000}", "too large"),
    (r"[a-z-[aeiou]]", "subtraction"),
    (r"(?<n>a)(?<n>b)", "'n' cannot name a group"),
    (r"(?<1>a)", "'1' cannot name a group"),
    (r"\Qa", "means nothing"),
    (r"(a", "not closed"),
    (r"a)", "not opened"),
    (r"[a", "not closed"),
    (r"*a", "nothing before"),
    ("a\\", "single backslash"),
    (r"[b-a]", "no such range"),
    (r"\p{IsGreek}", "no such range"),
    ("\ud800", "not valid Unicode"),
    ("a" * 4097, "at most 4,096"),
]


@pytest.mark.parametrize(("pattern", "reason"), REFUSALS)
def test_what_re2_cannot_do_is_refused_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PatternRefused, match=reason):
        compile_pattern(pattern)


PIECES = st.sampled_from(
    [
        "(",
        ")",
        "[",
        "]",
        "[^",
        "-[",
        "*",
        "+",
        "?",
        "{2}",
        "{1000}",
        "|",
        "\\",
        r"\w",
        r"\W",
        r"\b",
        r"\S",
        r"\u",
        "(?<n>",
        "(?#",
        "(?",
        "^",
        "$",
    ]
)
PATTERNS = st.text(max_size=12) | st.lists(PIECES | st.characters(), max_size=10).map("".join)


@given(PATTERNS, st.text(max_size=20) | st.just("\ud800"))
def test_any_text_is_a_pattern_that_answers_or_is_refused(pattern: str, value: str) -> None:
    try:
        test = whole_match(pattern)
    except PatternRefused:
        return
    assert test(value) in (True, False)


@given(st.text(min_size=1, max_size=30))
def test_a_text_whose_special_characters_are_escaped_matches_itself_alone(value: str) -> None:
    import re2

    if any("\ud800" <= character <= "\udfff" for character in value):
        return
    test = whole_match(re2.escape(value))
    assert test(value)
    assert not test(value + "x")
