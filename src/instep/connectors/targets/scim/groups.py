"""How are requests about groups sent to a SCIM application?"""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from yarl import URL

from instep.connectors.targets.scim.addresses import CannotBeAddressed, GroupAddresses
from instep.connectors.targets.scim.unmade import not_made
from instep.rules.health.outcomes import Outcome
from instep.scim.dialects import Dialect

Request: TypeAlias = Callable[[str, URL, bytes | None, str | None], Awaitable[Outcome]]


class ScimGroups:
    """The groups behind one application's door."""

    def __init__(self, tenant_url: str, request: Request, dialect: Dialect) -> None:
        self._addresses = GroupAddresses(tenant_url, dialect)
        self._request = request

    def create(self, body: bytes) -> Awaitable[Outcome]:
        """POST one group."""
        return self._send("POST", self._addresses.groups, body)

    def patch(self, resource_id: str, body: bytes) -> Awaitable[Outcome]:
        """PATCH one group."""
        return self._about("PATCH", self._addresses.whole, resource_id, body)

    def replace(self, resource_id: str, body: bytes, if_match: str | None = None) -> Awaitable[Outcome]:
        """PUT one group, whole; if it is of that version still, where one is given."""
        return self._about("PUT", self._addresses.whole, resource_id, body, if_match)

    def delete(self, resource_id: str) -> Awaitable[Outcome]:
        """DELETE one group."""
        return self._about("DELETE", self._addresses.whole, resource_id)

    def read(self, resource_id: str) -> Awaitable[Outcome]:
        """GET one group by id, without its members."""
        return self._about("GET", self._addresses.group, resource_id)

    def read_whole(self, resource_id: str) -> Awaitable[Outcome]:
        """GET one group by id, with its members."""
        return self._about("GET", self._addresses.whole, resource_id)

    def find(self, attribute: str, value: str) -> Awaitable[Outcome]:
        """GET the groups whose attribute equals a value, without their members."""
        return self._send("GET", self._addresses.find(attribute, value))

    def _about(
        self,
        method: str,
        address: Callable[[str], str],
        resource_id: str,
        body: bytes | None = None,
        if_match: str | None = None,
    ) -> Awaitable[Outcome]:
        try:
            return self._send(method, address(resource_id), body, if_match)
        except CannotBeAddressed as refusal:
            return not_made(str(refusal))

    def _send(
        self, method: str, url: str, body: bytes | None = None, if_match: str | None = None
    ) -> Awaitable[Outcome]:
        return self._request(method, URL(url, encoded=True), body, if_match)
