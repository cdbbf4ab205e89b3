"""What is a request to the SCIM service, and an answer, where each costs as little as it can?

Neither knows how it travels: ASGI brings requests of any kind, and `connections.py` the usual ones without it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from instep.scim.bodies import check_size
from instep.scim.messages import MEDIA_TYPE
from proxyclick.integrations.scope import Caller

Header = tuple[bytes, bytes]
"""The name in lower case, and the value."""

_CONTENT_TYPE = (b"content-type", MEDIA_TYPE.encode())
_WITHOUT_CONTENT = (204, 304)


class ScimRequest:
    """One request; `resource_id` is what follows the path of the endpoint, and is empty for the endpoint itself.

    `content` is the body, or what reads it and raises PayloadTooLarge or ClientDisconnect; `caller` is whoever the gate
    has let in. The headers are put into a table once: every endpoint asks for several, most of them absent.
    """

    __slots__ = ("_headers", "caller", "content", "method", "path", "query_string", "resource_id")

    def __init__(
        self,
        method: str,
        path: str,
        query_string: bytes,
        resource_id: str,
        headers: Mapping[bytes, bytes],
        content: bytes | Callable[[], Awaitable[bytes]],
    ) -> None:
        self.method, self.path, self.query_string, self.resource_id = method, path, query_string, resource_id
        self._headers, self.content = headers, content
        self.caller: Caller | None = None

    def header(self, name: bytes) -> str | None:
        """The first value of a header, named in lower case."""
        found = self._headers.get(name)
        return None if found is None else found.decode("latin-1")


def first_values(headers: Sequence[Header]) -> dict[bytes, bytes]:
    """The table of headers, of a name that comes twice the first."""
    return dict(reversed(headers))


def request_of(scope: Scope, receive: Receive) -> ScimRequest:
    """The request of an ASGI scope, whose body comes in pieces; more than may be is not read."""
    headers = first_values(scope["headers"])

    async def body() -> bytes:
        declared = headers.get(b"content-length", b"")
        if declared.isdigit() and len(declared) < 20:
            check_size(int(declared))
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            check_size(size)
            more = message.get("more_body", False)
        return b"".join(parts)

    resource_id = scope.get("path_params", {}).get("id", "")
    return ScimRequest(scope["method"], scope["path"], scope["query_string"], resource_id, headers, body)


class ScimResponse:
    """An answer, in SCIM's media type if it says anything; the values of `headers` are ASCII."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes = b"", status: int = 200, headers: Sequence[Header] = ()) -> None:
        self.status, self.body = status, body
        if body:
            self.headers: Sequence[Header] = ((b"content-length", b"%d" % len(body)), _CONTENT_TYPE, *headers)
        else:
            self.headers = headers if status in _WITHOUT_CONTENT else ((b"content-length", b"0"), *headers)

    async def send(self, send: Send) -> None:
        """Answers by ASGI."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})
