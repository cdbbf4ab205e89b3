"""How does a test get an application without HTTP: a small, correct SCIM store behind the engine's `Target` port?

It keeps the protocol's promises (unique userName, ids never given twice, filters, paging, PATCH) by the project's SCIM
language; `contracts/test_target.py` holds it to the same sentences as the real door to a served tenant. What goes wrong
is told to it as values.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zlib import crc32

import orjson

from instep.rules.health.outcomes import Answer, FailedRequest, NotSent, Outcome, failed_request, looks_wrong
from instep.scim.errors import InvalidValue, NotFound, PreconditionFailed, ScimError, Uniqueness
from instep.scim.filters import compile_filter, parse_filter
from instep.scim.messages import MEDIA_TYPE, list_response
from instep.scim.patch import apply_patch, parse_patch
from instep.scim.paths import parse_path
from instep.scim.schemas import GROUPS, USERS
from instep.scim.syntax import Compare, Literal, Operator
from instep.scim.values import fold

WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})
LONGEST_PAGE = 1000
NOTICED_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as the application received it; `body` is decoded JSON, `query` what a GET of a list asked."""

    method: str
    account_id: str | None = None
    body: Any = None
    query: str = ""
    endpoint: str = "/Users"
    if_match: str | None = None


@dataclass(slots=True)
class Fault:
    """What goes wrong with the next requests of some methods: they are answered with `outcome`.

    `takes_effect` says whether the application does what was asked all the same, as with an answer that is lost.
    `concerning` narrows it down to requests that mention a text.
    """

    outcome: Outcome
    methods: Collection[str] = WRITES
    times: int = 1
    takes_effect: bool = False
    concerning: str = ""

    def hits(self, sent: Sent) -> bool:
        """Whether this request goes wrong."""
        if not self.times or sent.method not in self.methods:
            return False
        return self.concerning in f"{sent.endpoint} {sent.account_id} {sent.query} {orjson.dumps(sent.body).decode()}"


@dataclass(slots=True)
class MemoryTarget:
    """The accounts of one application.

    `on_request` lets the world move at the moment when a request arrives, `on_answer` when it has had its effect;
    `takes_seconds` is how long each request takes.
    """

    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    sent: list[Sent] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    on_request: Callable[[Sent], None] | None = None
    on_answer: Callable[[Sent, Outcome], None] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))  # of the ids; none is given twice
    is_shut: bool = False
    failed_requests: deque[FailedRequest] = field(default_factory=lambda: deque(maxlen=5))
    all_groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    takes_seconds: float = 0.0
    has_versions: bool = False  # each resource, read by its id, says which version it is

    @property
    def groups(self) -> "MemoryGroups":
        """The door to the application's groups."""
        return MemoryGroups(self)

    def members_of(self, display_name: str) -> list[str]:
        """The userNames of the members of the group with that name, in order."""
        [group] = [g for g in self.all_groups.values() if g["displayName"] == display_name]
        return sorted(self.accounts[member["value"]]["userName"] for member in group.get("members", []))

    @property
    def writes(self) -> list[Sent]:
        """The requests that change something, in the order in which they arrived."""
        return [sent for sent in self.sent if sent.method in WRITES]

    def forget_requests(self) -> None:
        """Begins to count anew."""
        self.sent.clear()
        self.requests.clear()
        self.failed_requests.clear()

    def put(self, **resource: Any) -> str:
        """An account that somebody made by other means; returns its id."""
        return self._insert(USERS.clean({"schemas": [USERS.core.id], **resource}))["id"]

    def named(self, user_name: str) -> dict[str, Any] | None:
        """The account with that userName."""
        return next((a for a in self.accounts.values() if fold(a["userName"]) == fold(user_name)), None)

    async def create(self, body: bytes) -> Outcome:
        """POST one user."""
        document = orjson.loads(body)
        return await self.handle(
            Sent("POST", body=document), lambda: _answer(201, self._insert(USERS.clean(document), is_checked=True))
        )

    async def patch(self, account_id: str, body: bytes) -> Outcome:
        """PATCH one user."""
        document = orjson.loads(body)
        return await self.handle(
            Sent("PATCH", account_id, document), lambda: _answer(200, self._change(account_id, document))
        )

    async def replace(self, account_id: str, body: bytes, if_match: str | None = None) -> Outcome:
        """PUT one user, whole."""
        document = orjson.loads(body)

        def do() -> Answer:
            _require_version(self._known(account_id), if_match)
            return _answer(200, self._replace(account_id, document))

        return await self.handle(Sent("PUT", account_id, document, if_match=if_match), do)

    def versioned(self, resource: dict[str, Any]) -> dict[str, Any]:
        """The resource as it is read by its id."""
        return {**resource, "meta": {"version": _version(resource)}} if self.has_versions else resource

    async def delete(self, account_id: str) -> Outcome:
        """DELETE one user."""
        return await self.handle(Sent("DELETE", account_id), lambda: self._remove(account_id))

    async def read(self, account_id: str) -> Outcome:
        """GET one user by id."""
        return await self.handle(Sent("GET", account_id), lambda: _answer(200, self.versioned(self._known(account_id))))

    async def find(self, attribute: str, value: Literal) -> Outcome:
        """GET the users whose attribute equals a value."""
        text = str(Compare(parse_path(attribute), Operator.EQ, value))
        return await self.handle(Sent("GET", query=text), lambda: self._list(text, 1, LONGEST_PAGE))

    async def search(self, filter_text: str | None, start_index: int, count: int) -> Outcome:
        """GET one page of the users whom a filter finds, as it was written."""
        return await self.handle(
            Sent("GET", query=filter_text or ""), lambda: self._list(filter_text, start_index, count)
        )

    async def page(self, start_index: int, count: int) -> Outcome:
        """GET one page of all users."""
        query = f"startIndex={start_index}&count={count}"
        return await self.handle(Sent("GET", query=query), lambda: self._list(None, start_index, count))

    async def page_at(self, cursor: str, count: int) -> Outcome:
        """GET the page of all users that a cursor names."""
        start, query = int(cursor or 1), f"cursor={cursor}&count={count}"
        return await self.handle(Sent("GET", query=query), lambda: self._page_from(start, count))

    async def everything(self) -> Outcome:
        """GET all users at once."""
        return await self.handle(Sent("GET"), lambda: self._list(None, 1, LONGEST_PAGE))

    def shut(self) -> None:
        """Let no further request leave."""
        self.is_shut = True

    def second_door(self) -> "MemoryTarget":
        """Another door to the same application, which counts its own requests."""
        return replace(self, requests=Counter(), is_shut=False, failed_requests=deque(maxlen=5))

    def open(self) -> None:
        """Begins anew, as a door that is opened for another run."""
        self.is_shut = False
        self.requests.clear()

    async def handle(self, sent: Sent, do: Callable[[], Answer]) -> Outcome:
        if self.is_shut:
            return NotSent("nothing more is sent")
        self.requests[sent.method] += 1
        self.sent.append(sent)
        if self.on_request is not None:
            self.on_request(sent)
        await asyncio.sleep(self.takes_seconds)  # others have their turn, as while a request is on its way
        fault = next((fault for fault in self.faults if fault.hits(sent)), None)
        if fault is not None:
            fault.times -= 1
            if not fault.takes_effect:
                return self._noticed(sent, fault.outcome)
        try:
            answer: Outcome = do()
        except ScimError as error:
            answer = _answer(error.status, error.body())
        if self.on_answer is not None:
            self.on_answer(sent, answer)
        return self._noticed(sent, answer if fault is None else fault.outcome)

    def _noticed(self, sent: Sent, outcome: Outcome) -> Outcome:
        if looks_wrong(outcome):
            url = f"https://scim.example/v2/Users{'/' + sent.account_id if sent.account_id else ''}"
            self.failed_requests.append(failed_request(NOTICED_AT, sent.method, url, outcome))
        return outcome

    def _insert(self, resource: dict[str, Any], *, is_checked: bool = False) -> dict[str, Any]:
        if is_checked:
            self._require_free(resource, None)
        account_id = f"account-{next(self.numbers):06d}"
        self.accounts[account_id] = {**resource, "id": account_id}
        return self.accounts[account_id]

    def _change(self, account_id: str, document: object) -> dict[str, Any]:
        patched = apply_patch(self._known(account_id), parse_patch(document), USERS).resource
        self._require_free(patched, account_id)
        self.accounts[account_id] = patched
        return patched

    def _replace(self, account_id: str, document: object) -> dict[str, Any]:
        replaced = {**USERS.clean(document), "id": self._known(account_id)["id"]}
        self._require_free(replaced, account_id)
        self.accounts[account_id] = replaced
        return replaced

    def _remove(self, account_id: str) -> Answer:
        del self.accounts[self._known(account_id)["id"]]
        for group in self.all_groups.values():
            group["members"] = [member for member in group.get("members", []) if member["value"] != account_id]
        return Answer(204, b"")

    def _known(self, account_id: str) -> dict[str, Any]:
        if account_id not in self.accounts:
            raise NotFound(f"There is no User with the id {account_id!r}.")
        return self.accounts[account_id]

    def _require_free(self, resource: Mapping[str, Any], besides: str | None) -> None:
        holder = self.named(resource["userName"])
        if holder is not None and holder["id"] != besides:
            raise Uniqueness(f"{resource['userName']!r} belongs to {holder['id']} already.")

    def _page_from(self, start: int, count: int) -> Answer:
        document = orjson.loads(self._list(None, start, count).body)
        following = start + len(document["Resources"])
        if following <= len(self.accounts):
            document["nextCursor"] = str(following)
        return _answer(200, document)

    def _list(self, filter_text: str | None, start_index: int, count: int) -> Answer:
        found = list(self.accounts.values())
        if filter_text is not None:
            wanted = compile_filter(parse_filter(filter_text), USERS)
            found = [account for account in found if wanted(account)]
        page = found[start_index - 1 : start_index - 1 + min(count, LONGEST_PAGE)]
        return _answer(200, list_response(page, len(found), start_index))


class MemoryGroups:
    """The groups of one application; a member must be an account that is there."""

    def __init__(self, target: MemoryTarget) -> None:
        self._target = target

    async def create(self, body: bytes) -> Outcome:
        """POST one group."""
        document = orjson.loads(body)
        return await self._handle(Sent("POST", body=document), lambda: _answer(201, self._insert(document)))

    async def patch(self, resource_id: str, body: bytes) -> Outcome:
        """PATCH one group."""
        document = orjson.loads(body)
        return await self._handle(Sent("PATCH", resource_id, document), lambda: self._change(resource_id, document))

    async def replace(self, resource_id: str, body: bytes, if_match: str | None = None) -> Outcome:
        """PUT one group, whole."""
        document = orjson.loads(body)

        def do() -> Answer:
            _require_version(self._known(resource_id), if_match)
            return self._put(resource_id, document)

        return await self._handle(Sent("PUT", resource_id, document, if_match=if_match), do)

    async def delete(self, resource_id: str) -> Outcome:
        """DELETE one group."""
        return await self._handle(Sent("DELETE", resource_id), lambda: self._remove(resource_id))

    async def read(self, resource_id: str) -> Outcome:
        """GET one group by id, without its members."""
        return await self._handle(
            Sent("GET", resource_id), lambda: _answer(200, _without_members(self._known(resource_id)))
        )

    async def read_whole(self, resource_id: str) -> Outcome:
        """GET one group by id, with its members."""
        sent = Sent("GET", resource_id, query="members too")
        return await self._handle(sent, lambda: _answer(200, self._target.versioned(self._known(resource_id))))

    async def find(self, attribute: str, value: str) -> Outcome:
        """GET the groups whose attribute equals a value, without their members."""
        text = str(Compare(parse_path(attribute), Operator.EQ, value))
        return await self._handle(Sent("GET", query=text), lambda: self._list(text))

    async def search(self, filter_text: str | None, _start_index: int, _count: int) -> Outcome:
        """GET the groups whom a filter finds, as it was written."""
        return await self._handle(Sent("GET", query=filter_text or ""), lambda: self._list(filter_text))

    def put(self, **resource: Any) -> str:
        """A group that somebody made by other means; returns its id."""
        return str(self._insert({"schemas": [GROUPS.core.id], **resource})["id"])

    async def _handle(self, sent: Sent, do: Callable[[], Answer]) -> Outcome:
        return await self._target.handle(replace(sent, endpoint="/Groups"), do)

    def _insert(self, document: dict[str, Any]) -> dict[str, Any]:
        resource = GROUPS.clean(document)
        self._require_members(resource)
        resource_id = f"group-{next(self._target.numbers):06d}"
        self._target.all_groups[resource_id] = {**resource, "id": resource_id}
        return self._target.all_groups[resource_id]

    def _change(self, resource_id: str, document: object) -> Answer:
        patched = apply_patch(self._known(resource_id), parse_patch(document), GROUPS).resource
        self._require_members(patched)
        self._target.all_groups[resource_id] = patched
        return Answer(204, b"")

    def _put(self, resource_id: str, document: dict[str, Any]) -> Answer:
        self._known(resource_id)
        resource = {**GROUPS.clean(document), "id": resource_id}
        self._require_members(resource)
        self._target.all_groups[resource_id] = resource
        return _answer(200, resource)

    def _remove(self, resource_id: str) -> Answer:
        del self._target.all_groups[self._known(resource_id)["id"]]
        return Answer(204, b"")

    def _known(self, resource_id: str) -> dict[str, Any]:
        if resource_id not in self._target.all_groups:
            raise NotFound(f"There is no Group with the id {resource_id!r}.")
        return self._target.all_groups[resource_id]

    def _require_members(self, resource: Mapping[str, Any]) -> None:
        for member in resource.get("members", []):
            if member["value"] not in self._target.accounts:
                raise InvalidValue(f"There is no User with the id {member['value']!r}.")

    def _list(self, filter_text: str | None) -> Answer:
        found = list(self._target.all_groups.values())
        if filter_text is not None:
            wanted = compile_filter(parse_filter(filter_text), GROUPS)
            found = [group for group in found if wanted(group)]
        found = [_without_members(group) for group in found]
        return _answer(200, list_response(found))


def _version(resource: Mapping[str, Any]) -> str:
    return f'W/"{crc32(orjson.dumps(resource)):08x}"'


def _require_version(resource: Mapping[str, Any], if_match: str | None) -> None:
    if if_match is not None and if_match != _version(resource):
        raise PreconditionFailed("It is another version by now.")


def _without_members(group: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "members"}


def _answer(status: int, document: Mapping[str, Any]) -> Answer:
    return Answer(status, orjson.dumps(document), MEDIA_TYPE)
