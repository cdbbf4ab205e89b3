"""What nobody sends by mistake: refused in SCIM's form, soon, and without the memory of the tenant growing with it."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from fakes.served_tenant import ServedTenant, served_tenant, user

SCIM = {"Content-Type": "application/scim+json"}
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
MAY_GROW_BY_KIB = 60_000


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("nasty"), "rfc") as tenant:
        tenant.http.post("/Users", json={"userName": "ada"})
        yield tenant


def with_value(value: str) -> bytes:
    return b'{"userName": "x", "title": ' + value.encode("utf-8", "surrogatepass") + b"}"


BODIES: dict[str, bytes] = {
    "lists nested 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "objects nested 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "nested 100,000 deep without an end": b"[" * 100_000,
    "nested 41 deep in an attribute": with_value("[" * 41 + "]" * 41),
    "a number with 300,000 digits": with_value("9" * 300_000),
    "a number too large for a double": with_value("1e400"),
    "a number with a long fraction": with_value("0." + "1" * 100_000),
    "a whole number of 65 bits": with_value(str(2**64)),
    "not a number": with_value("NaN"),
    "bad UTF-8": b'{"userName": "\xc3\x28"}',
    "UTF-16": json.dumps({"userName": "ada"}).encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"userName": "bom"}',
    "half a surrogate pair": with_value('"\\ud800"'),
    "raw half a surrogate pair": with_value('"\ud800"'),
    "the null character": with_value('"a\\u0000b"'),
    "a control character": b'{"userName": "a\x01b"}',
    "the same member 10,000 times": b'{"userName": "x"' + b', "title": "y"' * 10_000 + b"}",
    "50,000 unknown members": json.dumps({"userName": "x"} | {f"m{n}": n for n in range(50_000)}).encode(),
    "30,000 addresses": json.dumps({"userName": "x", "emails": [{"value": f"{n}@x"} for n in range(30_000)]}).encode(),
    "30,000 primaries": json.dumps({"userName": "x", "roles": [{"value": "r", "primary": True}] * 30_000}).encode(),
    "a name of 900,000 characters": json.dumps({"userName": "x" * 900_000}).encode(),
    "json in strings in strings": json.dumps({"userName": "x", "roles": ['{"value": "' + "{" * 5000 + '"}']}).encode(),
    "a member that is a path of 60,000 dots": json.dumps({"userName": "x", "." * 60_000: 1}).encode(),
    "comments": b'{"userName": "x" /* hi */}',
    "two documents": b'{"userName": "x"}{"userName": "y"}',
    "only spaces": b" " * 100_000,
    "zeros": b"\x00" * 1000,
}  # fmt: skip


def is_told_in_scim(answer: httpx2.Response) -> bool:
    told = answer.status_code < 400 or answer.json()["status"] == str(answer.status_code)
    return answer.status_code < 500 and told


def peak_kib(tenant: ServedTenant) -> int:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{tenant.process.pid}/status").read_text("utf-8"))
    assert found
    return int(found[1])


@pytest.mark.parametrize("name", BODIES)
def test_a_nasty_body_is_taken_or_refused_and_never_a_failure(target: ServedTenant, name: str) -> None:
    body = BODIES[name]
    known = target.http.get("/Users", params={"count": 1}).json()["Resources"][0]["id"]
    places = [("POST", "/Users"), ("PUT", f"/Users/{known}"), ("PATCH", f"/Users/{known}"), ("POST", "/Users/.search"),
              ("POST", "/Bulk"), ("POST", "/Groups")]  # fmt: skip
    for method, path in places:
        assert is_told_in_scim(target.http.request(method, path, content=body, headers=SCIM))
    assert target.http.get("/ServiceProviderConfig").status_code == 200


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "emails[" * 5000, "value": "x"},
        {"op": "add", "path": "a" * 900_000, "value": "x"},
        {"op": "add", "path": 'emails[type eq "' + "w" * 900_000 + '"].value', "value": "x"},
        {"op": "replace", "value": {"." * 50_000: "x"}},
        {"op": "replace", "value": {f"name.{number}": "x" for number in range(20_000)}},
        {"op": "add", "path": "roles", "value": ['{"value":' * 2000]},
        {"op": "remove", "path": "members" + "[value pr]" * 2000},
    ],
)
def test_a_nasty_operation_is_refused(target: ServedTenant, operation: dict[str, object]) -> None:
    known = target.http.get("/Users", params={"count": 1}).json()["Resources"][0]["id"]
    assert is_told_in_scim(target.patch(known, operation))
    bulk = {"schemas": [BULK], "Operations": [{"method": "PATCH", "path": f"/Users/{known}", "data": operation}]}
    assert is_told_in_scim(target.http.post("/Bulk", json=bulk))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 60_000,
        "not (" * 10_000 + "a pr" + ")" * 10_000,
        "emails[" * 9000,
        'a eq "' + "\\" * 60_000,
        "a pr and " * 7000 + "a pr",
        'userName eq "' + "x" * 60_000 + '"',
        "a.b.c.d.e pr",
        "a" + ":1" * 30_000 + " pr",
        'title eq "\x00"',
        "title co " + "9" * 60_000,
    ],
)
def test_a_nasty_filter_is_asked_or_refused(target: ServedTenant, text: str) -> None:
    for query in ({"filter": text}, {"sortBy": text}, {"attributes": [text] * 3}, {"cursor": text}):
        assert is_told_in_scim(target.http.post("/Users/.search", json={"schemas": [SEARCH], **query}))


def test_a_patch_that_would_take_minutes_is_refused_or_done_in_seconds(target: ServedTenant) -> None:
    many = [{"value": f"m{number}"} for number in range(10_000)]
    group = target.http.post("/Groups", json={"displayName": "Large", "members": many}).json()
    url = f"/Groups/{group['id']}"

    def status(operations: list[dict[str, object]]) -> int:
        return target.http.patch(url, json={"schemas": [PATCH_OP], "Operations": operations}).status_code

    coming = [{"op": "add", "path": "members", "value": [{"value": f"n{number}"}]} for number in range(1000)]
    going = [{"op": "remove", "path": f'members[value eq "m{number}"]'} for number in range(1000)]
    assert (status(coming), status(going)) == (200, 200)
    assert len(target.http.get(url).json()["members"]) == 10_000
    assert status([{"op": "remove", "path": f'members[display eq "m{number}"]'} for number in range(1000)]) in (
        400,
        413,
    )
    assert status([{"op": "add", "path": "members[type pr].display", "value": "x"}] * 1000) in (400, 413)
    assert status(coming + going) == 413


def test_a_circle_of_a_thousand_operations_is_done(target: ServedTenant) -> None:
    data = [{"displayName": "g", "members": [{"value": f"bulkId:{(n + 1) % 1000}"}]} for n in range(1000)]
    operations = [{"method": "POST", "path": "/Groups", "bulkId": str(n), "data": data[n]} for n in range(1000)]
    answer = target.http.post("/Bulk", json={"schemas": [BULK], "Operations": operations})
    assert {result["status"] for result in answer.json()["Operations"]} == {"201"}


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_of_100_mb_is_refused_and_not_kept(target: ServedTenant, *, declared: bool) -> None:
    before = peak_kib(target)
    size, piece = 100_000_000, b"[1,2,3,4]," * 6_553
    address = urlsplit(target.tenant_url)
    head = f"POST {address.path}/Users HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/scim+json\r\n"
    head += f"Authorization: Bearer {target.secret_token}\r\n"
    head += f"Content-Length: {size}\r\n\r\n" if declared else "Transfer-Encoding: chunked\r\n\r\n"
    sent = 0
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as connection:
        connection.sendall(head.encode())
        try:
            while sent < size:
                connection.sendall(piece if declared else b"%x\r\n%b\r\n" % (len(piece), piece))
                sent += len(piece)
            answered = connection.recv(1000)
        except OSError:
            answered = b""  # the tenant has closed the connection and read no further
    assert answered == b"" or answered.startswith(b"HTTP/1.1 413")
    assert sent < size
    assert peak_kib(target) < before + MAY_GROW_BY_KIB
    assert target.http.get("/Users", params={"count": 0}).status_code == 200


def test_ten_large_bodies_at_once_are_refused_with_a_reason(target: ServedTenant) -> None:
    before = peak_kib(target)
    content = json.dumps(user("x@y", title="x" * 5_000_000)).encode()
    for _ in range(10):
        answer = target.http.post("/Users", content=content, headers=SCIM)
        assert (answer.status_code, answer.json()["status"]) == (413, "413")
    assert peak_kib(target) < before + MAY_GROW_BY_KIB
