"""Groups of the profile rfc, with every form in which members come and go."""

from typing import Any

import pytest

from fakes.served_tenant import ServedTenant

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def group(tenant: ServedTenant, *members: Any) -> dict[str, Any]:
    answer = tenant.http.post("/Groups", json={"displayName": "Team", "members": list(members)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def patched(tenant: ServedTenant, before: dict[str, Any], *operations: dict[str, Any]) -> dict[str, Any]:
    answer = tenant.http.patch(f"/Groups/{before['id']}", json={"schemas": [PATCH_OP], "Operations": list(operations)})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def values(found: dict[str, Any]) -> list[str]:
    return [member["value"] for member in found.get("members", [])]


def test_a_member_of_the_tenant_is_said_to_be_what_it_is_and_where(rfc_tenant: ServedTenant) -> None:
    user = rfc_tenant.http.post("/Users", json={"userName": "a member of groups"}).json()
    inner = group(rfc_tenant)
    found = group(rfc_tenant, {"value": user["id"]}, {"value": inner["id"], "$ref": inner["meta"]["location"]})
    assert found["members"] == [
        {"value": user["id"], "type": "User", "$ref": f"Users/{user['id']}"},
        {"value": inner["id"], "type": "Group", "$ref": inner["meta"]["location"]},
    ]
    assert rfc_tenant.http.get(found["members"][0]["$ref"]).json()["id"] == user["id"]


def test_a_member_that_the_tenant_has_never_seen_is_kept_as_it_came(rfc_tenant: ServedTenant) -> None:
    stranger = {"value": "x1", "type": "User", "$ref": "https://other.example/Users/x1", "display": "X"}
    assert group(rfc_tenant, stranger)["members"] == [stranger]


@pytest.mark.parametrize(
    ("operation", "left"),
    [
        ({"op": "add", "path": "members", "value": [{"value": "c"}, {"value": "a"}]}, ["a", "b", "c"]),
        ({"op": "Add", "path": "members", "value": [{"$ref": None, "value": "c"}]}, ["a", "b", "c"]),
        ({"op": "add", "path": "members", "value": {"value": "c"}}, ["a", "b", "c"]),
        ({"op": "add", "path": "members", "value": "c"}, ["a", "b", "c"]),
        ({"op": "add", "value": {"members": [{"value": "c"}]}}, ["a", "b", "c"]),
        ({"op": "replace", "path": "members", "value": [{"value": "c"}]}, ["c"]),
        ({"op": "replace", "value": {"members": [{"value": "c"}], "displayName": "T"}}, ["c"]),
        ({"op": "replace", "path": "members", "value": []}, []),
        ({"op": "remove", "path": 'members[value eq "a"]'}, ["b"]),
        ({"op": "remove", "path": 'members[value eq "a" or value eq "b"]'}, []),
        ({"op": "Remove", "path": "members", "value": [{"value": "a"}]}, ["b"]),
        ({"op": "remove", "path": "members", "value": [{"value": "a"}, {"value": "zz"}]}, ["b"]),
        ({"op": "remove", "path": "members"}, []),
        ({"op": "remove", "path": "MEMBERS[VALUE EQ \"b\"]"}, ["a"]),
    ],
)  # fmt: skip
def test_members_come_and_go_in_every_form(
    rfc_tenant: ServedTenant, operation: dict[str, Any], left: list[str]
) -> None:
    before = group(rfc_tenant, {"value": "a"}, {"value": "b"})
    assert values(patched(rfc_tenant, before, operation)) == left


def test_a_member_that_is_there_already_changes_nothing(rfc_tenant: ServedTenant) -> None:
    user = rfc_tenant.http.post("/Users", json={"userName": "a member twice"}).json()
    before = group(rfc_tenant, {"value": user["id"]})
    again = {"op": "add", "path": "members", "value": [{"value": user["id"], "type": "User"}]}
    assert patched(rfc_tenant, before, again) == before


def test_a_group_that_was_deleted_is_a_member_no_more(rfc_tenant: ServedTenant) -> None:
    inner = group(rfc_tenant)
    outer = group(rfc_tenant, {"value": inner["id"]}, {"value": "a"})
    assert rfc_tenant.http.delete(f"/Groups/{inner['id']}").status_code == 204
    assert values(rfc_tenant.http.get(f"/Groups/{outer['id']}").json()) == ["a"]


def test_the_value_of_a_member_cannot_be_changed(rfc_tenant: ServedTenant) -> None:
    before = group(rfc_tenant, {"value": "a"})
    change = {"op": "replace", "path": 'members[value eq "a"].value', "value": "b"}
    answer = rfc_tenant.http.patch(f"/Groups/{before['id']}", json={"schemas": [PATCH_OP], "Operations": [change]})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "mutability")


def test_a_display_name_of_a_member_is_taken_for_its_display(rfc_tenant: ServedTenant) -> None:
    before = group(rfc_tenant)
    add = {"name": "addMember", "op": "add", "path": "members", "value": [{"displayName": "new User", "value": "a"}]}
    assert patched(rfc_tenant, before, add)["members"] == [{"value": "a", "display": "new User"}]


def test_members_can_be_left_out_and_groups_found_by_them(rfc_tenant: ServedTenant) -> None:
    made = group(rfc_tenant, {"value": "only-here"})
    url = f"/Groups/{made['id']}"
    assert "members" not in rfc_tenant.http.get(url, params={"excludedAttributes": "members"}).json()
    assert rfc_tenant.find('members.value eq "only-here"', "/Groups") == [made]
    assert rfc_tenant.find(f'id eq "{made["id"]}" and members eq "only-here"', "/Groups") == [made]


def test_a_group_needs_a_display_name_and_keeps_it(rfc_tenant: ServedTenant) -> None:
    answer = rfc_tenant.http.post("/Groups", json={"members": []})
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidValue")


def test_ten_thousand_members_come_and_go_in_one_patch(rfc_tenant: ServedTenant) -> None:
    many = [{"value": f"m{number}"} for number in range(10_000)]
    before = group(rfc_tenant)
    filled = patched(rfc_tenant, before, {"op": "add", "path": "members", "value": many})
    assert len(filled["members"]) == 10_000
    assert values(patched(rfc_tenant, before, {"op": "remove", "path": "members", "value": many[1:]})) == ["m0"]
