"""Resources in the order that `sortBy` asks for."""

from typing import Any

import pytest

from instep.scim.definitions import USER
from instep.scim.schemas import USERS
from instep.scim.sorting import sort_key

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def ordered(sort_by: str, *resources: dict[str, Any], descending: bool = False) -> list[Any]:
    key = sort_key(USERS, sort_by)
    return [resource["id"] for resource in sorted(resources, key=key, reverse=descending)]


def test_text_without_case_is_sorted_without_it_and_text_with_case_by_it() -> None:
    one, two = {"id": "b", "userName": "b", "externalId": "b"}, {"id": "A", "userName": "A", "externalId": "a"}
    assert ordered("userName", one, two) == ["A", "b"]
    upper = {"id": "c", "externalId": "Z"}
    assert ordered("externalId", two, upper) == ["c", "A"]


def test_what_has_no_value_comes_last_ascending_and_first_descending() -> None:
    some, none = {"id": 1, "title": "a"}, {"id": 2}
    assert ordered("title", none, some) == [1, 2]
    assert ordered("title", some, none, descending=True) == [2, 1]


@pytest.mark.parametrize("name", ["name.familyName", "NAME.FAMILYNAME", f"{USER.id}:name.familyName"])
def test_a_sub_attribute_is_sorted_by_whatever_the_case_of_its_name(name: str) -> None:
    assert ordered(name, {"id": 1, "name": {"familyName": "Z"}}, {"id": 2, "name": {"familyName": "A"}}) == [2, 1]


def test_of_several_values_the_primary_counts_else_the_first() -> None:
    primary = {"id": 1, "emails": [{"value": "a"}, {"value": "z", "primary": True}]}
    first = {"id": 2, "emails": [{"value": "m"}, {"value": "b"}]}
    assert ordered("emails", primary, first) == ordered("emails.value", primary, first) == [2, 1]
    assert ordered('emails[value eq "a"].value', primary, first) == [1, 2]


def test_moments_are_sorted_as_moments_and_booleans_false_first() -> None:
    early, late = {"created": "2026-01-01T12:00:00+02:00"}, {"created": "2026-01-01T11:00:00Z"}
    assert ordered("meta.created", {"id": 1, "meta": late}, {"id": 2, "meta": early}) == [2, 1]
    assert ordered("active", {"id": 1, "active": True}, {"id": 2, "active": False}) == [2, 1]


def test_an_attribute_of_an_extension_is_sorted_by() -> None:
    resources = [{"id": 1, ENTERPRISE: {"department": "Z"}}, {"id": 2, ENTERPRISE: {"department": "A"}}]
    assert ordered(f"{ENTERPRISE}:department", *resources) == [2, 1]


@pytest.mark.parametrize("name", ["nosuch", "name", "((", "", ENTERPRISE])
def test_what_has_no_order_changes_none(name: str) -> None:
    assert ordered(name, {"id": 2, "name": {"givenName": "b"}}, {"id": 1, "name": {"givenName": "a"}}) == [2, 1]
