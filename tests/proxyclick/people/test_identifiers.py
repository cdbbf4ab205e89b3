"""Ids such as US-G606."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxyclick.people.identifiers import identifier, number_of


@pytest.mark.parametrize(
    ("number", "text"), [(0, "US-A000"), (6606, "US-G606"), (25_999, "US-Z999"), (26_000, "US-AA000")]
)
def test_an_id_looks_like_those_of_proxyclick(number: int, text: str) -> None:
    assert identifier("US", number) == text


@given(st.integers(min_value=0, max_value=10**9))
def test_every_number_has_an_id_of_its_own(number: int) -> None:
    assert number_of("US", identifier("US", number)) == number


@given(st.text(max_size=20) | st.from_regex(r"US-[A-Z0-9]{1,20}", fullmatch=True))
def test_any_other_text_is_the_id_of_nothing(text: str) -> None:
    number = number_of("US", text)
    assert number is None or identifier("US", number) == text
