"""A part of a query means what it means everywhere, in its usual form and in any other."""

from urllib.parse import quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.messages import SearchRequest
from instep.scim.query_strings import parse_query, unquoted


@given(st.text())
def test_whatever_was_quoted_comes_back(text: str) -> None:
    sendable = text.encode("utf-8", "replace").decode()
    assert unquoted(quote_plus(sendable)) == sendable


@pytest.mark.parametrize(
    "text", ["a+b", "a%20b", "%", "%4", "%zz%41", "%C3%A9", "%C3", "%C3%28", "é%A9", "Ã%A9", "100%25"]
)
def test_it_is_read_as_the_standard_library_reads_it(text: str) -> None:
    assert unquoted(text) == unquote_plus(text)


def test_a_query_is_read_with_its_names_in_any_case() -> None:
    assert parse_query(b"FILTER=userName%20eq+%22a%2Bb%22&StartIndex=3") == SearchRequest(
        filter='userName eq "a+b"', start_index=3
    )
