"""What does the tenant say that it can do (RFC 7644, 4)?"""

from collections.abc import Sequence

import orjson

from instep.scim.bodies import MAX_BODY_BYTES
from instep.scim.discovery import Document, Service
from instep.scim.errors import NotFound
from instep.scim.messages import list_response
from proxyclick.scim_api.bulk import MAX_OPERATIONS
from proxyclick.scim_api.pages import DEFAULT_PAGE, MAX_PAGE
from proxyclick.scim_api.requests import ScimRequest, ScimResponse
from proxyclick.scim_api.walks import CURSOR_TIMEOUT_SECONDS

SERVICE = Service(
    token="The Secret Token that installing an integration issues.",  # noqa: S106
    default_page=DEFAULT_PAGE,
    max_page=MAX_PAGE,
    max_body_bytes=MAX_BODY_BYTES,
    max_operations=MAX_OPERATIONS,
    cursor_timeout_seconds=CURSOR_TIMEOUT_SECONDS,
)


class Collection:
    """Documents that never change, answered all together or one by its id."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._all = orjson.dumps(list_response(documents))
        self._one = {document["id"].lower(): orjson.dumps(document) for document in documents}

    async def listing(self, _: ScimRequest) -> ScimResponse:
        """All of them; a query is left aside."""
        return ScimResponse(self._all)

    async def read(self, request: ScimRequest) -> ScimResponse:
        """One of them. Raises NotFound."""
        body = self._one.get(request.resource_id.lower())
        if body is None:
            raise NotFound(f"There is no {request.resource_id!r} here.")
        return ScimResponse(body)
