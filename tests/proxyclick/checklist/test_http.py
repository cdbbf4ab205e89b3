"""HTTP (RFC 7644, 3.8 and 3.12): a test for each box of scim-wire.md 2."""

import json
from collections.abc import Callable

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, user

NewName = Callable[[], str]
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
SCIM = "application/scim+json"


def raw(tenant: ServedTenant, method: str, path: str, **headers: bytes) -> httpx2.Response:
    return httpx2.request(method, tenant.tenant_url + path, headers=headers, trust_env=False)


@pytest.mark.parametrize("path", ["/Users", "/ServiceProviderConfig", "/Schemas", "/Users/US-X1", "/nothing"])
def test_the_content_type_is_exactly_that_of_scim(tenant: ServedTenant, path: str) -> None:
    assert tenant.http.get(path).headers["content-type"] == SCIM


@pytest.mark.parametrize("kind", [SCIM, "application/json", f"{SCIM}; charset=utf-8", "Application/JSON;charset=UTF-8"])
def test_both_kinds_of_json_are_taken(tenant: ServedTenant, new_name: NewName, kind: str) -> None:
    body = json.dumps(user(new_name()))
    assert tenant.http.post("/Users", content=body, headers={"Content-Type": kind}).status_code == 201


def test_a_body_of_no_declared_kind_is_taken(tenant: ServedTenant, new_name: NewName) -> None:
    answer = tenant.http.post("/Users", content=json.dumps(user(new_name())).encode())
    assert answer.status_code == 201


@pytest.mark.parametrize("kind", ["text/csv", "application/xml", "multipart/form-data; boundary=x", "nonsense"])
def test_any_other_kind_is_415(tenant: ServedTenant, kind: str) -> None:
    answer = tenant.http.post("/Users", content=b"{}", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["status"], answer.json()["schemas"]) == (415, "415", [ERROR])


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        (SCIM, 200),
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.5", 200),
        ("text/html, application/xhtml+xml, */*;q=0.8", 200),
        ("application/scim+json;q=0.9,text/plain", 200),
        ("", 200),
        ("text/html", 406),
        ("application/xml, text/plain", 406),
        ("application/scim+json;q=0", 406),
    ],
)
def test_an_accept_without_json_is_406(tenant: ServedTenant, accept: str, status: int) -> None:
    answer = tenant.http.get("/Users", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (status, SCIM)


@pytest.mark.parametrize(
    "authorization", [b"", b"Bearer", b"Bearer pxk_nobody", b"Basic eDp5", b"pxk_x", b"Bearer \xff\xc3"]
)
def test_a_refused_token_is_401_with_a_challenge_and_an_error_body(tenant: ServedTenant, authorization: bytes) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for method, path in (("GET", "/Users"), ("POST", "/Bulk"), ("GET", "/"), ("GET", "/nothing"), ("GET", "/Me")):
        answer = raw(tenant, method, path, **headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.json() == {"schemas": [ERROR], "status": "401", "detail": answer.json()["detail"]}


def test_the_location_of_a_new_resource_is_that_of_its_meta(tenant: ServedTenant, new_name: NewName) -> None:
    answer = tenant.http.post("/Users", json=user(new_name()))
    for header in ("location", "content-location"):
        assert answer.headers[header] == answer.json()["meta"]["location"]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/Users", "GET, POST"),
        ("/Users/US-A000", "DELETE, GET, PATCH, PUT"),
        ("/Users/.search", "POST"),
        ("/.search", "POST"),
        ("/Bulk", "POST"),
        ("/", "GET"),
        ("/ServiceProviderConfig", "GET"),
        ("/ResourceTypes", "GET"),
        ("/ResourceTypes/User", "GET"),
        ("/Schemas", "GET"),
    ],
)
def test_any_other_method_on_a_known_path_is_405_with_allow(tenant: ServedTenant, path: str, allowed: str) -> None:
    others = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - set(allowed.split(", "))
    for method in sorted(others):
        answer = tenant.http.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
        assert answer.json()["schemas"] == [ERROR]


@pytest.mark.parametrize("path", ["/nothing", "/Users/US-A000/more", "/users", "/Groups", "/Groups/GR-A000"])
def test_an_unknown_path_is_404_with_an_error_body(tenant: ServedTenant, path: str) -> None:
    answer = tenant.http.get(path)
    assert (answer.status_code, answer.json()["status"], answer.json()["schemas"]) == (404, "404", [ERROR])


def test_head_is_get_without_the_body(tenant: ServedTenant) -> None:
    answer = tenant.http.head("/Users")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"", SCIM)


def test_a_slash_at_the_end_of_a_path_makes_no_difference(tenant: ServedTenant, new_name: NewName) -> None:
    made = tenant.create(new_name())
    assert tenant.http.get("/Users/", params={"filter": f'id eq "{made["id"]}"'}).json()["Resources"] == [made]
    assert tenant.http.get(f"/Users/{made['id']}/").json() == made


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async, RETURN=minimal", 'return="minimal"; x=y'])
def test_return_minimal_is_honoured(tenant: ServedTenant, new_name: NewName, prefer: str) -> None:
    headers, body = {"Prefer": prefer}, user(new_name())
    made = tenant.http.post("/Users", json=body, headers=headers)
    assert (made.status_code, made.content) == (201, b"")
    assert made.headers["preference-applied"] == "return=minimal"
    change = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{"op": "replace", "path": "title", "value": "Engineer"}],
    }
    patched = tenant.http.patch(made.headers["location"], json=change, headers=headers)
    assert (patched.status_code, patched.content, patched.headers["etag"]) == (204, b"", 'W/"2"')
    replaced = tenant.http.put(made.headers["location"], json=body, headers=headers)
    assert (replaced.status_code, replaced.headers["etag"]) == (204, 'W/"3"')
    asked = tenant.http.patch(made.headers["location"], json=change, headers=headers, params={"attributes": "title"})
    assert (asked.status_code, asked.json()["title"]) == (200, "Engineer")
