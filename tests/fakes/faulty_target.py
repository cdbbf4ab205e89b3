"""How does a test get a target that misbehaves? A small correct store of SCIM users, with faults by script.

It is served on loopback from a thread of its own. Every request is written down as it arrives, with the target's own
clock. A fault is an `Answer`: it gets the request and `effect`, which does what a correct target would do.
"""

import asyncio
import gzip
import json
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from typing import Any
from urllib.parse import unquote

from aiohttp import web

SECRET_TOKEN = "a-secret-of-this-test"
USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
LIST_URN = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR_URN = "urn:ietf:params:scim:api:messages:2.0:Error"
_FILTER = re.compile(r'userName eq "((?:[^"\\]|\\.)*)"')
_PATH = re.compile(r'(\w+)(?:\[type eq "(\w+)"\])?(?:\.(\w+))?')

Account = dict[str, Any]
Effect = Callable[[], web.Response]
Answer = Callable[[web.Request, Effect], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it arrived: `at` on the target's monotonic clock, `on` on its wall clock."""

    at: float
    on: datetime
    method: str
    about: str  # the userName that it is about, as far as that can be said
    target: str
    headers: dict[str, str]
    text: str


@dataclass(slots=True)
class Fault:
    """Answers requests of a method about a user in the correct target's place, so many times."""

    answer: Answer
    method: str
    about: str
    times: int


@dataclass(slots=True)
class FaultyTarget:
    """The target: its accounts by id, what arrived, and what is wrong with it now."""

    url: str = ""
    token: str = SECRET_TOKEN
    most_a_page: int = 1000
    accounts: dict[str, Account] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    on_arrival: Callable[[Arrival], object] | None = None  # something happens elsewhere before it is answered
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def tenant_url(self) -> str:
        return f"{self.url}/scim/v2"

    def goes_wrong(self, answer: Answer, method: str = "", about: str = "", times: int = 1_000_000) -> None:
        """From now on, so many requests of this method about this user are answered so."""
        self.faults.append(Fault(answer, method, about, times))

    def is_well_again(self) -> None:
        self.faults.clear()

    def forget_arrivals(self) -> None:
        self.arrivals.clear()

    def arrived(self, method: str = "", about: str = "") -> list[Arrival]:
        return [a for a in list(self.arrivals) if method in ("", a.method) and about in a.about]

    @property
    def writes(self) -> list[Arrival]:
        return [arrival for arrival in list(self.arrivals) if arrival.method != "GET"]

    def add(self, user_name: str, **attributes: Any) -> Account:
        """An account that somebody made by hand."""
        account = {"schemas": [USER_URN], "id": f"acc-{next(self._numbers)}", "userName": user_name, "active": True}
        self.accounts[account["id"]] = {**account, **attributes}
        return self.accounts[account["id"]]

    def named(self, user_name: str) -> list[Account]:
        return [account for account in self.accounts.values() if account["userName"] == user_name]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        text = (await request.read()).decode("utf-8", "replace")
        about = self._about(request, text)
        self.arrivals.append(
            Arrival(
                time.monotonic(), datetime.now(UTC), request.method, about, str(request.rel_url),
                dict(request.headers), text,
            )
        )  # fmt: skip
        if self.on_arrival is not None:
            await asyncio.to_thread(self.on_arrival, self.arrivals[-1])
        for fault in self.faults:
            if fault.times > 0 and fault.method in ("", request.method) and fault.about in about:
                fault.times -= 1
                return await fault.answer(request, lambda: self._effect(request, text))
        return self._effect(request, text)

    def _about(self, request: web.Request, text: str) -> str:
        if request.method == "POST":
            return str(json.loads(text).get("userName"))
        found = _FILTER.fullmatch(request.query.get("filter", ""))
        if found:
            return str(json.loads(f'"{found[1]}"'))
        account = self.accounts.get(_id_in(request), {})
        return str(account.get("userName", _id_in(request)))

    def _effect(self, request: web.Request, text: str) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return error(401, "the token is not known here")
        account_id = _id_in(request)
        if account_id and account_id not in self.accounts:
            return error(404, f"there is no user {account_id}")
        match request.method, account_id:
            case "POST", "":
                return self._create(json.loads(text))
            case "GET", "":
                return self._list(request)
            case "GET", _:
                return document(200, self.accounts[account_id])
            case "PATCH", _:
                return self._patch(self.accounts[account_id], json.loads(text))
            case "DELETE", _:
                del self.accounts[account_id]
                return web.Response(status=204)
        return error(405, "not here")

    def _create(self, body: Account) -> web.Response:
        if self._holders(body["userName"]):
            return error(409, "userName is taken", "uniqueness")
        return document(201, self.add(body["userName"], **{k: v for k, v in body.items() if k != "userName"}))

    def _list(self, request: web.Request) -> web.Response:
        found = list(self.accounts.values())
        if wanted := _FILTER.fullmatch(request.query.get("filter", "")):
            found = self._holders(json.loads(f'"{wanted[1]}"'))
        start = int(request.query.get("cursor") or request.query.get("startIndex", 1))
        page = found[start - 1 : start - 1 + min(int(request.query.get("count", 100)), self.most_a_page)]
        if "cursor" in request.query and start + len(page) <= len(found):
            return listed(len(found), page, nextCursor=str(start + len(page)))
        return listed(len(found), page)

    def _holders(self, user_name: str) -> list[Account]:
        return [a for a in self.accounts.values() if a["userName"].casefold() == user_name.casefold()]

    def _patch(self, account: Account, body: dict[str, Any]) -> web.Response:
        for operation in body["Operations"]:
            put(account, operation["path"], operation["value"])
        return document(200, account)


def put(account: Account, path: str, value: object) -> None:
    """Write one value at a path such as `active`, `name.givenName` or `emails[type eq "work"].value`."""
    found = _PATH.fullmatch(path)
    assert found is not None, path
    name, kind, part = found.groups()
    if kind:
        elements = account.setdefault(name, [])
        element = next((element for element in elements if element.get("type") == kind), None)
        if element is None:
            elements.append(element := {"type": kind})
        element[part] = value
    elif part:
        account.setdefault(name, {})[part] = value
    else:
        account[name] = {"True": True, "False": False}.get(str(value), value) if name == "active" else value


def document(status: int, body: object) -> web.Response:
    return web.json_response(body, status=status, content_type="application/scim+json")


def error(status: int, detail: str, scim_type: str | None = None) -> web.Response:
    more = {} if scim_type is None else {"scimType": scim_type}
    return document(status, {"schemas": [ERROR_URN], "status": str(status), "detail": detail} | more)


def listed(total: int | None, resources: list[Account], **more: object) -> web.Response:
    counted = {} if total is None else {"totalResults": total}
    return document(200, {"schemas": [LIST_URN], **counted, "startIndex": 1, "Resources": resources, **more})


def replies(body: object, status: int = 200) -> Answer:
    """This JSON, without any effect."""

    async def answer(_request: web.Request, _effect: Effect) -> web.StreamResponse:
        return document(status, body)

    return answer


def rewrites(change: Callable[[Any], Any]) -> Answer:
    """The right effect, and what `change` makes of the right JSON."""

    async def answer(_request: web.Request, effect: Effect) -> web.StreamResponse:
        response = effect()
        assert isinstance(response.body, bytes)
        return document(response.status, change(json.loads(response.body)))

    return answer


def answers(status: int, detail: str = "it is broken on purpose", **headers: str) -> Answer:
    """An error of SCIM, without any effect."""

    async def answer(_request: web.Request, _effect: Effect) -> web.StreamResponse:
        response = error(status, detail)
        response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return response

    return answer


def asks_to_wait_until(status: int, moment: datetime) -> Answer:
    """Retry-After as an HTTP date, which has whole seconds."""
    assert moment.microsecond == 0
    return answers(status, "too busy", Retry_After=format_datetime(moment, usegmt=True))


def whole_seconds_from_now(seconds: int) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def says(body: bytes, status: int = 200, content_type: str = "text/html", **headers: str) -> Answer:
    """These bytes, without any effect."""

    async def answer(_request: web.Request, _effect: Effect) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, body=body, content_type=content_type, headers=named)

    return answer


def garbles(make: Callable[[bytes], bytes], status: int = 201) -> Answer:
    """The right effect, and what `make` makes of the right body."""

    async def answer(_request: web.Request, effect: Effect) -> web.StreamResponse:
        body = effect().body
        assert isinstance(body, bytes)
        return web.Response(status=status, body=make(body), content_type="application/scim+json")

    return answer


def gzip_bomb(megabytes: int) -> bytes:
    return gzip.compress(b" " * (megabytes << 20))


async def hangs_up_before(request: web.Request, _effect: Effect) -> web.StreamResponse:
    """The connection ends without an answer, and nothing was done."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def hangs_up_after(request: web.Request, effect: Effect) -> web.StreamResponse:
    """The connection ends without an answer, though it was done."""
    effect()
    return await hangs_up_before(request, effect)


def hangs(seconds: float) -> Answer:
    """Nothing comes for so long; then it is done and answered, whoever still listens."""

    async def answer(_request: web.Request, effect: Effect) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return effect()

    return answer


def takes(seconds: float) -> Answer:
    """It is done at once, and answered so much later."""

    async def answer(_request: web.Request, effect: Effect) -> web.StreamResponse:
        response = effect()
        await asyncio.sleep(seconds)
        return response

    return answer


def does_first(action: Callable[[], object]) -> Answer:
    """Something happens elsewhere while the request is under way."""

    async def answer(_request: web.Request, effect: Effect) -> web.StreamResponse:
        await asyncio.to_thread(action)
        return effect()

    return answer


def redirects(to: str, status: int = 307) -> Answer:
    return answers(status, "it has moved", Location=to)


def lists(resources: Callable[[], list[Account]], total: Callable[[], int]) -> Answer:
    """A list that says what it likes."""

    async def answer(_request: web.Request, _effect: Effect) -> web.StreamResponse:
        return listed(total(), resources())

    return answer


@contextmanager
def faulty_target() -> Iterator[FaultyTarget]:
    """A target on a free port of loopback, ended at the end."""
    target = FaultyTarget()
    ready = threading.Event()
    loop = asyncio.new_event_loop()

    async def start() -> web.AppRunner:
        application = web.Application(client_max_size=50 << 20)
        application.router.add_route("*", "/{path:.*}", target.handle)
        runner = web.AppRunner(application, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        target.url = f"http://{host}:{port}"
        return runner

    def run() -> None:
        asyncio.set_event_loop(loop)
        runner = loop.run_until_complete(start())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield target
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


def _id_in(request: web.Request) -> str:
    return unquote(request.path.removeprefix("/scim/v2/Users").strip("/"))
