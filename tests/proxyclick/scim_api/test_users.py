"""Users over HTTP: created, read, changed, deleted."""

from collections.abc import Callable
from typing import Any

import pytest

from fakes.served_tenant import ServedTenant, user

NewName = Callable[[], str]


def replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "Replace", "path": path, "value": value}


def test_a_new_user_is_answered_with_its_place(tenant: ServedTenant, new_name: NewName) -> None:
    answer = tenant.http.post("/Users", json=user(new_name(), title="Engineer"))
    created = answer.json()
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/scim+json"
    assert answer.headers["location"] == created["meta"]["location"] == f"{tenant.tenant_url}/Users/{created['id']}"
    assert created["meta"]["created"] == created["meta"]["lastModified"]
    assert tenant.http.get(created["meta"]["location"]).json() == created


def test_a_name_that_is_taken_is_a_conflict_whatever_its_case(tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    created = tenant.create(name)
    answer = tenant.http.post("/Users", json=user(name.upper()))
    assert (answer.status_code, answer.json()["scimType"], answer.json()["status"]) == (409, "uniqueness", "409")
    assert created["id"] in answer.json()["detail"]


def test_a_change_of_the_work_email_changes_the_user_name(tenant: ServedTenant, new_name: NewName) -> None:
    created, renamed = tenant.create(new_name()), new_name()
    changed = tenant.patch(created["id"], replace('emails[type eq "work"].value', renamed)).json()
    assert (changed["userName"], changed["emails"][0]["value"]) == (renamed, renamed)


def test_a_change_of_the_user_name_changes_the_work_email(tenant: ServedTenant, new_name: NewName) -> None:
    created, renamed = tenant.create(new_name()), new_name()
    changed = tenant.patch(created["id"], replace("userName", renamed)).json()
    assert (changed["userName"], changed["emails"][0]["value"]) == (renamed, renamed)
    assert tenant.find(f'userName eq "{created["userName"]}"') == []


def test_a_patch_to_the_name_of_another_is_a_conflict(tenant: ServedTenant, new_name: NewName) -> None:
    one, other = tenant.create(new_name()), tenant.create(new_name())
    answer = tenant.patch(one["id"], replace("title", "x"), replace("userName", other["userName"]))
    assert (answer.status_code, answer.json()["scimType"]) == (409, "uniqueness")
    assert tenant.http.get(f"/Users/{one['id']}").json() == one


def test_a_disabled_user_is_still_found(tenant: ServedTenant, new_name: NewName) -> None:
    created = tenant.create(new_name())
    assert tenant.patch(created["id"], replace("active", "False")).json()["active"] is False
    (found,) = tenant.find(f'userName eq "{created["userName"]}"')
    assert found["active"] is False


def test_a_patch_for_what_is_so_already_changes_nothing_not_even_the_version(
    tenant: ServedTenant, new_name: NewName
) -> None:
    created = tenant.create(new_name())
    answer = tenant.patch(created["id"], replace("active", "True"), replace("userName", created["userName"]))
    assert (answer.status_code, answer.json()) == (200, created)


def test_a_patch_is_made_wholly_or_not_at_all(tenant: ServedTenant, new_name: NewName) -> None:
    created = tenant.create(new_name())
    answer = tenant.patch(created["id"], replace("title", "half"), replace("nosuch", "x"))
    assert (answer.status_code, answer.json()["scimType"]) == (400, "invalidPath")
    assert tenant.http.get(f"/Users/{created['id']}").json() == created


def test_the_newer_dialect_of_entra_is_understood(tenant: ServedTenant, new_name: NewName) -> None:
    created, renamed = tenant.create(new_name()), new_name()
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    members = {"displayName": "B", "name.givenName": "Beth", "active": False, f"{enterprise}:department": "Ops"}
    operations = [
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": renamed},
        {"op": "replace", "value": members},
    ]
    changed = tenant.patch(created["id"], *operations).json()
    assert (changed["userName"], changed["name"]["givenName"], changed["active"]) == (renamed, "Beth", False)
    assert changed[enterprise] == {"department": "Ops"}
    assert enterprise in changed["schemas"]


def test_put_replaces_everything(tenant: ServedTenant, new_name: NewName) -> None:
    created = tenant.create(new_name(), title="Engineer", externalId="e1")
    replaced = tenant.http.put(f"/Users/{created['id']}", json=user(created["userName"])).json()
    assert "title" not in replaced
    assert "externalId" not in replaced
    assert replaced["meta"]["created"] == created["meta"]["created"]
    assert replaced["meta"]["version"] != created["meta"]["version"]


def test_a_deleted_user_is_gone_and_its_name_free(tenant: ServedTenant, new_name: NewName) -> None:
    created = tenant.create(new_name())
    url = f"/Users/{created['id']}"
    assert tenant.http.delete(url).status_code == 204
    assert tenant.http.delete(url).status_code == 404
    assert tenant.http.get(url).status_code == 404
    assert tenant.http.put(url, json={"bad": 1}).status_code == 404
    assert tenant.patch(created["id"]).status_code == 404
    assert tenant.create(created["userName"])["id"] != created["id"]


def test_the_older_schema_of_proxyclicks_own_sample_is_taken(tenant: ServedTenant, new_name: NewName) -> None:
    assert tenant.create(new_name(), schemas=["urn:scim:schemas:core:1.0"])["schemas"] == user()["schemas"]


def test_answers_show_the_attributes_that_were_asked_for(tenant: ServedTenant, new_name: NewName) -> None:
    created = tenant.create(new_name())
    url = f"/Users/{created['id']}"
    assert set(tenant.http.get(url, params={"attributes": "userName"}).json()) == {"schemas", "id", "userName"}
    assert "name" not in tenant.http.get(url, params={"excludedAttributes": "name"}).json()
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [replace("title", "x")]}
    answer = tenant.http.patch(url, params={"attributes": "title"}, json=body)
    assert answer.json() == {"schemas": created["schemas"], "id": created["id"], "title": "x"}


def test_a_change_to_another_version_than_the_named_one_is_not_made(tenant: ServedTenant, new_name: NewName) -> None:
    created = tenant.create(new_name())
    url, version = f"/Users/{created['id']}", created["meta"]["version"]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [replace("title", "x")]}
    assert tenant.http.patch(url, json=body, headers={"If-Match": 'W/"99"'}).status_code == 412
    assert tenant.http.patch(url, json=body, headers={"If-Match": version}).status_code == 200
    assert tenant.http.delete(url, headers={"If-Match": version}).status_code == 412
    assert tenant.http.get(url, headers={"If-None-Match": 'W/"2"'}).status_code == 304
    assert tenant.http.get(url, headers={"If-None-Match": version}).status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_without_a_good_token_nothing_is_told(tenant: ServedTenant, method: str) -> None:
    for headers in ({"Authorization": "Bearer pxk_wrong"}, {"Authorization": "Basic x"}, {"Authorization": ""}):
        answer = tenant.http.request(method, "/Users/US-A000", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json()["status"] == "401"
