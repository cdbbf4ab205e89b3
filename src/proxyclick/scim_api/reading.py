"""What did the client send: its body, its query, its token? Read with limits, refused with a reason."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote_plus

import orjson
from starlette.requests import ClientDisconnect, Request

from instep.scim.errors import InvalidSyntax, InvalidValue, PayloadTooLarge, UnsupportedMediaType
from instep.scim.messages import SearchRequest, check_paging, is_descending

MAX_BODY_BYTES = 1_000_000
_MAX_NESTING = 40
_NO_QUERY = SearchRequest()
_JSON_TYPES = frozenset({"", "application/json", "application/scim+json", "text/json"})
_ACCEPTED = frozenset({"*/*", "application/*", "application/json", "application/scim+json", "text/json"})
_REFUSING = re.compile(r"q\s*=\s*0(\.0*)?")


async def json_body(request: Request) -> object:
    """The JSON that the body holds.

    Raises UnsupportedMediaType, PayloadTooLarge, or InvalidSyntax for what is no JSON or nested beyond reason.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _JSON_TYPES:
        raise UnsupportedMediaType(f"The body is declared as {media_type!r}: send application/scim+json.")
    text = await _body(request)
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidSyntax(f"The body is not JSON: {error}.") from None
    # Only a body with so many brackets can be nested so deep; most have fewer, and need no second look.
    if text.count(b"{") + text.count(b"[") > _MAX_NESTING and _is_nested_deeper(found, _MAX_NESTING):
        raise InvalidSyntax(f"The body is nested deeper than {_MAX_NESTING} levels.")
    return found


def query_of(request: Request) -> SearchRequest:
    """The query of the address, its names in any case; `+` and `%20` are spaces. Raises InvalidValue."""
    raw = request.scope["query_string"]
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
            found[_unquoted(name).lower()] = _unquoted(value)
    return found


def _unquoted(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


@lru_cache(maxsize=256)
def takes_json(accept: str) -> bool:
    """Whether a client with this `Accept` takes what the service has to give: JSON, as SCIM's or as any."""
    for part in accept.lower().split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        if media_range in _ACCEPTED and not any(_REFUSING.fullmatch(parameter) for parameter in parameters):
            return True
    return not accept.strip()


@lru_cache(maxsize=256)
def preferred_return(prefer: str) -> str | None:
    """What a `Prefer` says about the answer to a change: minimal, representation, or nothing (RFC 7240, 4.2)."""
    for part in prefer.lower().replace(";", ",").split(","):
        name, _, value = part.partition("=")
        if name.strip() == "return":
            return value.strip().strip('"')
    return None


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > MAX_BODY_BYTES:
        raise _too_large()
    text, more = b"", True
    parts: list[bytes] = []
    size = 0
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        text, more = message.get("body", b""), message.get("more_body", False)
        size += len(text)
        if size > MAX_BODY_BYTES:
            raise _too_large()
        parts.append(text)
    return text if len(parts) == 1 else b"".join(parts)


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(f"The body is larger than {MAX_BODY_BYTES} bytes.")


def _is_nested_deeper(value: object, levels: int) -> bool:
    level = [value]
    for _ in range(levels + 1):
        children: list[object] = []
        for item in level:
            if type(item) is dict:
                children.extend(item.values())
            elif type(item) is list:
                children.extend(item)
        if not children:
            return False
        level = children
    return True


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
