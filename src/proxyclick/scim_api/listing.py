"""How is a query for many resources answered, for one type or at the root of the service for all (RFC 7644, 3.4.2)?"""

from collections.abc import Callable, Sequence

from instep.scim.filters import Barewords
from instep.scim.list_bodies import list_bytes
from instep.scim.messages import SearchRequest, parse_search_request
from proxyclick.people.tenant_settings import TenantSettings, UnquotedValues
from proxyclick.scim_api.endpoint import caller_of
from proxyclick.scim_api.endpoints import ResourceEndpoints
from proxyclick.scim_api.pages import Page
from proxyclick.scim_api.reading import json_body, query_of
from proxyclick.scim_api.requests import ScimRequest, ScimResponse
from proxyclick.scim_api.search import search
from proxyclick.scim_api.selection import Source
from proxyclick.scim_api.walks import Walks

_BAREWORDS = {UnquotedValues.ACCEPT: Barewords.ARE_TEXT, UnquotedValues.REFUSE: Barewords.REFUSED}


class Listing:
    """The answers to queries over some types of resources, one after the other."""

    def __init__(
        self, types: Sequence[ResourceEndpoints], walks: Walks, settings: Callable[[], TenantSettings]
    ) -> None:
        self._types, self._walks, self._settings = types, walks, settings
        self._by_prefix = {each.resources.table.prefix: each for each in types}

    async def by_address(self, request: ScimRequest) -> ScimResponse:
        """GET: 200 with a page of what the query of the address selects, were it nothing."""
        return await self._answer(request, query_of(request))

    async def by_body(self, request: ScimRequest) -> ScimResponse:
        """POST on .search: the same, with the query in the body, where it is in no log of addresses (3.4.3)."""
        return await self._answer(request, parse_search_request(await json_body(request)))

    async def _answer(self, request: ScimRequest, query: SearchRequest) -> ScimResponse:
        scope = caller_of(request).scope
        sources = [Source(each.resources.table.within(scope), each.resources.schema) for each in self._types]
        page = await search(sources, query, self._walks, _BAREWORDS[self._settings().unquoted_values])
        cursors = {"nextCursor": page.next_cursor, "previousCursor": page.previous_cursor}
        given = {name: cursor for name, cursor in cursors.items() if cursor is not None}
        return ScimResponse(list_bytes(self._bodies(page, query), page.total, page.start_index, given))

    def _bodies(self, page: Page, query: SearchRequest) -> list[bytes]:
        if len(self._types) == 1:
            return self._types[0].bodies(page.records, query)
        of_each = [(self._by_prefix[record.id.partition("-")[0]], record) for record in page.records]
        return [body for endpoints, record in of_each for body in endpoints.bodies([record], query)]
