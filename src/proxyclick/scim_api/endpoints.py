"""Which requests on users and groups are answered, and with what (RFC 7644, 3.2)?"""

import orjson
from starlette.requests import Request
from starlette.responses import Response

from instep.scim.messages import SearchRequest, parse_search_request
from instep.scim.patch import parse_patch
from instep.scim.projection import projection
from proxyclick.scim_api.documents import list_bytes, located, version_of
from proxyclick.scim_api.endpoint import scim_response
from proxyclick.scim_api.reading import json_body, query_of
from proxyclick.scim_api.resources import ResourceType, names_version
from proxyclick.scim_api.search import search
from proxyclick.store.resources import Record


class ResourceEndpoints:
    """The answers for one type of resource; `address` is that of all its resources, without a slash at the end."""

    def __init__(self, resources: ResourceType, address: str) -> None:
        self._resources, self._address = resources, address

    async def create(self, request: Request) -> Response:
        """POST: 201 with the resource and its location."""
        record = await self._resources.create(await json_body(request))
        return self._answer(record, query_of(request), status=201)

    async def read(self, request: Request) -> Response:
        """GET: 200 with the resource; 304 when the client has this version."""
        record = self._resources.read(request.path_params["id"])
        held = request.headers.get("if-none-match")
        if held is not None and (held.strip() == "*" or names_version(held, record.revision)):
            return Response(status_code=304, headers={"ETag": version_of(record.revision)})
        return self._answer(record, query_of(request))

    async def patch(self, request: Request) -> Response:
        """PATCH: 200 with the resource, as Entra's validator wants it, changed or not."""
        resource_id = request.path_params["id"]
        self._resources.read(resource_id)  # an unknown resource is said before a faulty body
        operations = parse_patch(await json_body(request))
        record = await self._resources.patch(resource_id, operations, request.headers.get("if-match"))
        return self._answer(record, query_of(request))

    async def replace(self, request: Request) -> Response:
        """PUT: 200 with the resource."""
        resource_id = request.path_params["id"]
        self._resources.read(resource_id)
        record = await self._resources.replace(resource_id, await json_body(request), request.headers.get("if-match"))
        return self._answer(record, query_of(request))

    async def delete(self, request: Request) -> Response:
        """DELETE: 204."""
        await self._resources.delete(request.path_params["id"], request.headers.get("if-match"))
        return Response(status_code=204)

    async def list(self, request: Request) -> Response:
        """GET on all: 200 with a page of what the query selects, were it nothing."""
        return await self._page(query_of(request))

    async def search(self, request: Request) -> Response:
        """POST on .search: as `list`, with the query in the body, where it is in no log of addresses."""
        return await self._page(parse_search_request(await json_body(request)))

    async def _page(self, query: SearchRequest) -> Response:
        page = await search(self._resources.table, self._resources.schema, query)
        bodies = [located(record.body, f"{self._address}/{record.id}") for record in page.records]
        if query.attributes or query.excluded_attributes:
            reduce = projection(self._resources.schema, query.attributes, query.excluded_attributes)
            bodies = [orjson.dumps(reduce(orjson.loads(body))) for body in bodies]
        return scim_response(list_bytes(bodies, page.total, page.start_index))

    def _answer(self, record: Record, query: SearchRequest, status: int = 200) -> Response:
        location = f"{self._address}/{record.id}"
        body = located(record.body, location)
        if query.attributes or query.excluded_attributes:
            reduce = projection(self._resources.schema, query.attributes, query.excluded_attributes)
            body = orjson.dumps(reduce(orjson.loads(body)))
        return scim_response(body, status, {"Location": location, "ETag": version_of(record.revision)})
