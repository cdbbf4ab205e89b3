"""What did the client send: its body, its query? Read with limits, refused with a reason."""

from starlette.requests import ClientDisconnect, Request

from instep.scim.bodies import check_media_type, check_size, parse_body
from instep.scim.messages import SearchRequest
from instep.scim.query_strings import parse_query


async def json_body(request: Request) -> object:
    """The JSON that the body holds.

    Raises UnsupportedMediaType, PayloadTooLarge, or InvalidSyntax for what is no JSON or nested beyond reason.
    """
    check_media_type(request.headers.get("content-type", ""))
    return parse_body(await _body(request))


def query_of(request: Request) -> SearchRequest:
    """The query of the address. Raises InvalidValue."""
    return parse_query(request.scope["query_string"])


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < 20:
        check_size(int(declared))
    text, more = b"", True
    parts: list[bytes] = []
    size = 0
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        text, more = message.get("body", b""), message.get("more_body", False)
        size += len(text)
        check_size(size)
        parts.append(text)
    return text if len(parts) == 1 else b"".join(parts)
