"""Does a bulk request hold what was to be written, and is nothing read into its answer that it does not say?"""

import json

import pytest

from instep.scim.bulk import parse_bulk
from instep.scim.bulk_requests import BulkResult, BulkWrite, read_results, render_bulk
from instep.scim.messages import BULK_RESPONSE_URN

WRITES = [
    BulkWrite("POST", "/Users", b'{"userName":"ana"}'),
    BulkWrite("PATCH", "/Users/U%2F7", b'{"Operations":[]}'),
    BulkWrite("POST", "/Users", '{"userName":"ze\u00e9"}'.encode()),
]


def answer(*operations: object, **others: object) -> bytes:
    return json.dumps({"schemas": [BULK_RESPONSE_URN], "Operations": operations, **others}).encode()


def test_a_service_provider_reads_the_writes_as_they_were_meant() -> None:
    request = parse_bulk(json.loads(render_bulk(WRITES)), 3)
    assert request.fail_on_errors is None
    assert [(each.method, each.path, each.bulk_id, each.data) for each in request.operations] == [
        ("POST", "/Users", "0", {"userName": "ana"}),
        ("PATCH", "/Users/U%2F7", "1", {"Operations": []}),
        ("POST", "/Users", "2", {"userName": "zeé"}),
    ]


def test_each_write_gets_its_own_result_in_whatever_order_and_letter_case() -> None:
    body = answer(
        {"bulkId": "2", "status": "409", "response": {"detail": "taken"}},
        {"BULKID": "0", "status": 201, "location": "https://t/Users/1"},
        {"bulkId": 1, "status": {"code": "200"}},
    )
    assert read_results(body, WRITES) == {
        0: BulkResult(201, "https://t/Users/1"),
        1: BulkResult(200),
        2: BulkResult(409, "", {"detail": "taken"}),
    }


def test_a_change_without_a_bulk_id_is_known_by_its_location_and_a_create_is_not() -> None:
    body = answer(
        {"method": "PATCH", "location": "https://t/v2/Users/U%2F7", "status": "200"},
        {"method": "POST", "location": "https://t/v2/Users/9", "status": "201"},
    )
    assert read_results(body, WRITES) == {1: BulkResult(200, "https://t/v2/Users/U%2F7")}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"Operations":[{"bulkId":"0","status":"201"}]}',
        answer(Operations=None),
        answer("no object", None, 7),
        answer({"bulkId": "0", "status": "201"}, {"bulkId": "0", "status": "409"}),
        answer({"bulkId": "0", "status": "created"}),
        answer({"bulkId": "0"}),
        answer({"bulkId": "3", "status": "201"}),
        answer({"bulkId": "-1", "status": "201"}),
        answer({"bulkId": "²", "status": "201"}),
        answer({"bulkId": ["0"], "status": "201"}),
        answer({"location": "9", "status": "201"}),
    ],
)
def test_what_an_answer_does_not_clearly_say_is_left_out(body: bytes) -> None:
    assert read_results(body, WRITES) == {}
