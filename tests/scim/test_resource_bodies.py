"""Bodies of resources as real clients send them, and what they are taken to say."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.cleaning import settle
from instep.scim.errors import InvalidSyntax, InvalidValue, ScimError
from instep.scim.schemas import GROUPS, USERS

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
EXAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "scim_rfc_examples"


def cleaned(**members: Any) -> dict[str, Any]:
    found = USERS.clean({"userName": "ada", **members})
    return {name: value for name, value in found.items() if name not in ("schemas", "userName")}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"USERNAME": "ada", "Title": "Engineer"}, {"title": "Engineer"}),
        ({"active": "False"}, {"active": False}),
        ({"active": "true"}, {"active": True}),
        ({"title": None, "nickName": "", "emails": [], "name": {}}, {}),
        ({"favouriteColour": "blue", "name": {"givenName": "Ada", "shoeSize": 38}}, {"name": {"givenName": "Ada"}}),
        ({"id": "mine", "meta": {"version": "1"}, "groups": [{"value": "G1"}]}, {}),
        ({"emails": {"value": "a@x"}}, {"emails": [{"value": "a@x"}]}),
        ({"emails": ["a@x"]}, {"emails": [{"value": "a@x"}]}),
        ({"emails": [{"type": "work", "value": None}, {"type": "home", "value": ""}]}, {}),
        ({"emails": [{"VALUE": "a@x", "Type": "work"}]}, {"emails": [{"value": "a@x", "type": "work"}]}),
        ({ENTERPRISE: {"manager": "U3"}}, {ENTERPRISE: {"manager": {"value": "U3"}}}),
        ({ENTERPRISE.lower(): {"manager": {"value": "U3", "displayName": "x"}}},
         {ENTERPRISE: {"manager": {"value": "U3"}}}),
        ({ENTERPRISE: {"manager": [{"value": "U3"}], "department": ""}}, {ENTERPRISE: {"manager": {"value": "U3"}}}),
        ({ENTERPRISE: {"department": None}}, {}),
        ({"roles": [{"value": '{"id":"1","value":"admin","displayName":"Admin"}'}]},
         {"roles": [{"value": "admin", "display": "Admin"}]}),
        ({"roles": [{"value": "{not json"}]}, {"roles": [{"value": "{not json"}]}),
        ({"emails": [{"value": "a@x"}, {"value": "a@x", "type": "work"}]},
         {"emails": [{"value": "a@x", "type": "work"}]}),
        ({"emails": [{"value": "a@x", "type": "work"}, {"value": "a@x", "type": "home"}]},
         {"emails": [{"value": "a@x", "type": "work"}, {"value": "a@x", "type": "home"}]}),
        ({"emails": [{"value": "a", "primary": True}, {"value": "b", "primary": "True"}]},
         {"emails": [{"value": "a", "primary": True}, {"value": "b", "primary": False}]}),
    ],
)  # fmt: skip
def test_a_loose_body_says_what_its_client_meant(sent: dict[str, Any], kept: dict[str, Any]) -> None:
    assert cleaned(**sent) == kept


@pytest.mark.parametrize(
    "sent",
    [{"active": "maybe"}, {"active": 1}, {"title": 5}, {"title": ["x", "y"]}, {"name": "Ada"}, {"name": [{}, {}]},
     {"emails": [5]}, {"emails": [["a"]]}, {"userName": ""}, {"userName": None}, {ENTERPRISE: []}, {ENTERPRISE: "x"},
     {"schemas": "User"}, {"schemas": ["urn:other"]}, {"x509Certificates": [{"value": "no base64!"}]}],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_by_name(sent: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="'"):
        cleaned(**sent)


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_a_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(InvalidSyntax):
        USERS.clean(body)


def test_schemas_lists_what_is_in_use() -> None:
    assert USERS.clean({"schemas": [USER, ENTERPRISE], "userName": "ada"})["schemas"] == [USER]
    with_department = {"schemas": ["urn:scim:schemas:core:1.0"], "userName": "ada", ENTERPRISE: {"department": "R"}}
    assert USERS.clean(with_department)["schemas"] == [USER, ENTERPRISE]


def test_a_group_of_many_members_is_settled_by_table() -> None:
    members = [{"value": str(number // 2), "type": "User"} for number in range(40_000)]
    assert len(GROUPS.clean({"displayName": "All", "members": members})["members"]) == 20_000


def test_of_two_primaries_the_chosen_one_stays() -> None:
    elements = [{"value": "a", "primary": True}, {"value": "b", "primary": True}]
    assert [element["primary"] for element in settle(elements)] == [True, False]
    assert [element["primary"] for element in settle(elements, 1)] == [False, True]


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example payloads of the RFCs are not here")
@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("rfc7643-8.[123]-*.json")), ids=lambda path: path.stem)
def test_the_users_of_the_rfc_lose_nothing_but_what_the_service_sets(path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    found = USERS.clean(body)
    lost = {name for name in body if found.get(name) != body[name]}
    assert lost <= {"id", "meta", "groups", ENTERPRISE, "schemas"}
    assert USERS.clean(found) == found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBER_NAMES = st.sampled_from(
    ["schemas", "userName", "name", "emails", "active", "roles", "addresses", "x509Certificates", "meta", ENTERPRISE]
)


@given(st.dictionaries(MEMBER_NAMES | st.text(max_size=5), JSON, max_size=5))
def test_any_body_is_refused_or_comes_out_in_a_form_that_stays(body: dict[str, Any]) -> None:
    try:
        found = USERS.clean(body)
    except ScimError:
        return
    assert USERS.clean(found) == found
