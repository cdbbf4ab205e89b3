"""Groups, which only the profile of the RFC has."""

from typing import Any

from fakes.served_tenant import ServedTenant


def members(group: dict[str, Any]) -> list[str]:
    return [member["value"] for member in group.get("members", [])]


def change(tenant: ServedTenant, group: dict[str, Any], *operations: dict[str, Any]) -> dict[str, Any]:
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}
    answer = tenant.http.patch(f"/Groups/{group['id']}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_group_lives_from_its_making_to_its_end(rfc_tenant: ServedTenant) -> None:
    made = rfc_tenant.http.post("/Groups", json={"displayName": "Sales", "members": [{"value": "US-A999"}]}).json()
    assert made["id"].startswith("GR-")
    assert rfc_tenant.find('displayName eq "sales"', "/Groups") == [made]
    replaced = rfc_tenant.http.put(f"/Groups/{made['id']}", json={"displayName": "Marketing"}).json()
    assert (replaced["displayName"], members(replaced)) == ("Marketing", [])
    assert rfc_tenant.http.delete(f"/Groups/{made['id']}").status_code == 204
    assert rfc_tenant.http.get(f"/Groups/{made['id']}").status_code == 404


def test_two_groups_may_have_one_name(rfc_tenant: ServedTenant) -> None:
    made = [rfc_tenant.http.post("/Groups", json={"displayName": "Twins"}).json()["id"] for _ in range(2)]
    assert len(set(made)) == 2


def test_members_come_and_go_as_entra_sends_them(rfc_tenant: ServedTenant) -> None:
    group = rfc_tenant.http.post("/Groups", json={"displayName": "Team"}).json()
    group = change(rfc_tenant, group, {"op": "Add", "path": "members", "value": [{"$ref": None, "value": "U1"}]})
    group = change(rfc_tenant, group, {"op": "add", "path": "members", "value": [{"value": "U2"}, {"value": "U1"}]})
    assert members(group) == ["U1", "U2"]
    group = change(rfc_tenant, group, {"op": "Remove", "path": "members", "value": [{"value": "U1"}]})
    group = change(rfc_tenant, group, {"op": "remove", "path": 'members[value eq "U2"]'})
    assert members(group) == []


def test_a_deleted_user_is_a_member_no_more(rfc_tenant: ServedTenant) -> None:
    leaver = rfc_tenant.create("leaver")["id"]
    body = {"displayName": "Leavers", "members": [{"value": leaver}, {"value": "US-X000"}]}
    group = rfc_tenant.http.post("/Groups", json=body).json()
    rfc_tenant.http.delete(f"/Users/{leaver}")
    assert members(rfc_tenant.http.get(f"/Groups/{group['id']}").json()) == ["US-X000"]
    assert (
        "members" not in rfc_tenant.http.get(f"/Groups/{group['id']}", params={"excludedAttributes": "members"}).json()
    )


def test_without_the_rules_of_proxyclick_a_user_needs_only_a_name(rfc_tenant: ServedTenant) -> None:
    made = rfc_tenant.http.post("/Users", json={"userName": "scim-test-1", "phoneNumbers": [{"value": "x"}]})
    assert made.status_code == 201
    assert "emails" not in made.json()
    assert rfc_tenant.http.post("/Users", json={"userName": "SCIM-test-1"}).status_code == 409
