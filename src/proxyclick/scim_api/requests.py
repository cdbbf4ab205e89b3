"""What is a request to the SCIM service, and an answer, where each costs as little as it can?"""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from instep.scim.messages import MEDIA_TYPE

_CONTENT_TYPE = (b"content-type", MEDIA_TYPE.encode())
_FIELDS = "proxyclick.fields"


class Fields(Headers):
    """The headers of a request, put into a table once: every endpoint asks for several, most of them absent."""

    def __init__(self, scope: Mapping[str, Any]) -> None:
        super().__init__(raw=scope["headers"])
        self._first = dict(reversed(self._list))

    def get(self, key: str, default: Any = None) -> Any:
        """The first value of a header, named in lower case."""
        found = self._first.get(key.encode("latin-1"))
        return default if found is None else found.decode("latin-1")


class ScimRequest(Request):
    """A request whose headers are looked up in a table."""

    @property
    def headers(self) -> Headers:
        """The headers."""
        fields: Fields | None = self.scope.get(_FIELDS)
        if fields is None:
            fields = self.scope[_FIELDS] = Fields(self.scope)
        return fields


class ScimResponse(Response):
    """An answer in SCIM's media type, which needs no encoding; the values of `headers` are ASCII."""

    def __init__(self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.status_code, self.body, self.background = status, body, None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), _CONTENT_TYPE]
        if headers:
            self.raw_headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
