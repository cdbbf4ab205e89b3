"""How does the target look in a preview? Reads go through, and no write reaches it."""

from collections import Counter
from collections.abc import Collection

import orjson

from instep.cycle.groups.ports import GroupTarget
from instep.cycle.ports import Target
from instep.ledger.plans import ACCOUNT_TO_COME
from instep.rules.health.outcomes import Answer, FailedRequest, Outcome
from instep.scim.syntax import Literal


class PreviewGroups:
    """The target's groups as a preview sees them."""

    def __init__(self, groups: GroupTarget) -> None:
        self._groups = groups
        self._created = 0

    async def create(self, body: bytes) -> Outcome:
        """Answer with what was to be created, and an id."""
        self._created += 1
        return _answer(201, {**orjson.loads(body), "id": f"{ACCOUNT_TO_COME}{self._created}"})

    async def patch(self, resource_id: str, body: bytes) -> Outcome:
        """Answer that it was done."""
        return Answer(204, b"")

    async def replace(self, resource_id: str, body: bytes, if_match: str | None = None) -> Outcome:
        """Answer with what was to be written."""
        return _answer(200, {**orjson.loads(body), "id": resource_id})

    async def delete(self, resource_id: str) -> Outcome:
        """Answer that it was done."""
        return Answer(204, b"")

    async def read(self, resource_id: str) -> Outcome:
        """GET one group by id; one to come says that it is there."""
        if resource_id.startswith(ACCOUNT_TO_COME):
            return _answer(200, {"id": resource_id})
        return await self._groups.read(resource_id)

    async def read_whole(self, resource_id: str) -> Outcome:
        """GET one group by id with its members; one to come has none."""
        if resource_id.startswith(ACCOUNT_TO_COME):
            return _answer(200, {"id": resource_id})
        return await self._groups.read_whole(resource_id)

    async def find(self, attribute: str, value: str) -> Outcome:
        """GET the groups whose attribute equals a value."""
        return await self._groups.find(attribute, value)


class PreviewTarget:
    """The target as a preview sees it: reads go through, and a write is answered as if it had been done.

    A create is answered with an id that begins with "planned:", so that whoever refers to the account can be decided.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self._created = 0
        self.requests: Counter[str] = target.requests
        self.groups = PreviewGroups(target.groups)

    def shut(self) -> None:
        """Let no further request leave."""
        self._target.shut()

    @property
    def failed_requests(self) -> Collection[FailedRequest]:
        """The last few requests that did not work."""
        return self._target.failed_requests

    async def create(self, body: bytes) -> Outcome:
        """Answer with what was to be created, and an id."""
        self._created += 1
        return _answer(201, {**orjson.loads(body), "id": f"{ACCOUNT_TO_COME}{self._created}"})

    async def patch(self, account_id: str, body: bytes) -> Outcome:
        """Answer that it was done."""
        return Answer(204, b"")

    async def replace(self, account_id: str, body: bytes, if_match: str | None = None) -> Outcome:
        """Answer with what was to be written."""
        return _answer(200, {**orjson.loads(body), "id": account_id})

    async def delete(self, account_id: str) -> Outcome:
        """Answer that it was done."""
        return Answer(204, b"")

    async def read(self, account_id: str) -> Outcome:
        """GET one user by id; one to come says that it is there."""
        if account_id.startswith(ACCOUNT_TO_COME):
            return _answer(200, {"id": account_id})
        return await self._target.read(account_id)

    async def find(self, attribute: str, value: Literal) -> Outcome:
        """GET the users whose attribute equals a value."""
        return await self._target.find(attribute, value)

    async def page(self, start_index: int, count: int) -> Outcome:
        """GET one page of all users."""
        return await self._target.page(start_index, count)

    async def page_at(self, cursor: str, count: int) -> Outcome:
        """GET the page of all users that a cursor names."""
        return await self._target.page_at(cursor, count)

    async def everything(self) -> Outcome:
        """GET all users at once."""
        return await self._target.everything()


def _answer(status: int, document: object) -> Answer:
    return Answer(status, orjson.dumps(document), "application/scim+json")
