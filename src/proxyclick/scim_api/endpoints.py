"""Which requests on users and groups are answered, and with what (RFC 7644, 3.2)?"""

from collections.abc import Callable, Sequence

import orjson

from instep.scim.errors import ScimError
from instep.scim.headers import is_unchanged, preferred_return
from instep.scim.messages import SearchRequest
from instep.scim.patch import parse_patch
from instep.scim.projection import projection
from proxyclick.people.tenant_settings import PatchAnswer, TenantSettings
from proxyclick.scim_api.documents import located, version_of
from proxyclick.scim_api.endpoint import caller_of
from proxyclick.scim_api.reading import json_body, query_of
from proxyclick.scim_api.requests import Header, ScimRequest, ScimResponse
from proxyclick.scim_api.resources import Resources, ResourceType
from proxyclick.store.resources import Record

_MINIMAL = (b"preference-applied", b"return=minimal")


class ResourceEndpoints:
    """The answers for one type of resource; `address` is that of all its resources, without a slash at the end."""

    def __init__(self, resources: ResourceType, address: str, settings: Callable[[], TenantSettings]) -> None:
        self.resources, self._address, self._settings = resources, address, settings
        self._address_bytes = address.encode()

    async def create(self, request: ScimRequest) -> ScimResponse:
        """POST: 201 with the resource and its location."""
        record = await self._reached(request).create(await json_body(request))
        return self._changed(request, record, status=201)

    async def read(self, request: ScimRequest) -> ScimResponse:
        """GET: 200 with the resource; 304 when the client has this version."""
        record = self._reached(request).read(request.resource_id)
        version = version_of(record.revision)
        if is_unchanged(request.header(b"if-none-match"), version):
            return ScimResponse(b"", 304, ((b"etag", version.encode()),))
        return self._answer(record, query_of(request))

    async def patch(self, request: ScimRequest) -> ScimResponse:
        """PATCH: 200 with the resource, as Entra's validator wants it, changed or not; 204 where that is set."""
        reached, resource_id = self._reached(request), request.resource_id
        try:
            operations = parse_patch(await json_body(request))
        except ScimError:
            reached.read(resource_id)  # an unknown resource is said before a faulty body
            raise
        record = await reached.patch(resource_id, operations, request.header(b"if-match"))
        if self._settings().patch_answer is PatchAnswer.NO_CONTENT and not _asks_for_the_resource(request):
            return ScimResponse(b"", 204, self._headers(record))
        return self._changed(request, record)

    async def replace(self, request: ScimRequest) -> ScimResponse:
        """PUT: 200 with the resource."""
        reached, resource_id = self._reached(request), request.resource_id
        reached.read(resource_id)
        record = await reached.replace(resource_id, await json_body(request), request.header(b"if-match"))
        return self._changed(request, record)

    async def delete(self, request: ScimRequest) -> ScimResponse:
        """DELETE: 204."""
        await self._reached(request).delete(request.resource_id, request.header(b"if-match"))
        return ScimResponse(b"", 204)

    def bodies(self, records: Sequence[Record], query: SearchRequest) -> list[bytes]:
        """The JSON of resources, reduced to the attributes that a query asks for."""
        address = self._address_bytes
        located_bodies = [located(record.body, address, record.id) for record in records]
        if not query.attributes and not query.excluded_attributes and not self.resources.schema.hides:
            return located_bodies
        reduce = projection(self.resources.schema, query.attributes, query.excluded_attributes)
        return [orjson.dumps(reduce(orjson.loads(body))) for body in located_bodies]

    def location_of(self, record: Record) -> str:
        """The address of a resource."""
        return self.location_of_id(record.id)

    def location_of_id(self, resource_id: str) -> str:
        """The address of an id, whether or not there is such a resource."""
        return f"{self._address}/{resource_id}"

    def _reached(self, request: ScimRequest) -> Resources:
        return self.resources.within(caller_of(request))

    def _changed(self, request: ScimRequest, record: Record, status: int = 200) -> ScimResponse:
        """The resource as it is now; without it where the client prefers that, and asks for no attributes of it."""
        query = query_of(request)
        preferred = preferred_return(request.header(b"prefer") or "")
        if query.attributes or query.excluded_attributes or preferred != "minimal":
            return self._answer(record, query, status)
        headers = (*self._headers(record), _MINIMAL)
        return ScimResponse(b"", 204 if status == 200 else status, headers)

    def _answer(self, record: Record, query: SearchRequest, status: int = 200) -> ScimResponse:
        (body,) = self.bodies([record], query)
        return ScimResponse(body, status, self._headers(record))

    def _headers(self, record: Record) -> tuple[Header, ...]:
        location = b"%b/%b" % (self._address_bytes, record.id.encode())
        version = version_of(record.revision).encode()
        return (b"location", location), (b"content-location", location), (b"etag", version)


def _asks_for_the_resource(request: ScimRequest) -> bool:
    query = query_of(request)
    preferred = preferred_return(request.header(b"prefer") or "")
    return bool(query.attributes or query.excluded_attributes) or preferred == "representation"
