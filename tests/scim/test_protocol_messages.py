"""The messages of the protocol, and the errors in its terms."""

import pytest

from instep.scim import errors
from instep.scim.errors import InvalidSyntax, InvalidValue, ScimError
from instep.scim.messages import SearchRequest, list_response, parse_search_request, search_request


@pytest.mark.parametrize(
    "query",
    [
        SearchRequest(),
        SearchRequest('userName eq "a"', 3, 10, ("userName",), ("emails",)),
        SearchRequest(count=0),
    ],
)
def test_a_search_request_that_is_written_down_is_read_as_itself(query: SearchRequest) -> None:
    assert parse_search_request(search_request(query)) == query


@pytest.mark.parametrize("member", [{"filter": 5}, {"count": "many"}, {"startIndex": True}, {"attributes": 5}])
def test_a_search_request_of_another_shape_is_refused(member: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        parse_search_request(search_request(SearchRequest()) | member)


def test_a_body_that_is_no_search_request_is_refused() -> None:
    for body in (None, [], {}, {"schemas": ["urn:other"]}, {"schemas": None}):
        with pytest.raises(InvalidSyntax):
            parse_search_request(body)


def test_a_list_response_counts_what_it_holds() -> None:
    assert list_response([{"id": "a"}], total_results=7, start_index=3) | {"schemas": None} == {
        "schemas": None,
        "totalResults": 7,
        "startIndex": 3,
        "itemsPerPage": 1,
        "Resources": [{"id": "a"}],
    }


def test_every_scim_type_of_the_rfcs_has_one_class_and_a_body() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ScimError)]
    named = [kind.scim_type for kind in kinds if kind.scim_type is not None]
    assert sorted(named) == sorted(
        ["invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget",
         "invalidValue", "invalidVers", "sensitive", "invalidCursor", "expiredCursor", "invalidCount"]
    )  # fmt: skip
    assert errors.Uniqueness("taken").body()["status"] == "409"
