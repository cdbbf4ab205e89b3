"""What did the client send: its body, its query? Read with limits, refused with a reason."""

from instep.scim.bodies import check_media_type, parse_body
from instep.scim.messages import SearchRequest
from instep.scim.query_strings import parse_query
from proxyclick.scim_api.requests import ScimRequest


async def json_body(request: ScimRequest) -> object:
    """The JSON that the body holds.

    Raises UnsupportedMediaType, PayloadTooLarge, or InvalidSyntax for what is no JSON or nested beyond reason.
    """
    check_media_type(request.header(b"content-type") or "")
    content = request.content
    return parse_body(content if isinstance(content, bytes) else await content())


def query_of(request: ScimRequest) -> SearchRequest:
    """The query of the address. Raises InvalidValue."""
    return parse_query(request.query_string)
