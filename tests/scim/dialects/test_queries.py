"""Does a filter ask for exactly the value, whatever it holds, in each target's form? (RFC 7644, 3.4.2.2; RFC 3986)"""

from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from instep.scim.dialects import ENTRA
from instep.scim.dialects.dialect import FilterCase, FilterNames, FilterValues, Spaces
from instep.scim.dialects.queries import cursor_query, filter_query, filter_text
from instep.scim.filters import Barewords, Compare, Operator, parse_filter
from instep.scim.paths import parse_path

EMAIL = 'emails[type eq "work"].value'
NUMBER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"
ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
DIALECTS = st.builds(
    replace,
    st.just(ENTRA),
    filter_values=st.sampled_from(FilterValues),
    filter_names=st.sampled_from(FilterNames),
    query_spaces=st.sampled_from(Spaces),
)


@given(DIALECTS, st.sampled_from(["userName", EMAIL, NUMBER]), ANY_TEXT)
@example(ENTRA, "userName", 'a"b\\c\n\t\x00\x7f\u2028 eq "x" or userName pr')
@example(replace(ENTRA, filter_values=FilterValues.BARE), "userName", "true")
@example(replace(ENTRA, filter_values=FilterValues.BARE), "userName", "7")
def test_the_value_comes_out_of_the_address_as_it_went_in(dialect: object, attribute: str, value: str) -> None:
    query = filter_query(dialect, attribute, value)  # type: ignore[arg-type]
    assert query.isascii()
    assert not set(query) & set(' "\\<>\n\r\t#?')
    [text] = parse_qs(query, keep_blank_values=True, strict_parsing=True)["filter"]
    found = parse_filter(text, Barewords.ARE_TEXT)
    assert isinstance(found, Compare)
    assert (str(found.path).lower(), found.operator, found.value) == (
        str(parse_path(attribute)).lower(), Operator.EQ, value,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("o'hara", '"o\'hara"'),
        ('a"b', '"a\\"b"'),
        ("a\\b", '"a\\\\b"'),
        ("a\nb", '"a\\nb"'),
        ("\x00", '"\\u0000"'),
        ("zoë 名 😀", '"zoë 名 😀"'),
        ("a+b#c&d%20", '"a+b#c&d%20"'),
        ("", '""'),
    ],
)
def test_special_characters_are_escaped_as_in_json(value: str, escaped: str) -> None:
    assert filter_text(ENTRA, "userName", value) == f"userName eq {escaped}"


@pytest.mark.parametrize(
    ("value", "written"),
    [("jyoung", "jyoung"), ("ada@corp.example", "ada@corp.example"), ("a b", '"a b"'), ("null", '"null"'),
     ("7", '"7"'), ('a"', '"a\\""'), ("zoë", '"zoë"')],
)  # fmt: skip
def test_a_value_stands_without_quotes_only_where_it_needs_none(value: str, written: str) -> None:
    assert (
        filter_text(replace(ENTRA, filter_values=FilterValues.BARE), "externalId", value) == f"externalId eq {written}"
    )


def test_names_are_in_lower_case_where_the_target_wants_them_so_and_texts_stay() -> None:
    lower = replace(ENTRA, filter_names=FilterNames.LOWER)
    assert filter_text(lower, 'emails[type eq "Work"].value', "Ada") == 'emails[type eq "Work"].value eq "Ada"'
    assert filter_text(lower, "userName", "Ada") == 'username eq "Ada"'


def test_a_value_is_in_lower_case_where_the_target_compares_it_so() -> None:
    lower = replace(ENTRA, filter_case=FilterCase.LOWER)
    assert filter_text(lower, "userName", "Ada@X") == 'userName eq "ada@x"'


def test_a_number_and_a_boolean_stand_without_quotes() -> None:
    assert filter_text(ENTRA, NUMBER, 7) == f"{NUMBER} eq 7"
    assert filter_text(ENTRA, "active", True) == "active eq true"


def test_a_space_is_a_plus_or_percent_20() -> None:
    assert filter_query(ENTRA, "userName", "a b") == "filter=userName+eq+%22a+b%22"
    percent = replace(ENTRA, query_spaces=Spaces.PERCENT)
    assert filter_query(percent, "userName", "a b") == "filter=userName%20eq%20%22a%20b%22"


def test_a_cursor_is_handed_back_as_it_came() -> None:
    assert cursor_query(ENTRA, "", 50) == "cursor=&count=50"
    assert cursor_query(ENTRA, "a+/=&", 50) == "cursor=a%2B%2F%3D%26&count=50"
