"""Paths as they are written by clients, and as they are written down again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.errors import InvalidPath, ScimError
from instep.scim.filters import Compare, Operator
from instep.scim.paths import Path, parse_path

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
WORK = Compare(Path(None, "type"), Operator.EQ, "work")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("userName", Path(None, "userName")),
        ("name.givenName", Path(None, "name", None, "givenName")),
        ("members.$ref", Path(None, "members", None, "$ref")),
        ('emails[type eq "work"]', Path(None, "emails", WORK)),
        ('emails[type eq "work"].value', Path(None, "emails", WORK, "value")),
        ('addresses[ type EQ "work" ].locality', Path(None, "addresses", WORK, "locality")),
        (f"{ENTERPRISE}:department", Path(ENTERPRISE, "department")),
        (f"{ENTERPRISE}:manager.value", Path(ENTERPRISE, "manager", None, "value")),
        (ENTERPRISE, Path(ENTERPRISE)),
        (f"{CORE}:userName", Path(CORE, "userName")),
        ("urn:scim:schemas:core:1.0", Path("urn:scim:schemas:core:1.0")),
        ("urn:example:custom:tag", Path("urn:example:custom", "tag")),
    ],
)
def test_a_path_means_what_the_rfc_says(text: str, path: Path) -> None:
    assert parse_path(text) == path
    assert parse_path(str(path)) == path


@pytest.mark.parametrize(
    "text",
    ["", " ", ".value", "a.b.c", "a..b", "emails[", "emails[]", 'emails[type eq "work"', "emails]", "a b", "urn:", ":a",
     'emails[type eq "work"] .value', "1name", "name.", '"quoted"', 'emails[type eq "work"].', "[type pr]"],
)  # fmt: skip
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidPath, match="At character"):
        parse_path(text)


def test_the_character_that_is_wrong_is_named() -> None:
    with pytest.raises(InvalidPath, match=r"At character 13 of .*'eqq' is no operator") as refusal:
        parse_path('emails[type eqq "work"]')
    assert refusal.value.body()["scimType"] == "invalidPath"


@given(st.text(max_size=60))
def test_no_text_makes_anything_but_a_refusal(text: str) -> None:
    try:
        path = parse_path(text)
    except ScimError:
        return
    assert parse_path(str(path)) == path


@given(st.text(alphabet='ae.:[]()"\\ urn20 eq pr not', max_size=40))
def test_no_text_of_the_grammars_own_characters_does_either(text: str) -> None:
    try:
        path = parse_path(text)
    except ScimError:
        return
    assert parse_path(str(path)) == path
