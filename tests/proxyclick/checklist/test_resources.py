"""Create, read, PUT, DELETE, ETag and data rules (RFC 7643; RFC 7644, 3.3 to 3.6, 3.14): a test for each box."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from fakes.served_tenant import ServedTenant

NewName = Callable[[], str]
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def post(tenant: ServedTenant, **body: Any) -> httpx2.Response:
    return tenant.http.post("/Users", json=body)


def made(tenant: ServedTenant, user_name: str, /, **body: Any) -> dict[str, Any]:
    answer = post(tenant, userName=user_name, **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def refused(answer: httpx2.Response) -> tuple[int, str | None]:
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json()["status"] == str(answer.status_code)
    return answer.status_code, answer.json().get("scimType")


# Create


def test_the_service_sets_the_id_and_meta_and_leaves_the_clients_aside(
    rfc_tenant: ServedTenant, new_name: NewName
) -> None:
    meta = {"resourceType": "Invalid", "created": "1999-01-01T00:00:00Z"}
    found = made(rfc_tenant, new_name(), id="client-id", meta=meta, groups=[{"value": "x"}])
    assert found["id"].startswith("US-")
    assert (found["meta"]["resourceType"], found["meta"]["created"][:2]) == ("User", "20")
    assert "groups" not in found


@pytest.mark.parametrize("body", [{}, {"userName": ""}, {"userName": None}, {"displayName": "x"}])
def test_what_is_required_and_missing_is_an_invalid_value(rfc_tenant: ServedTenant, body: dict[str, Any]) -> None:
    assert refused(post(rfc_tenant, **body)) == (400, "invalidValue")


@pytest.mark.parametrize("text", ["", "{", '{"userName": tre}', '"text"', "[]", '{"userName": "a"}}'])
def test_malformed_json_is_invalid_syntax(rfc_tenant: ServedTenant, text: str) -> None:
    assert refused(rfc_tenant.http.post("/Users", content=text)) == (400, "invalidSyntax")


def test_unknown_attributes_are_left_aside(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name(), adreses=[1], emailVerified=True, **{"urn:custom:2.0:User": {"a": 1}})
    assert not {"adreses", "emailVerified", "urn:custom:2.0:User"} & set(found)


@pytest.mark.parametrize(("sent", "kept"), [("True", True), ("False", False), ("TRUE", True), (True, True)])
def test_text_may_say_true_or_false(rfc_tenant: ServedTenant, new_name: NewName, sent: object, kept: object) -> None:
    found = made(rfc_tenant, new_name(), active=sent, emails=[{"value": "a@x", "primary": sent}])
    assert (found["active"], found["emails"][0]["primary"]) == (kept, kept)


@pytest.mark.parametrize("nothing", [None, "", []])
def test_null_empty_text_and_empty_lists_are_unassigned(
    rfc_tenant: ServedTenant, new_name: NewName, nothing: object
) -> None:
    found = made(rfc_tenant, new_name(), title=nothing, emails=nothing, name=nothing, **{ENTERPRISE: None})
    assert set(found) == {"schemas", "id", "userName", "meta"}


def test_a_name_that_is_taken_in_any_case_is_a_conflict(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    made(rfc_tenant, name)
    assert refused(post(rfc_tenant, userName=name.upper())) == (409, "uniqueness")


def test_a_password_is_taken_and_never_returned(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name(), password="s3cret!")
    assert "password" not in found
    asked = rfc_tenant.http.get(f"/Users/{found['id']}", params={"attributes": "password"})
    assert "s3cret" not in asked.text


def test_of_two_primary_values_one_stays_so(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    emails = [{"value": f"{kind}@x", "type": kind, "primary": True} for kind in ("work", "home")]
    found = made(rfc_tenant, new_name(), emails=emails)
    assert [email.get("primary", False) for email in found["emails"]] == [True, False]


def test_the_same_type_and_value_twice_is_kept_once(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    twice = [{"value": "d@x", "type": "work"}, {"value": "d@x", "type": "Work"}, {"value": "d@x", "type": "home"}]
    assert len(made(rfc_tenant, new_name(), emails=twice)["emails"]) == 2


# Read


def test_attributes_and_excluded_attributes_work_on_every_answer(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    body = {"userName": name, "displayName": "D", "title": "T"}
    only, without = {"attributes": "userName"}, {"excludedAttributes": "displayName,meta"}
    answer = rfc_tenant.http.post("/Users", json=body, params=only)
    url = f"/Users/{answer.json()['id']}"
    change = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "add", "path": "nickName", "value": "N"}],
    }
    search = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": f'userName eq "{name}"'}
    for query, shown in ((only, {"schemas", "id", "userName"}), (without, {"schemas", "id", "userName", "title"})):
        names = {key: value.split(",") for key, value in query.items()}
        answers = [
            rfc_tenant.http.get(url, params=query).json(),
            rfc_tenant.http.put(url, json=body, params=query).json(),
            rfc_tenant.http.get("/Users", params={"filter": search["filter"], **query}).json()["Resources"][0],
            rfc_tenant.http.post("/Users/.search", json=search | names).json()["Resources"][0],
        ]
        assert [set(found) - {"nickName"} for found in answers] == [shown] * 4
        patched = rfc_tenant.http.patch(url, json=change, params=query)
        assert (patched.status_code, set(patched.json()) - {"nickName"}) == (200, shown)
    assert set(answer.json()) == {"schemas", "id", "userName"}


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ("USERNAME", {"userName"}),
        (f"{USER}:userName", {"userName"}),
        (f"{USER}:name.givenName, title", {"name", "title"}),
        ("name.givenName", {"name"}),
        (ENTERPRISE, {ENTERPRISE}),
        (f"{ENTERPRISE}:department", {ENTERPRISE}),
        ('emails[type eq "work"]', {"emails"}),
        ("nosuch", set()),
    ],
)
def test_attributes_are_named_in_any_case_by_urn_and_by_their_parts(
    rfc_tenant: ServedTenant, new_name: NewName, attributes: str, shown: set[str]
) -> None:
    emails = [{"value": "w@x", "type": "work"}, {"value": "h@x", "type": "home"}]
    name = {"givenName": "G", "familyName": "F"}
    found = made(rfc_tenant, new_name(), title="T", name=name, emails=emails, **{ENTERPRISE: {"department": "D"}})
    answer = rfc_tenant.http.get(f"/Users/{found['id']}", params={"attributes": attributes}).json()
    assert set(answer) == {"schemas", "id"} | shown
    assert answer.get("name", {"givenName": "G"}) == {"givenName": "G"}
    assert answer.get("emails", emails[:1]) == emails[:1]


# PUT


def test_a_put_clears_what_it_leaves_out_and_ignores_what_is_read_only(
    rfc_tenant: ServedTenant, new_name: NewName
) -> None:
    found = made(rfc_tenant, new_name(), title="T", emails=[{"value": "a@x"}])
    body = {"userName": found["userName"], "nickName": "N", "id": "other", "meta": {"resourceType": "Other"}}
    answer = rfc_tenant.http.put(f"/Users/{found['id']}", json=body).json()
    assert set(answer) == {"schemas", "id", "userName", "nickName", "meta"}
    assert (answer["id"], answer["meta"]["created"]) == (found["id"], found["meta"]["created"])


def test_a_put_without_what_is_required_is_an_invalid_value(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name())
    assert refused(rfc_tenant.http.put(f"/Users/{found['id']}", json={"title": "x"})) == (400, "invalidValue")


@pytest.mark.parametrize("body", ["{}", "nonsense", '{"userName": "x"}'])
def test_a_put_to_an_unknown_id_is_404_before_its_body_is_looked_at(rfc_tenant: ServedTenant, body: str) -> None:
    assert refused(rfc_tenant.http.put("/Users/nobody", content=body)) == (404, None)
    assert refused(rfc_tenant.http.patch("/Users/nobody", content=body)) == (404, None)


# DELETE


def test_a_deleted_user_is_gone_everywhere_and_the_name_is_free(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name())
    url = f"/Users/{found['id']}"
    answer = rfc_tenant.http.delete(url)
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert refused(rfc_tenant.http.request(method, url, content=b"{}")) == (404, None)
    assert rfc_tenant.find(f'userName eq "{found["userName"]}"') == []
    assert made(rfc_tenant, found["userName"])["id"] != found["id"]


# ETag


def test_a_version_is_a_weak_entity_tag_in_the_header_and_in_meta(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name())
    answer = rfc_tenant.http.get(f"/Users/{found['id']}")
    assert answer.headers["etag"] == found["meta"]["version"] == 'W/"1"'


@pytest.mark.parametrize(("tag", "status"), [('W/"1"', 200), ('"1"', 200), ("*", 200), ('W/"9"', 412), ('W/"x"', 412)])
def test_if_match_lets_only_that_version_be_changed(
    rfc_tenant: ServedTenant, new_name: NewName, tag: str, status: int
) -> None:
    found = made(rfc_tenant, new_name())
    url, headers = f"/Users/{found['id']}", {"If-Match": tag}
    body = {"userName": found["userName"], "title": "T"}
    assert rfc_tenant.http.put(url, json=body, headers=headers).status_code == status
    if status == 412:
        assert rfc_tenant.http.delete(url, headers=headers).status_code == 412
        assert rfc_tenant.http.get(url).json() == found


@pytest.mark.parametrize(
    ("tag", "status"), [('W/"1"', 304), ("*", 304), ('W/"7", W/"1"', 304), ('W/"2"', 200), ("nonsense", 200)]
)
def test_if_none_match_spares_the_body(rfc_tenant: ServedTenant, new_name: NewName, tag: str, status: int) -> None:
    found = made(rfc_tenant, new_name())
    answer = rfc_tenant.http.get(f"/Users/{found['id']}", headers={"If-None-Match": tag})
    assert (answer.status_code, bool(answer.content)) == (status, status == 200)
    assert answer.headers["etag"] == 'W/"1"'


# Data rules


def test_names_in_bodies_are_read_in_any_case(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = new_name()
    body = {"USERNAME": name, "Emails": [{"Value": "a@x", "TYPE": "work", "Primary": True}], "Name": {"GIVENNAME": "G"}}
    found = post(rfc_tenant, **body, Schemas=[USER.upper()], **{ENTERPRISE.lower(): {"Department": "D"}}).json()
    assert found["userName"] == name
    assert found["emails"] == [{"value": "a@x", "type": "work", "primary": True}]
    assert (found["name"], found[ENTERPRISE]) == ({"givenName": "G"}, {"department": "D"})


def test_types_are_the_same_in_any_case(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name(), emails=[{"value": "a@x", "type": "WORK"}])
    change = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "b@x"}
    assert rfc_tenant.patch(found["id"], change).json()["emails"] == [{"value": "b@x", "type": "WORK"}]


@pytest.mark.parametrize("value", ["not base64!", "YQ", 7])
def test_a_binary_is_base64(rfc_tenant: ServedTenant, new_name: NewName, value: object) -> None:
    answer = post(rfc_tenant, userName=new_name(), x509Certificates=[{"value": value}])
    assert refused(answer) == (400, "invalidValue")
    assert made(rfc_tenant, new_name(), x509Certificates=[{"value": "MIIB"}])["x509Certificates"] == [{"value": "MIIB"}]


@pytest.mark.parametrize("value", ["two words", "<a>", "line\nbreak", 7, {}])
def test_a_reference_is_a_uri(rfc_tenant: ServedTenant, new_name: NewName, value: object) -> None:
    assert refused(post(rfc_tenant, userName=new_name(), profileUrl=value)) == (400, "invalidValue")
    for good in ("https://x.example/é?a=b#c", "../photos/1", "urn:x"):
        assert made(rfc_tenant, new_name(), profileUrl=good)["profileUrl"] == good


def test_data_of_an_extension_stands_under_its_urn_and_schemas_lists_what_is_in_use(
    rfc_tenant: ServedTenant, new_name: NewName
) -> None:
    plain = made(rfc_tenant, new_name(), schemas=[USER, ENTERPRISE])
    assert plain["schemas"] == [USER]
    found = made(rfc_tenant, new_name(), schemas=[USER], **{ENTERPRISE: {"department": "D", "nosuch": 1}})
    assert (found["schemas"], found[ENTERPRISE]) == ([USER, ENTERPRISE], {"department": "D"})
    remove = {"op": "remove", "path": f"{ENTERPRISE}:department"}
    assert rfc_tenant.patch(found["id"], remove).json()["schemas"] == [USER]


def test_an_id_is_exact_and_never_given_again(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name())
    assert rfc_tenant.http.get(f"/Users/{found['id'].lower()}").status_code == 404
    rfc_tenant.http.delete(f"/Users/{found['id']}")
    later = [made(rfc_tenant, new_name())["id"] for _ in range(3)]
    assert found["id"] not in later
    assert not any("bulkId" in one for one in later)


def test_created_is_fixed_and_last_modified_moves_on_a_change_only(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    found = made(rfc_tenant, new_name(), title="T")
    assert found["meta"]["created"] == found["meta"]["lastModified"]
    time.sleep(0.002)
    url, same = f"/Users/{found['id']}", {"userName": found["userName"], "title": "T"}
    assert rfc_tenant.http.put(url, json=same).json() == found
    changed = rfc_tenant.http.put(url, json=same | {"title": "U"}).json()["meta"]
    assert changed["created"] == found["meta"]["created"]
    assert changed["lastModified"] > found["meta"]["lastModified"]


def test_of_a_member_that_stands_twice_the_last_holds(rfc_tenant: ServedTenant, new_name: NewName) -> None:
    name = json.dumps(new_name())
    text = f'{{"userName": "first", "userName": {name}, "title": "a", "TITLE": "b"}}'
    found = rfc_tenant.http.post("/Users", content=text).json()
    assert (json.dumps(found["userName"]), found["title"]) == (name, "b")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"userName": 7}, 400), ({"emails": "x" * 10}, 201), ({"active": "maybe"}, 400), ({"name": "text"}, 400)],
)
def test_a_value_of_another_type_is_refused_unless_its_meaning_is_plain(
    rfc_tenant: ServedTenant, new_name: NewName, body: dict[str, Any], status: int
) -> None:
    assert post(rfc_tenant, **({"userName": new_name()} | body)).status_code == status
