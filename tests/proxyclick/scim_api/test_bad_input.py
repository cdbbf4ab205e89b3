"""Whatever comes in: refused in SCIM's form, never a failure of the tenant."""

import json
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.served_tenant import ServedTenant, user

MODERATE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SCIM = {"Content-Type": "application/scim+json"}


def is_told_in_scim(answer: httpx2.Response) -> bool:
    return answer.status_code < 500 and (answer.status_code < 400 or answer.json()["status"] == str(answer.status_code))


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'"text"', 400),
        (b"[]", 400),
        (b"null", 400),
        (b"1e999", 400),
        (b'{"userName": "\\ud800"}', 400),
        (b"[" * 2000 + b"]" * 2000, 400),
        (b'{"a":' * 300 + b"1" + b"}" * 300, 400),
        (json.dumps(user("x@y", title="x" * 1_000_001)).encode(), 413),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_bad_body_is_refused(tenant: ServedTenant, method: str, content: bytes, status: int) -> None:
    known = tenant.http.get("/Users", params={"count": 1}).json()["Resources"] or [tenant.create("first@corp")]
    url = "/Users" if method == "POST" else f"/Users/{known[0]['id']}"
    answer = tenant.http.request(method, url, content=content, headers=SCIM)
    assert answer.status_code == status
    assert is_told_in_scim(answer)
    if status == 400 and not content.endswith(b"1e999"):
        assert answer.json()["scimType"] == "invalidSyntax"


def test_a_body_that_is_too_large_without_saying_so_is_refused_as_well(tenant: ServedTenant) -> None:
    chunks = (b"[" + b"1," * 50_000 for _ in range(12))
    answer = tenant.http.post("/Users", content=chunks, headers=SCIM)
    assert answer.status_code == 413


def test_a_body_of_another_kind_is_refused(tenant: ServedTenant) -> None:
    answer = tenant.http.post("/Users", content="userName=ada", headers={"Content-Type": "text/csv"})
    assert (answer.status_code, answer.json()["status"]) == (415, "415")


@pytest.mark.parametrize("query", ["startIndex=x", "count=1.5", "count=" + "9" * 50 + "x"])
def test_a_page_that_is_no_number_is_refused(tenant: ServedTenant, query: str) -> None:
    answer = tenant.http.get(f"{tenant.tenant_url}/Users?{query}")
    assert answer.status_code in (200, 400)
    assert is_told_in_scim(answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "type", "primary", "op", "path", "givenName", "$ref"]) | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
MEMBERS = st.sampled_from(["schemas", "userName", "name", "emails", "phoneNumbers", "roles", "active", "id", "meta"])
BODIES = st.dictionaries(MEMBERS | st.text(max_size=4), JSON, max_size=6) | JSON


def dumped(body: Any) -> bytes:
    return json.dumps(body).encode("utf-8", "replace")


@MODERATE
@given(BODIES)
def test_no_body_makes_the_tenant_fail_to_create(tenant: ServedTenant, body: Any) -> None:
    assert is_told_in_scim(tenant.http.post("/Users", content=dumped(body), headers=SCIM))


@MODERATE
@given(BODIES)
def test_no_body_makes_the_bare_tenant_fail_to_create(rfc_tenant: ServedTenant, body: Any) -> None:
    assert is_told_in_scim(rfc_tenant.http.post("/Users", content=dumped(body), headers=SCIM))


@MODERATE
@given(st.sampled_from(["add", "Replace", "remove"]), st.none() | st.text(max_size=12) | MEMBERS, JSON)
def test_no_patch_makes_the_tenant_fail(rfc_tenant: ServedTenant, verb: str, path: str | None, value: Any) -> None:
    known = rfc_tenant.http.get("/Users", params={"count": 1}).json()["Resources"] or [rfc_tenant.create("first")]
    operation = {"op": verb, "path": path, "value": value}
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]}
    answer = rfc_tenant.http.patch(f"/Users/{known[0]['id']}", content=dumped(body), headers=SCIM)
    assert is_told_in_scim(answer)


@MODERATE
@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_query_makes_the_tenant_fail(tenant: ServedTenant, text: str, attributes: str, start: str) -> None:
    query = {"filter": text, "attributes": attributes, "startIndex": start}
    assert is_told_in_scim(tenant.http.get("/Users", params=query))


@MODERATE
@given(st.text(max_size=30))
def test_no_id_makes_the_tenant_fail(tenant: ServedTenant, text: str) -> None:
    assert is_told_in_scim(tenant.http.get(f"{tenant.tenant_url}/Users/{quote(text, safe='')}"))
