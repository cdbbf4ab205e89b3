"""What do the messages of the SCIM protocol look like, and what are their names (RFC 7644, 3)?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from instep.scim.errors import ERROR_URN, InvalidCursor, InvalidSyntax, InvalidValue

MEDIA_TYPE = "application/scim+json"

USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE_USER_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"
RESOURCE_TYPE_URN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SERVICE_PROVIDER_CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
CORE_1_URN = "urn:scim:schemas:core:1.0"

LIST_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH_OP_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SEARCH_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
BULK_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

__all__ = [
    "BULK_REQUEST_URN",
    "BULK_RESPONSE_URN",
    "CORE_1_URN",
    "ENTERPRISE_USER_URN",
    "ERROR_URN",
    "GROUP_URN",
    "LIST_RESPONSE_URN",
    "MEDIA_TYPE",
    "PATCH_OP_URN",
    "RESOURCE_TYPE_URN",
    "SCHEMA_URN",
    "SEARCH_REQUEST_URN",
    "SERVICE_PROVIDER_CONFIG_URN",
    "USER_URN",
    "SearchRequest",
    "check_paging",
    "is_descending",
    "list_response",
    "parse_search_request",
    "patch_op",
    "search_request",
]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query, whether it came as a query string or as a body; `count` None leaves the page size to the service.

    A `cursor` asks for paging by cursor (RFC 9865), with "" for the first page.
    """

    filter: str | None = None
    start_index: int = 1
    count: int | None = None
    attributes: tuple[str, ...] = ()
    excluded_attributes: tuple[str, ...] = ()
    sort_by: str | None = None
    descending: bool = False
    cursor: str | None = None


def list_response(
    resources: Sequence[Mapping[str, Any]], total_results: int | None = None, start_index: int = 1
) -> dict[str, Any]:
    """A ListResponse; `total_results` counts all matches before paging and defaults to those given."""
    return {
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": len(resources) if total_results is None else total_results,
        "startIndex": start_index,
        "itemsPerPage": len(resources),
        "Resources": list(resources),
    }


def patch_op(operations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A PatchOp of operations that are already in the form of the wire (RFC 7644, 3.5.2)."""
    return {"schemas": [PATCH_OP_URN], "Operations": [dict(operation) for operation in operations]}


def search_request(query: SearchRequest) -> dict[str, Any]:
    """The body of `POST /.search` (RFC 7644, 3.4.3); what has its default is left out."""
    body: dict[str, Any] = {"schemas": [SEARCH_REQUEST_URN]}
    if query.attributes:
        body["attributes"] = list(query.attributes)
    if query.excluded_attributes:
        body["excludedAttributes"] = list(query.excluded_attributes)
    if query.filter is not None:
        body["filter"] = query.filter
    if query.start_index != 1:
        body["startIndex"] = query.start_index
    if query.count is not None:
        body["count"] = query.count
    if query.sort_by is not None:
        body["sortBy"] = query.sort_by
    if query.descending:
        body["sortOrder"] = "descending"
    if query.cursor is not None:
        body["cursor"] = query.cursor
    return body


def parse_search_request(body: object) -> SearchRequest:
    """The query in a SearchRequest body.

    Raises InvalidSyntax when the body is no SearchRequest, InvalidValue when a member of it has the wrong type.
    """
    if not isinstance(body, dict):
        raise InvalidSyntax("A SearchRequest is a JSON object.")
    members = {key.lower(): value for key, value in body.items()}
    if SEARCH_REQUEST_URN not in (members.get("schemas") or ()):
        raise InvalidSyntax(f"A SearchRequest names {SEARCH_REQUEST_URN} in its 'schemas'.")
    start_index = _number(members.get("startindex"), "startIndex")
    cursor = _text(members.get("cursor"), "cursor")
    check_paging(start_index, cursor)
    return SearchRequest(
        filter=_text(members.get("filter"), "filter") or None,
        start_index=1 if start_index is None else start_index,
        count=_number(members.get("count"), "count"),
        attributes=_names(members.get("attributes"), "attributes"),
        excluded_attributes=_names(members.get("excludedattributes"), "excludedAttributes"),
        sort_by=_text(members.get("sortby"), "sortBy") or None,
        descending=is_descending(_text(members.get("sortorder"), "sortOrder")),
        cursor=cursor,
    )


def is_descending(sort_order: str | None) -> bool:
    """Whether a `sortOrder` says so; ascending is the default (RFC 7644, 3.4.2.3). Raises InvalidValue."""
    order = (sort_order or "ascending").lower()
    if order not in ("ascending", "descending"):
        raise InvalidValue(f"'sortOrder' is ascending or descending, not {sort_order!r}.")
    return order == "descending"


def check_paging(start_index: int | None, cursor: str | None) -> None:
    """Raises InvalidCursor when a query asks for both ways of paging at once."""
    if start_index is not None and cursor is not None:
        raise InvalidCursor("A query pages by 'startIndex' or by 'cursor', not by both.")


def _text(value: object, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise InvalidValue(f"The '{name}' of a SearchRequest is a string.")
    return value


def _number(value: object, name: str) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise InvalidValue(f"The '{name}' of a SearchRequest is a whole number.")
    return value


def _names(value: object, name: str) -> tuple[str, ...]:
    if value is None:
        return ()
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise InvalidValue(f"The '{name}' of a SearchRequest is a list of attribute names.")
    return tuple(item.strip() for item in listed if item.strip())
