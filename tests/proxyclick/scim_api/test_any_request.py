"""Requests, half right and half wrong, that hypothesis makes of the parts of SCIM; ten thousand in a soak."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.served_tenant import ServedTenant, served_tenant, user

REQUESTS = int(os.environ.get("PROXYCLICK_FUZZ_REQUESTS", "200"))
MANY = settings(
    max_examples=REQUESTS // 2,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NAMES = st.sampled_from(
    ["userName", "USERNAME", "name", "name.givenName", "emails", "emails.value", "active", "members", "displayName",
     "id", "meta.created", "externalId", "title", "roles", "x509Certificates.value", "nosuch", "schemas", "manager",
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "password", "addresses", "phoneNumbers",
     "$ref", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "meta", "photos.value", "a.b.c", ""]
)  # fmt: skip
TEXTS = st.text(max_size=12) | st.sampled_from(["work", "True", "ada", "US-A000", "2026-01-01T00:00:00Z", "{}", "\x00"])
LITERALS = TEXTS.map(json.dumps) | st.sampled_from(["true", "null", "1", "1e9", "-0", "word", '"', "1e999"])
OPERATORS = st.sampled_from(["eq", "NE", "co", "sw", "ew", "gt", "ge", "lt", "le", "xx", ""])
TERMS = st.tuples(NAMES, OPERATORS, LITERALS).map(" ".join) | NAMES.map("{} pr".format)
FILTERS = st.recursive(
    TERMS,
    lambda inner: (
        st.tuples(inner, st.sampled_from([" and ", " or ", " AND ", " "]), inner).map("".join)
        | inner.map("not ({})".format)
        | inner.map("({})".format)
        | st.tuples(NAMES, inner).map("{0[0]}[{0[1]}]".format)
        | st.tuples(NAMES, inner, NAMES).map("{0[0]}[{0[1]}].{0[2]}".format)
    ),
    max_leaves=6,
)
PATHS = NAMES | FILTERS | st.tuples(NAMES, FILTERS).map("{0[0]}[{0[1]}]".format) | TEXTS
KEYS = NAMES | st.sampled_from(["value", "type", "primary", "display", "displayName"]) | st.text(max_size=4)
SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
PATCH_OP = ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
OPERATIONS = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "remove", "move"])}, optional={"path": PATHS, "value": VALUES}
)
PATCHES = st.fixed_dictionaries({"schemas": st.just(PATCH_OP), "Operations": st.lists(OPERATIONS, max_size=4)})
RESOURCES = st.dictionaries(KEYS, VALUES, max_size=5).map(lambda body: user() | body)
QUERY = {
    "filter": FILTERS, "sortBy": PATHS, "sortOrder": st.sampled_from(["ascending", "Descending", "x"]),
    "startIndex": st.integers() | SIMPLE, "count": st.integers(-2, 5) | SIMPLE, "cursor": st.just("") | TEXTS,
    "attributes": st.lists(PATHS, max_size=3) | SIMPLE, "excludedAttributes": st.lists(PATHS, max_size=3) | SIMPLE,
}  # fmt: skip
SEARCHES = st.fixed_dictionaries(
    {"schemas": st.just(["urn:ietf:params:scim:api:messages:2.0:SearchRequest"])}, optional=QUERY
)
BULK_OPERATIONS = st.fixed_dictionaries(
    {"method": st.sampled_from(["POST", "PUT", "patch", "DELETE", "GET"]),
     "path": st.sampled_from(["/Users", "/Groups", "/Users/US-A000", "Users/bulkId:a", "/Groups/GR-A000", "/x/y/z"])},
    optional={"bulkId": st.sampled_from(["a", "b", "c"]) | SIMPLE, "version": SIMPLE,
              "data": RESOURCES | PATCHES | st.sampled_from([{"displayName": "g", "members": [{"value": "bulkId:a"}]},
                                                             {"displayName": "h", "members": ["bulkId:b"]}]) | VALUES},
)  # fmt: skip
BULKS = st.fixed_dictionaries(
    {"schemas": st.just(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]),
     "Operations": st.lists(BULK_OPERATIONS, max_size=5)},
    optional={"failOnErrors": SIMPLE},
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(["If-Match", "If-None-Match", "Prefer", "Accept", "Content-Type"]),
    st.sampled_from(["*", 'W/"1"', '"', "return=minimal", "application/json", "*/*", "text/html", ";;,,", ""]),
    max_size=2,
)
WRITES = st.one_of(
    st.tuples(st.just("POST"), st.sampled_from(["/Users", "/Groups"]), RESOURCES | VALUES),
    st.tuples(st.just("PUT"), st.sampled_from(["/Users/US-A000", "/Groups/GR-A000", "/Users/x"]), RESOURCES | VALUES),
    st.tuples(st.just("PATCH"), st.sampled_from(["/Users/US-A000", "/Groups/GR-A000", "/Users/x"]), PATCHES | VALUES),
    st.tuples(st.just("POST"), st.sampled_from(["/.search", "/Users/.search", "/Groups/.search"]), SEARCHES),
    st.tuples(st.just("POST"), st.just("/Bulk"), BULKS),
)
READS = st.tuples(
    st.sampled_from(["/Users", "/Groups", "/", "/Users/US-A000", "/Schemas", "/Users/", "/Me"]),
    st.dictionaries(st.sampled_from(list(QUERY)), st.one_of(FILTERS, PATHS, SIMPLE.map(str)), max_size=3),
)


@pytest.fixture(scope="module", params=["rfc", "proxyclick"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("any"), request.param) as tenant:
        tenant.create("ada@corp.example")
        tenant.http.post("/Groups", json={"displayName": "g", "members": ["US-A000"]})
        yield tenant


def is_told_in_scim(answer: httpx2.Response) -> bool:
    if answer.status_code < 400:
        return answer.status_code in (200, 201, 204, 304)
    return (answer.status_code < 500 or answer.status_code == 501) and answer.json()["status"] == str(
        answer.status_code
    )


def dumped(body: Any) -> bytes:
    return json.dumps(body).encode("utf-8", "replace")


@MANY
@given(WRITES, HEADERS)
def test_no_write_makes_the_tenant_fail(
    target: ServedTenant, write: tuple[str, str, Any], headers: dict[str, str]
) -> None:
    method, path, body = write
    answer = target.http.request(method, path, content=dumped(body), headers=headers)
    assert is_told_in_scim(answer), (write, answer.text)
    for result in answer.json().get("Operations", []) if path == "/Bulk" and answer.status_code == 200 else []:
        assert int(result["status"]) < 500


@MANY
@given(READS, HEADERS)
def test_no_read_makes_the_tenant_fail(
    target: ServedTenant, read: tuple[str, dict[str, str]], headers: dict[str, str]
) -> None:
    path, query = read
    text = "&".join(f"{name}={quote(value.encode('utf-8', 'replace'))}" for name, value in query.items())
    answer = target.http.get(f"{target.tenant_url}{path}?{text}", headers=headers)
    assert is_told_in_scim(answer), (read, answer.text)
