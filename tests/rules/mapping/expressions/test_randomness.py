"""Are random functions functions: of the seed, and of the place where they stand?"""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.mapping.expressions import Context, EvaluationError, compile_expression

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def drawn(expression: str, seed: str = "job/user/target") -> str:
    value = compile_expression(expression).evaluate({}, Context(NOW, seed))
    assert isinstance(value, str)
    return value


@pytest.mark.parametrize("expression", ["Guid()", "RandomString(40, 1, 1, 1, 1)"])
def test_the_same_seed_gives_the_same_value_again_and_another_seed_another(expression: str) -> None:
    assert drawn(expression) == drawn(expression)
    assert len({drawn(expression, str(seed)) for seed in range(100)}) == 100


def test_two_calls_in_one_expression_draw_by_themselves() -> None:
    first, second = drawn('Join(" ", Guid(), Guid())').split()
    assert first != second


@given(st.text())
def test_a_guid_is_one_of_version_4(seed: str) -> None:
    form = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert re.fullmatch(form, drawn("Guid()", seed))


@given(st.tuples(*[st.integers(0, 9)] * 4), st.integers(0, 20), st.text("0aA?!", max_size=3), st.text())
def test_a_random_string_keeps_its_length_and_its_minima(
    minima: tuple[int, ...], more: int, avoided: str, seed: str
) -> None:
    length = sum(minima) + more
    text = drawn(f'RandomString({length}, {", ".join(map(str, minima))}, "{avoided}")', seed)
    special = [character for character in text if not character.isalnum()]
    kinds = [sum(c.isdigit() for c in text), len(special), sum(c.isupper() for c in text), sum(map(str.islower, text))]
    assert len(text) == length
    assert all(count >= least for count, least in zip(kinds, minima, strict=True))
    assert not set(text) & set(avoided)
    assert minima[1] or not special


def test_every_character_of_a_kind_is_drawn_and_at_every_place() -> None:
    texts = [drawn("RandomString(2, 1, 0, 0, 1)", str(seed)) for seed in range(1_000)]
    assert {text[0].isdigit() for text in texts} == {True, False}
    assert len({character for text in texts for character in text}) == 36


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("RandomString(257, 0, 0, 0, 0)", "the length is at most 256"),
        ("RandomString(3, 1, 1, 1, 1)", "at least the sum of the minima"),
        ("RandomString(-1, 0, 0, 0, 0)", "the length is at most 256"),
        ("RandomString(5, -1, 0, 0, 0)", "the length is at most 256"),
        ('RandomString(5, 1, 0, 0, 0, "0123456789")', "no character is left"),
        ('RandomString("five", 1, 0, 0, 0)', "a count must be a whole number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message):
        drawn(expression)


def test_only_what_draws_says_so() -> None:
    assert compile_expression("Append([a], Guid())").uses_random
    assert compile_expression("RandomString(6,3,0,0,3)").uses_random
    assert not compile_expression("Append([a], Now())").uses_random
