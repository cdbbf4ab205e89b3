"""Which texts are values of which attributes?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.directory.attributes import AttributeType, attribute_named, find_attribute, parse_value
from instep.directory.errors import BadValue


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("department", "department"),
        ("USERPRINCIPALNAME", "userPrincipalName"),
        ("extensionattribute7", "extensionAttribute7"),
    ],
)
def test_an_attribute_is_found_in_any_letter_case(typed, name):
    assert attribute_named(typed).name == name


def test_a_directory_extension_keeps_its_letter_case():
    name = "extension_0a1b2c3d4e5f60718293a4b5c6d7e8f9_costCentre"
    assert attribute_named(name).name == name


@pytest.mark.parametrize(
    "name",
    ["passwordProfile.password", "IsSoftDeleted", "appRoleAssignments", "extension_xyz_name", "extension_1_", ""],
)
def test_what_is_computed_or_secret_is_no_source_attribute(name):
    assert find_attribute(name) is None


def test_the_error_has_the_nearest_name():
    with pytest.raises(BadValue, match="did you mean jobTitle"):
        attribute_named("jobTitel")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("department", "Sales", "Sales"),
        ("department", " Sales ", " Sales "),
        ("department", "", None),
        ("department", " \t", None),
        ("accountEnabled", "TRUE", True),
        ("accountEnabled", " yes ", True),
        ("accountEnabled", "0", False),
        ("dirSyncEnabled", "No", False),
        ("otherMails", "a@x; b@x;", ("a@x", "b@x")),
        ("otherMails", ";", None),
    ],
)
def test_a_text_stands_for(name, text, value):
    assert parse_value(attribute_named(name), text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [("accountEnabled", "perhaps"), ("department", "x" * 4097), ("department", "a\0b"), ("department", "\udce9")],
)
def test_a_text_that_stands_for_nothing_is_refused(name, text):
    with pytest.raises(BadValue):
        parse_value(attribute_named(name), text)


@given(st.text(max_size=50))
def test_any_text_is_a_value_or_refused(text):
    try:
        value = parse_value(attribute_named("displayName"), text)
    except BadValue:
        assert "\0" in text or any("\ud800" <= character <= "\udfff" for character in text)
    else:
        assert value in (text, None)


def test_account_enabled_is_boolean():
    assert attribute_named("accountEnabled").type is AttributeType.BOOLEAN
