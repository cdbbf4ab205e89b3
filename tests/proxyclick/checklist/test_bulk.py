"""Bulk (RFC 7644, 3.7): a test for each box of scim-wire.md 2."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, user

NewName = Callable[[], str]
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


def bulk(tenant: ServedTenant, *operations: dict[str, Any], path: str = "/Bulk", **others: Any) -> httpx2.Response:
    return tenant.http.post(path, json={"schemas": [BULK], "Operations": list(operations), **others})


def done(tenant: ServedTenant, *operations: dict[str, Any], **others: Any) -> list[dict[str, Any]]:
    answer = bulk(tenant, *operations, **others)
    assert answer.status_code == 200, answer.text
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]
    return list(answer.json()["Operations"])


def new_user(bulk_id: str, name: str, **data: Any) -> dict[str, Any]:
    return {"method": "POST", "path": "/Users", "bulkId": bulk_id, "data": {"userName": name, **data}}


def new_group(bulk_id: str, *members: str) -> dict[str, Any]:
    data = {"displayName": bulk_id, "members": [{"value": f"bulkId:{member}"} for member in members]}
    return {"method": "POST", "path": "/Groups", "bulkId": bulk_id, "data": data}


def members(tenant: ServedTenant, result: dict[str, Any]) -> list[str]:
    group = tenant.http.get(result["location"]).json()
    return [member["value"] for member in group.get("members", [])]


def id_of(result: dict[str, Any]) -> str:
    return str(result["location"].rpartition("/")[2])


def test_each_result_has_a_status_that_is_text_a_location_a_bulk_id_and_a_version(
    rfc_tenant: ServedTenant, new_name: NewName
) -> None:
    (made,) = done(rfc_tenant, new_user("qwerty", new_name()))
    assert made == {
        "method": "POST",
        "bulkId": "qwerty",
        "version": 'W/"1"',
        "location": rfc_tenant.http.get(made["location"]).json()["meta"]["location"],
        "status": "201",
    }


def test_operations_are_done_in_their_order(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    made = rfc_tenant.http.post("/Users", json={"userName": new_name(), "title": "a"}).json()
    path = f"/Users/{made['id']}"
    patch_op = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    change = {"schemas": [patch_op], "Operations": [{"op": "replace", "path": "title", "value": "c"}]}
    results = done(
        rfc_tenant,
        {"method": "PUT", "path": path, "data": {"userName": made["userName"], "title": "b"}},
        {"method": "PATCH", "path": path, "data": change, "version": 'W/"2"'},
        {"method": "PATCH", "path": path, "data": change, "version": 'W/"1"'},
        {"method": "DELETE", "path": path},
        {"method": "DELETE", "path": path},
    )
    assert [result["status"] for result in results] == ["200", "200", "412", "204", "404"]
    assert [result.get("version") for result in results[:2]] == ['W/"2"', 'W/"3"']
    assert results[3]["location"] == made["meta"]["location"]


def test_an_operation_that_fails_says_why_and_the_others_are_done(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    results = done(
        rfc_tenant,
        new_user("a", name),
        new_user("b", name),
        {"method": "POST", "path": "/Users", "bulkId": "c", "data": {}},
        {"method": "POST", "path": "/Nothing", "bulkId": "d", "data": {}},
        {"method": "GET", "path": "/Users/US-A000"},
        {"method": "PATCH", "path": "/Users/US-Z999", "data": []},
        new_user("e", new_name()),
        failOnErrors=10,
    )
    assert [result["status"] for result in results] == ["201", "409", "400", "404", "405", "404", "201"]
    assert results[1]["response"]["scimType"] == "uniqueness"
    assert results[1]["response"]["schemas"] == [ERROR]
    assert "location" not in results[1]


def test_after_fail_on_errors_nothing_further_is_begun(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    results = done(
        rfc_tenant, *[{"method": "DELETE", "path": "/Users/US-X1"}] * 3, new_user("never", name), failOnErrors=2
    )
    assert [result["status"] for result in results] == ["404", "404"]
    assert rfc_tenant.find(f'userName eq "{name}"') == []


def test_a_reference_to_what_was_made_before_is_resolved(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    (made, group) = done(rfc_tenant, new_user("u1", new_name()), new_group("g1", "u1"))
    assert members(rfc_tenant, group) == [id_of(made)]


def test_a_reference_to_what_is_made_later_is_resolved(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    (group, made) = done(rfc_tenant, new_group("g2", "u2"), new_user("u2", new_name()))
    assert (group["bulkId"], made["bulkId"]) == ("g2", "u2")
    assert members(rfc_tenant, group) == [id_of(made)]


def test_references_in_paths_and_in_the_filters_of_paths_are_resolved(
    rfc_tenant: ServedTenant, new_name: NewName
) -> None:
    patch_op = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
    remove = {"schemas": [patch_op], "Operations": [{"op": "remove", "path": 'members[value eq "bulkId:u3"]'}]}
    (_, group, changed) = done(
        rfc_tenant,
        new_user("u3", new_name()),
        new_group("g3", "u3"),
        {"method": "PATCH", "path": "/Groups/bulkId:g3", "data": remove},
    )
    assert (changed["status"], changed["location"]) == ("200", group["location"])
    assert members(rfc_tenant, group) == []


def test_references_in_a_circle_are_resolved(rfc_tenant: ServedTenant) -> None:
    (one, two, itself) = done(rfc_tenant, new_group("ga", "gb"), new_group("gb", "ga"), new_group("gc", "gc"))
    assert [result["status"] for result in (one, two, itself)] == ["201"] * 3
    assert members(rfc_tenant, one) == [id_of(two)]
    assert members(rfc_tenant, two) == [id_of(one)]
    assert members(rfc_tenant, itself) == [id_of(itself)]


def test_of_a_circle_in_which_one_fails_none_is_made(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    bad = {"method": "POST", "path": "/Groups", "bulkId": "bad", "data": {"members": [{"value": "bulkId:good"}]}}
    (good, failed, other) = done(rfc_tenant, new_group("good", "bad"), bad, new_user("fine", name))
    assert [result["status"] for result in (good, failed, other)] == ["409", "400", "201"]
    assert rfc_tenant.find('displayName eq "good"', "/Groups") == []


def test_a_reference_to_what_failed_or_never_was_is_a_conflict(rfc_tenant: ServedTenant) -> None:
    bad = {"method": "POST", "path": "/Users", "bulkId": "none", "data": {}}
    results = done(rfc_tenant, bad, new_group("g5", "none"), new_group("g6", "nobody"))
    assert [result["status"] for result in results] == ["400", "409", "409"]


def test_more_operations_than_announced_are_413(rfc_tenant: ServedTenant) -> None:
    most = rfc_tenant.http.get("/ServiceProviderConfig").json()["bulk"]["maxOperations"]
    answer = bulk(rfc_tenant, *[{"method": "DELETE", "path": "/Users/US-X1"}] * (most + 1))
    assert (answer.status_code, answer.json()["status"]) == (413, "413")


def test_a_payload_larger_than_announced_is_413(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    size = rfc_tenant.http.get("/ServiceProviderConfig").json()["bulk"]["maxPayloadSize"]
    answer = bulk(rfc_tenant, new_user("large", new_name(), title="x" * size))
    assert (answer.status_code, answer.json()["schemas"]) == (413, [ERROR])


@pytest.mark.parametrize("body", [{"Operations": [{"method": "DELETE", "path": "/Users/1"}]}, {"schemas": [BULK]}, []])
def test_what_is_no_bulk_request_is_refused_whole(rfc_tenant: ServedTenant, body: Any) -> None:
    answer = rfc_tenant.http.post("/Bulk", content=json.dumps(body))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidSyntax")


def test_a_bulk_request_to_the_users_is_taken_with_numbers_for_bulk_ids(
    rfc_tenant: ServedTenant, new_name: NewName
) -> None:
    operations = [new_user("1", new_name()) | {"bulkId": number} for number in range(250)]
    for number, operation in enumerate(operations):
        operation["data"] = {"userName": f"{new_name()}-{number}", "emailVerified": True, "groups": [], "id": "x"}
    answer = bulk(rfc_tenant, *operations, path="/Users/Bulk").json()["Operations"]
    assert [(result["status"], result["bulkId"]) for result in answer] == [("201", str(n)) for n in range(250)]


def test_a_tenant_without_groups_takes_users_in_bulk(tenant: ServedTenant, new_name: NewName) -> None:
    operation = {"method": "POST", "path": "/Users", "bulkId": "a", "data": user(new_name())}
    results = done(tenant, operation, new_group("g7"))
    assert [result["status"] for result in results] == ["201", "404"]
