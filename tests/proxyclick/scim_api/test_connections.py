"""However a request comes over the wire, it has the same answer: in one piece or many, one at a time or several."""

import json
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

import pytest

from fakes.served_tenant import ServedTenant, user

_DEADLINE_SECONDS = 20


@dataclass
class Wire:
    """A connection to a tenant, spoken to in bytes."""

    tenant: ServedTenant
    socket: socket.socket
    reader: BinaryIO

    def request(self, method: str, path: str, *more: str, body: bytes = b"") -> bytes:
        """The bytes of a request; the length of a body is told unless its headers say otherwise."""
        headers = ["Host: tenant", f"Authorization: Bearer {self.tenant.secret_token}", *more]
        if body and not any(one.lower().startswith("transfer-encoding") for one in more):
            headers += ["Content-Type: application/scim+json", f"Content-Length: {len(body)}"]
        return "\r\n".join([f"{method} /scim/v2{path} HTTP/1.1", *headers, "", ""]).encode() + body

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, *, has_body: bool = True) -> tuple[int, dict[str, str], bytes]:
        """The next answer: status, headers, body."""
        status = int(self.reader.readline().split()[1])
        headers = {}
        while line := self.reader.readline().strip():
            name, _, value = line.decode().partition(": ")
            assert name not in headers
            headers[name] = value
        return status, headers, self.reader.read(int(headers.get("content-length", 0))) if has_body else b""

    def ask(self, *request: str, body: bytes = b"") -> tuple[int, dict[str, str], bytes]:
        self.send(self.request(*request, body=body))
        return self.answer()

    def has_ended(self) -> bool:
        return self.reader.read(1) == b""


@contextmanager
def wire_to(tenant: ServedTenant) -> Iterator[Wire]:
    parts = urlsplit(tenant.site)
    with socket.create_connection((parts.hostname, parts.port), timeout=_DEADLINE_SECONDS) as connected:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connected = context.wrap_socket(connected)
        with connected.makefile("rb") as reader:
            yield Wire(tenant, connected, reader)


@pytest.fixture
def wire(tenant: ServedTenant) -> Iterator[Wire]:
    with wire_to(tenant) as opened:
        yield opened


Names = Callable[[], str]


def test_one_connection_takes_one_request_after_the_other(wire: Wire, new_name: Names) -> None:
    name = new_name()
    status, headers, body = wire.ask("POST", "/Users", body=json.dumps(user(name)).encode())
    made = json.loads(body)
    assert (status, headers["content-type"], headers["location"]) == (
        201,
        "application/scim+json",
        made["meta"]["location"],
    )
    status, headers, body = wire.ask("GET", f"/Users/{made['id']}")
    assert (status, json.loads(body), headers["etag"]) == (200, made, made["meta"]["version"])
    assert headers["date"].endswith("GMT")
    wire.send(wire.request("GET", f"/Users/{made['id']}", f"If-None-Match: {headers['etag']}"))
    status, headers, _ = wire.answer(has_body=False)
    assert (status, "content-length" in headers, "content-type" in headers) == (304, False, False)
    wire.send(wire.request("DELETE", f"/Users/{made['id']}"))
    assert wire.answer(has_body=False)[0] == 204
    assert wire.ask("GET", f"/Users/{made['id']}")[0] == 404


def test_a_request_may_come_byte_by_byte(wire: Wire, new_name: Names) -> None:
    name = new_name()
    for byte in wire.request("POST", "/Users", body=json.dumps(user(name)).encode()):
        wire.send(bytes([byte]))
    status, _, body = wire.answer()
    assert (status, json.loads(body)["userName"]) == (201, name)


def test_requests_sent_all_at_once_are_answered_in_their_order(wire: Wire, new_name: Names) -> None:
    names = [new_name() for _ in range(20)]
    sent = b""
    for name in names:
        sent += wire.request("POST", "/Users", body=json.dumps(user(name)).encode())
        sent += wire.request("GET", f"/Users?filter=userName%20eq%20%22{name}%22")
    wire.send(sent)
    for name in names:
        status, _, body = wire.answer()
        assert (status, json.loads(body)["userName"]) == (201, name)
        status, _, body = wire.answer()
        assert (status, json.loads(body)["totalResults"]) == (200, 1)


def test_a_client_that_reads_late_gets_every_answer(wire: Wire, new_name: Names) -> None:
    for _ in range(3):
        wire.ask("POST", "/Users", body=json.dumps(user(new_name(), title="x" * 50_000)).encode())
    many = 200
    wire.send(wire.request("GET", "/Users?sortBy=meta.created&sortOrder=descending&count=3") * many)
    answers = [wire.answer() for _ in range(many)]
    assert {status for status, _, _ in answers} == {200}
    assert all(len(body) > 100_000 for _, _, body in answers)


def test_a_body_may_come_in_chunks(wire: Wire, new_name: Names) -> None:
    name = new_name()
    body = json.dumps(user(name)).encode()
    wire.send(wire.request("POST", "/Users", "Content-Type: application/json", "Transfer-Encoding: chunked"))
    for part in (body[:10], body[10:50], body[50:]):
        wire.send(b"%x\r\n%b\r\n" % (len(part), part))
    wire.send(b"0\r\n\r\n")
    status, _, answered = wire.answer()
    assert (status, json.loads(answered)["userName"]) == (201, name)


def test_a_client_may_ask_before_it_sends_the_body(wire: Wire, new_name: Names) -> None:
    body = json.dumps(user(new_name())).encode()
    whole = wire.request("POST", "/Users", "Expect: 100-continue", body=body)
    wire.send(whole.removesuffix(body))
    assert wire.reader.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert wire.reader.readline() == b"\r\n"
    wire.send(body)
    assert wire.answer()[0] == 201


def test_a_head_is_answered_without_a_body(wire: Wire) -> None:
    wire.send(wire.request("HEAD", "/Users?count=1"))
    status, headers, _ = wire.answer(has_body=False)
    assert (status, int(headers["content-length"]) > 0) == (200, True)
    assert wire.ask("GET", "/Users?count=0")[0] == 200


def test_a_connection_is_closed_where_the_client_wants_that(wire: Wire) -> None:
    wire.send(wire.request("GET", "/Users?count=0", "Connection: close"))
    status, headers, _ = wire.answer()
    assert (status, headers["connection"], wire.has_ended()) == (200, "close", True)


def test_a_connection_is_closed_where_the_rest_of_a_body_is_not_read(wire: Wire) -> None:
    wire.send(wire.request("POST", "/Users", "Content-Type: application/json", "Content-Length: 100000000"))
    status, headers, _ = wire.answer()
    assert (status, headers["connection"], wire.has_ended()) == (413, "close", True)


def test_too_many_operations_of_a_small_body_are_refused_and_the_connection_closed(wire: Wire) -> None:
    operations = [{"op": "remove", "path": "title"}] * 1001
    patch = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}
    made = wire.tenant.create("many.operations@corp.example")
    body = json.dumps(patch, separators=(",", ":")).encode()
    assert len(body) < 99_999
    status, headers, _ = wire.ask("PATCH", f"/Users/{made['id']}", body=body)
    assert (status, headers["connection"], wire.has_ended()) == (413, "close", True)


@pytest.mark.parametrize("path", ["/Users/%55S-A000", "/Users/?count=0", "/Users/US-A000?x=%23#part", "/Users//"])
def test_an_address_may_be_written_in_other_ways(wire: Wire, path: str) -> None:
    status, _, body = wire.ask("GET", path)
    assert status in (200, 404)
    assert json.loads(body)["schemas"]


def test_what_is_no_http_is_refused_and_others_are_answered(wire: Wire, tenant: ServedTenant) -> None:
    wire.send(b"NONSENSE\r\n\r\n")
    assert wire.answer()[0] == 400
    with wire_to(tenant) as other:
        assert other.ask("GET", "/Users?count=0")[0] == 200


def test_a_client_that_goes_before_its_answer_leaves_what_it_sent(tenant: ServedTenant, new_name: Names) -> None:
    names = [new_name() for _ in range(20)]
    for name in names:
        with wire_to(tenant) as hasty:
            hasty.send(hasty.request("POST", "/Users", body=json.dumps(user(name)).encode()))
    with wire_to(tenant) as patient:  # its answer comes after theirs would have
        last = new_name()
        assert patient.ask("POST", "/Users", body=json.dumps(user(last)).encode())[0] == 201
    assert all(tenant.find(f'userName eq "{name}"') for name in (names[0], last))


def test_half_a_request_that_is_given_up_changes_nothing(tenant: ServedTenant, new_name: Names) -> None:
    name = new_name()
    with wire_to(tenant) as hasty:
        hasty.send(hasty.request("POST", "/Users", body=json.dumps(user(name)).encode())[:-1])
    assert tenant.find(f'userName eq "{name}"') == []


def test_a_tenant_that_ends_answers_what_it_has_begun(own_tenant: ServedTenant, new_name: Names) -> None:
    with wire_to(own_tenant) as busy, wire_to(own_tenant) as idle:
        assert idle.ask("GET", "/Users?count=0")[0] == 200
        name = new_name()
        whole = busy.request("POST", "/Users", body=json.dumps(user(name)).encode())
        busy.send(whole[:-1])
        assert idle.ask("GET", "/Users?count=0")[0] == 200  # so the half is read by now
        own_tenant.process.send_signal(signal.SIGTERM)
        assert idle.has_ended()
        busy.send(whole[-1:])
        status, headers, body = busy.answer()
        assert (status, json.loads(body)["userName"], headers["connection"]) == (201, name, "close")
        assert busy.has_ended()
    assert own_tenant.process.wait(_DEADLINE_SECONDS) == 0
