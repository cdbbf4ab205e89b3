"""Which requests on users and groups are answered, and with what (RFC 7644, 3.2)?"""

from collections.abc import Sequence

import orjson
from starlette.requests import Request
from starlette.responses import Response

from instep.scim.messages import SearchRequest, parse_search_request
from instep.scim.patch import parse_patch
from instep.scim.projection import projection
from proxyclick.scim_api.documents import list_bytes, located, version_of
from proxyclick.scim_api.endpoint import Answer, caller_of, scim_response
from proxyclick.scim_api.reading import json_body, query_of
from proxyclick.scim_api.resources import Resources, ResourceType, names_version
from proxyclick.scim_api.search import search, search_all
from proxyclick.store.resources import Record


class ResourceEndpoints:
    """The answers for one type of resource; `address` is that of all its resources, without a slash at the end."""

    def __init__(self, resources: ResourceType, address: str) -> None:
        self.resources, self._address = resources, address

    async def create(self, request: Request) -> Response:
        """POST: 201 with the resource and its location."""
        record = await self._reached(request).create(await json_body(request))
        return self._answer(record, query_of(request), status=201)

    async def read(self, request: Request) -> Response:
        """GET: 200 with the resource; 304 when the client has this version."""
        record = self._reached(request).read(request.path_params["id"])
        held = request.headers.get("if-none-match")
        if held is not None and (held.strip() == "*" or names_version(held, record.revision)):
            return Response(status_code=304, headers={"ETag": version_of(record.revision)})
        return self._answer(record, query_of(request))

    async def patch(self, request: Request) -> Response:
        """PATCH: 200 with the resource, as Entra's validator wants it, changed or not."""
        reached, resource_id = self._reached(request), request.path_params["id"]
        reached.read(resource_id)  # an unknown resource is said before a faulty body
        operations = parse_patch(await json_body(request))
        record = await reached.patch(resource_id, operations, request.headers.get("if-match"))
        return self._answer(record, query_of(request))

    async def replace(self, request: Request) -> Response:
        """PUT: 200 with the resource."""
        reached, resource_id = self._reached(request), request.path_params["id"]
        reached.read(resource_id)
        record = await reached.replace(resource_id, await json_body(request), request.headers.get("if-match"))
        return self._answer(record, query_of(request))

    async def delete(self, request: Request) -> Response:
        """DELETE: 204."""
        await self._reached(request).delete(request.path_params["id"], request.headers.get("if-match"))
        return Response(status_code=204)

    async def listing(self, request: Request) -> Response:
        """GET on all: 200 with a page of what the query selects, were it nothing."""
        return await self._page(request, query_of(request))

    async def search(self, request: Request) -> Response:
        """POST on .search: as `listing`, with the query in the body, where it is in no log of addresses."""
        return await self._page(request, parse_search_request(await json_body(request)))

    def bodies(self, records: Sequence[Record], query: SearchRequest) -> list[bytes]:
        """The JSON of resources, reduced to the attributes that a query asks for."""
        located_bodies = [located(record.body, self.location_of(record)) for record in records]
        if not query.attributes and not query.excluded_attributes:
            return located_bodies
        reduce = projection(self.resources.schema, query.attributes, query.excluded_attributes)
        return [orjson.dumps(reduce(orjson.loads(body))) for body in located_bodies]

    def location_of(self, record: Record) -> str:
        """The address of a resource."""
        return f"{self._address}/{record.id}"

    def _reached(self, request: Request) -> Resources:
        return self.resources.within(caller_of(request))

    async def _page(self, request: Request, query: SearchRequest) -> Response:
        page = await search(self._reached(request).table, self.resources.schema, query)
        return scim_response(list_bytes(self.bodies(page.records, query), page.total, page.start_index))

    def _answer(self, record: Record, query: SearchRequest, status: int = 200) -> Response:
        (body,) = self.bodies([record], query)
        headers = {"Location": self.location_of(record), "ETag": version_of(record.revision)}
        return scim_response(body, status, headers)


def search_of_all(types: Sequence[ResourceEndpoints]) -> Answer:
    """The answer to a search at the root of the service, over the resources of every type (RFC 7644, 3.4.3)."""

    async def answer(request: Request) -> Response:
        query = parse_search_request(await json_body(request))
        scope = caller_of(request).scope
        sources = [(each.resources.table.within(scope), each.resources.schema) for each in types]
        pages = await search_all(sources, query)
        bodies = [body for each, page in zip(types, pages, strict=True) for body in each.bodies(page.records, query)]
        return scim_response(list_bytes(bodies, sum(page.total for page in pages), pages[0].start_index))

    return answer
