"""Bulk requests: what they say, how their operations refer to each other, in which order they are done."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.scim.bulk import BulkOperation, parse_bulk, references, resolved, without_references
from instep.scim.bulk_order import stages
from instep.scim.errors import InvalidSyntax, InvalidValue, PayloadTooLarge, UnresolvedReference
from instep.scim.messages import BULK_REQUEST_URN


def bulk(*operations: Any, **others: Any) -> dict[str, Any]:
    return {"schemas": [BULK_REQUEST_URN], "Operations": list(operations), **others}


def group(name: str, *members: str) -> BulkOperation:
    data = {"displayName": name, "members": [{"value": f"bulkId:{member}"} for member in members]}
    return BulkOperation("POST", "/Groups", name, None, data)


def test_a_message_is_read_with_names_in_any_case() -> None:
    operation = {"METHOD": "post", "path": "Users", "bulkid": 7, "Data": {"userName": "a"}}
    read = parse_bulk({"Schemas": [BULK_REQUEST_URN], "operations": [operation], "failOnErrors": 2}, 10)
    assert read.operations == (BulkOperation("POST", "/Users", "7", None, {"userName": "a"}),)
    assert read.fail_on_errors == 2


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ([], InvalidSyntax),
        ({"Operations": [{"method": "DELETE", "path": "/Users/1"}]}, InvalidSyntax),
        (bulk(), InvalidSyntax),
        (bulk("x"), InvalidSyntax),
        (bulk({"method": "POST"}), InvalidSyntax),
        (bulk({"method": "POST", "path": "/Users", "bulkId": {}}), InvalidSyntax),
        (bulk(*[{"method": "DELETE", "path": "/Users/1"}] * 11), PayloadTooLarge),
        (bulk(*[{"method": "POST", "path": "/Users", "bulkId": "a"}] * 2), InvalidValue),
        (bulk({"method": "DELETE", "path": "/Users/1"}, failOnErrors=0), InvalidValue),
    ],
)
def test_what_is_no_bulk_request_is_refused(body: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse_bulk(body, 10)


def test_references_stand_in_addresses_values_and_the_filters_of_paths() -> None:
    data = {"members": ["bulkId:b"], "op": {"path": 'members[value eq "bulkId:c"]'}, "displayName": "bulkId is a word"}
    operation = BulkOperation("PATCH", "/Groups/bulkId:a", data=data)
    assert references(operation) == {"a", "b", "c"}
    done = resolved(operation, {"a": "GR-1", "b": "US-1", "c": "US-2"})
    assert (done.path, done.data["members"]) == ("/Groups/GR-1", ["US-1"])
    assert done.data["op"]["path"] == 'members[value eq "US-2"]'
    with pytest.raises(UnresolvedReference, match="bulkId:c"):
        resolved(operation, {"a": "GR-1", "b": "US-1"})


def test_what_refers_to_the_unmade_can_be_left_out() -> None:
    operation = BulkOperation("POST", "/Users", "u", None, {"userName": "u", "manager": {"value": "bulkId:m"}})
    assert without_references(operation, {"m"}).data == {"userName": "u"}
    assert without_references(operation, {"x"}).data == operation.data
    assert without_references(group("a", "b", "c"), {"b"}).data["members"] == [{"value": "bulkId:c"}]


def test_what_others_wait_for_is_done_before_and_all_else_in_its_order() -> None:
    assert stages([group("a", "c"), group("b"), group("c")]) == [(2,), (0,), (1,)]
    assert stages([group("a"), group("b"), group("c")]) == [(0,), (1,), (2,)]
    assert stages([group("a", "nothing")]) == [(0,)]


def test_a_circle_is_one_stage() -> None:
    assert stages([group("a", "b"), group("b", "a"), group("c", "a")]) == [(0, 1), (2,)]


def test_a_chain_may_be_as_long_as_the_request() -> None:
    chain = [group(str(place), str(place + 1)) for place in range(5000)]
    assert stages(chain)[0] == (4999,)


@given(st.lists(st.lists(st.integers(min_value=0, max_value=7), max_size=3), min_size=1, max_size=8))
def test_everything_is_done_once_and_after_what_it_waits_for(links: list[list[int]]) -> None:
    operations = [group(str(place), *map(str, others)) for place, others in enumerate(links)]
    found = stages(operations)
    assert sorted(place for stage in found for place in stage) == list(range(len(links)))
    done: set[int] = set()
    for stage in found:
        done |= set(stage)
        assert all(other in done for place in stage for other in links[place] if other < len(links))
