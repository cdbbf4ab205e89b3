"""Is what surrounds a SCIM request read as clients were seen to send it: query, headers, body?"""

import pytest

from instep.scim.bodies import MAX_BODY_BYTES, check_media_type, check_size, parse_body
from instep.scim.discovery import Service, service_provider_config
from instep.scim.errors import (
    InvalidSyntax,
    InvalidValue,
    MethodNotAllowed,
    PayloadTooLarge,
    PreconditionFailed,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)
from instep.scim.headers import (
    bearer_token,
    check_precondition,
    is_unchanged,
    preferred_return,
    refusal_headers,
    takes_json,
)
from instep.scim.query_strings import parse_query


def test_a_plus_and_an_encoded_space_are_spaces_and_names_are_read_in_any_case():
    assert parse_query(b"FILTER=userName+eq%20%22a%2Bb%22").filter == 'userName eq "a+b"'
    assert parse_query(b"startindex=3&COUNT=2").start_index == 3
    assert parse_query(b"excludedAttributes=members,%20name").excluded_attributes == ("members", "name")


def test_a_number_that_is_none_is_refused_and_an_empty_one_left_aside():
    assert parse_query(b"count=").count is None
    with pytest.raises(InvalidValue, match="whole number"):
        parse_query(b"count=many")


@pytest.mark.parametrize("accept", ["*/*", "application/scim+json", "text/html, application/json;q=0.5", ""])
def test_these_clients_take_json(accept: str):
    assert takes_json(accept)


@pytest.mark.parametrize("accept", ["text/html", "application/json;q=0"])
def test_these_do_not(accept: str):
    assert not takes_json(accept)


def test_a_preference_is_found_among_others():
    assert preferred_return('respond-async, return="minimal"') == "minimal"
    assert preferred_return("wait=5") is None


def test_a_bearer_token_is_one_of_that_scheme_alone():
    assert bearer_token("bearer  abc ") == "abc"
    assert bearer_token("Basic abc") is None
    assert bearer_token("Bearer ") is None


def test_versions_are_compared_whether_weak_or_strong():
    assert is_unchanged('"7", W/"8"', 'W/"8"')
    assert is_unchanged("*", 'W/"8"')
    assert not is_unchanged(None, 'W/"8"')
    check_precondition('"8"', "U1", 'W/"8"')
    with pytest.raises(PreconditionFailed, match="U1 is in version"):
        check_precondition('W/"7"', "U1", 'W/"8"')


def test_a_refusal_says_in_its_headers_what_the_client_is_to_do():
    assert refusal_headers(Unauthorized(""), "", "Here") == {"WWW-Authenticate": 'Bearer realm="Here"'}
    assert refusal_headers(TooManyRequests("", 7), "", "Here") == {"Retry-After": "7"}
    assert refusal_headers(MethodNotAllowed(""), "GET, POST", "Here") == {"Allow": "GET, POST"}
    assert refusal_headers(PayloadTooLarge(""), "", "Here") == {"Connection": "close"}


def test_a_body_is_json_of_a_certain_type_size_and_depth():
    assert parse_body(b'{"a": [1]}') == {"a": [1]}
    check_media_type("application/json; charset=utf-8")
    check_size(MAX_BODY_BYTES)
    with pytest.raises(UnsupportedMediaType):
        check_media_type("text/xml")
    with pytest.raises(PayloadTooLarge):
        check_size(MAX_BODY_BYTES + 1)
    with pytest.raises(InvalidSyntax, match="nested deeper"):
        parse_body(b"[" * 60 + b"]" * 60)


def test_a_service_that_has_no_bulk_requests_and_no_cursors_says_so():
    said = service_provider_config(Service("A token.", 100, 200, 1000), "https://here/scim/v2")
    assert said["bulk"] == {"supported": False, "maxOperations": 0, "maxPayloadSize": 0}
    assert said["pagination"]["cursor"] is False
    assert "cursorTimeout" not in said["pagination"]
