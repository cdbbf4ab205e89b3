"""What does the query of an address ask for (RFC 7644, 3.4.2 and 3.9)?"""

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from instep.scim.errors import InvalidValue
from instep.scim.messages import SearchRequest, check_paging, is_descending

_NO_QUERY = SearchRequest()


def parse_query(raw: bytes) -> SearchRequest:
    """The query that stands after the question mark, its names in any case; `+` and `%20` are spaces.

    Raises InvalidValue, or InvalidCursor for two ways of paging at once.
    """
    if not raw:
        return _NO_QUERY
    values = _members(raw.decode("latin-1"))
    start_index, cursor = _number(values, "startIndex"), values.get("cursor")
    check_paging(start_index, cursor)
    return SearchRequest(
        filter=values.get("filter") or None,
        start_index=1 if start_index is None else start_index,
        count=_number(values, "count"),
        attributes=_names(values.get("attributes")),
        excluded_attributes=_names(values.get("excludedattributes")),
        sort_by=values.get("sortby") or None,
        descending=is_descending(values.get("sortorder")),
        cursor=cursor,
    )


def _members(query: str) -> dict[str, str]:
    """The members of a query by their names in lower case; of a name that comes twice the last."""
    found = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name:
            found[unquoted(name).lower()] = unquoted(value)
    return found


def unquoted(text: str) -> str:
    """What a part of a query means: as `urllib.parse.unquote_plus`, in half of the time."""
    text = text.replace("+", " ")
    return unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text


def _number(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name.lower())
    if text is None or text.strip() == "":
        return None
    try:
        return int(text[:30])
    except ValueError:
        raise InvalidValue(f"'{name}' must be a whole number, not {text[:30]!r}.") from None


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip()) if text else ()
