"""Filters: what they mean, how they are written down, and which resources they select."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.errors import InvalidFilter, ScimError
from instep.scim.filters import (
    And,
    Barewords,
    Compare,
    Filter,
    Not,
    Operator,
    Or,
    Path,
    Present,
    ValuePath,
    compile_filter,
    parse_filter,
)
from instep.scim.parsing import Parser
from instep.scim.schemas import USERS

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ADA: dict[str, Any] = {
    "id": "U1",
    "userName": "Ada@corp.example",
    "externalId": "Ada",
    "name": {"givenName": "Ada", "familyName": "O'Malley"},
    "title": 'Head of "R&D"',
    "active": True,
    "emails": [
        {"type": "work", "value": "Ada@corp.example", "primary": True},
        {"type": "home", "value": "a@home.example"},
    ],
    "phoneNumbers": [],
    "meta": {"lastModified": "2026-05-13T06:42:34+02:00"},
    ENTERPRISE: {"department": "Research", "manager": {"value": "U3"}},
}
selects = pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('userName eq "ada@CORP.example"', True),
        ('USERNAME EQ "ada@corp.example"', True),
        ('userName ne "ada@corp.example"', False),
        ('nickName ne "x"', True),
        ('externalId eq "ada"', False),
        ('externalId eq "Ada"', True),
        ('id eq "u1"', False),
        ('userName sw "ADA" and userName ew ".EXAMPLE" and userName co "corp"', True),
        ('name.familyName eq "o\'malley"', True),
        ('title eq "Head of \\"R&D\\""', True),
        ('emails[type eq "work"].value eq "ada@corp.example"', True),
        ('emails[type eq "home"].value eq "ada@corp.example"', False),
        ('emails[type eq "work" and value co "@corp"]', True),
        ('emails[type eq "home" and value co "@corp"]', False),
        ('emails.value eq "A@home.example"', True),
        ('emails eq "a@home.example"', True),
        ('emails[primary eq "True"].value sw "ada"', True),
        ("active eq true", True),
        ('active eq "True"', True),
        ("active eq false", False),
        ("title pr", True),
        ("nickName pr", False),
        ("phoneNumbers pr", False),
        ("emails[type eq \"fax\"] pr", False),
        ("nickName eq null", True),
        ("title ne null", True),
        ('nosuch eq "x"', False),
        ('nosuch ne "x"', False),
        ("not (nosuch pr)", True),
        ('meta.lastModified eq "2026-05-13T04:42:34Z"', True),
        ('meta.lastModified gt "2026-05-13T04:42:33.999Z"', True),
        ('meta.lastModified lt "2026-05-13T04:42:34Z"', False),
        ('meta.lastModified ge "yesterday"', False),
        (f'{ENTERPRISE}:department eq "research"', True),
        (f'{ENTERPRISE}:manager.value eq "U3"', True),
        (f'{ENTERPRISE}:manager eq "U3"', True),
        ('id eq "U1" and manager eq "U3"', True),
        ('nickName pr or title pr and active eq true', True),
        ('(nickName pr or title pr) and active eq false', False),
        ('not (active eq false)', True),
        ("userName eq 5", False),
    ],
)  # fmt: skip


@selects
def test_a_filter_selects_as_the_rfc_and_entra_mean_it(text: str, *, expected: bool) -> None:
    wanted = parse_filter(text)
    assert compile_filter(wanted, USERS)(ADA) is expected
    assert compile_filter(parse_filter(str(wanted)), USERS)(ADA) is expected


@pytest.mark.parametrize(
    "text",
    ["", "userName", "userName eq", 'userName xx "a"', 'userName eq "a', "userName eq ada", '(userName eq "a"',
     'userName eq "a")', 'and userName eq "a"', 'userName eq "a" and', "not userName pr", 'userName eq "\\ud800"',
     "a eq 1e999", 'userName eq "a" "b"', "(" * 100 + "a pr" + ")" * 100, 'a eq "' + "x" * 70_000 + '"'],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(InvalidFilter):
        parse_filter(text)


@pytest.mark.parametrize("text", ["active gt true", 'x509Certificates.value lt "a"', "title gt null", 'name eq "Ada"'])
def test_a_comparison_without_meaning_is_refused(text: str) -> None:
    with pytest.raises(InvalidFilter):
        compile_filter(parse_filter(text), USERS)


def test_words_without_quotes_are_text_only_where_that_is_allowed() -> None:
    wanted = Compare(Path(None, "externalId"), Operator.EQ, "jyoung")
    assert parse_filter("externalId eq jyoung", Barewords.ARE_TEXT) == wanted


def test_a_hundred_alternatives_are_one_filter() -> None:
    text = " OR ".join(f'emails.value EQ "person{number}@corp.example"' for number in range(100))
    wanted = parse_filter(text)
    assert isinstance(wanted, Or)
    assert len(wanted.terms) == 100


NAMES = st.from_regex(r"[a-z][A-Za-z0-9_-]{0,6}", fullmatch=True)
LITERALS = st.one_of(
    st.text(), st.booleans(), st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False)
)
PLAIN_PATHS = st.builds(Path, st.sampled_from([None, ENTERPRISE]), NAMES, st.none(), st.none() | NAMES)


def _atoms(inner: st.SearchStrategy[Filter] | None) -> st.SearchStrategy[Filter]:
    paths: st.SearchStrategy[Path] = PLAIN_PATHS
    if inner is not None:
        paths = paths | st.builds(Path, st.none(), NAMES, inner, st.none() | NAMES)
    atoms: st.SearchStrategy[Filter] = st.builds(Compare, paths, st.sampled_from(Operator), LITERALS)
    atoms = atoms | st.builds(Present, paths)
    if inner is not None:
        atoms = atoms | st.builds(ValuePath, st.builds(Path, st.none(), NAMES, inner))
    return atoms


def _joined(terms: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    several = st.lists(terms, min_size=2, max_size=3).map(tuple)
    return st.builds(And, several) | st.builds(Or, several) | st.builds(Not, terms)


FILTERS = st.recursive(_atoms(_atoms(None)), _joined, max_leaves=8)


@given(FILTERS)
def test_a_filter_that_is_written_down_is_read_as_itself(wanted: Filter) -> None:
    assert parse_filter(str(wanted)) == wanted


@given(FILTERS)
def test_any_filter_can_be_asked_or_is_refused(wanted: Filter) -> None:
    try:
        predicate = compile_filter(wanted, USERS)
    except InvalidFilter:
        return
    assert predicate(ADA) in (True, False)


@given(st.text(alphabet='ae.:[]()"\\ urn20 eq pr and or not', max_size=60))
def test_no_text_makes_anything_but_a_refusal(text: str) -> None:
    try:
        parse_filter(text)
    except ScimError as refusal:
        assert refusal.body()["scimType"] == "invalidFilter"  # noqa: PT017


@pytest.mark.parametrize("quoted", ['"', "'"])
@given(
    attribute=st.sampled_from(
        ["userName", "not", "and", "emails.value", "a.b.c", "urn:x:1.0:y:z", "x-y", "_a", "1a", ""]
    ),
    space=st.sampled_from([" ", "  ", ""]),
    operator=st.sampled_from(["eq", "EQ", "ne"]),
    value=st.text(alphabet='ab"\\\\/\x00\n\u0130\ud800{}', max_size=5),
)
def test_the_usual_filter_means_the_same_when_it_is_read_by_one_look(quoted, attribute, space, operator, value) -> None:
    text = f"{attribute}{space}{operator} {quoted}{value}{quoted}"

    def read(parse) -> object:
        try:
            return parse(text)
        except InvalidFilter as refusal:
            return str(refusal)

    assert read(parse_filter) == read(lambda text: Parser(text, InvalidFilter).filter())
