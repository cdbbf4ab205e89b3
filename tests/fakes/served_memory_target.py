"""How does an engine in another process get at the target in memory? It is served on loopback, from a thread."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web

from fakes.memory_target import MemoryTarget
from instep.rules.health.outcomes import Answer, Outcome


class ServedMemoryTarget:
    """A target on a free port; `target` may be another one from one moment to the next."""

    def __init__(self) -> None:
        self.target = MemoryTarget()
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._under_way = 0

    def drain(self) -> None:
        """Wait until whatever a killed process had sent is through: its connections are closed by then."""
        asyncio.run_coroutine_threadsafe(self._drained(), self._loop).result(60)

    async def _drained(self) -> None:
        assert self._runner is not None
        assert self._runner.server is not None
        while self._runner.server.connections or self._under_way:  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self._under_way += 1
        try:
            outcome = await _outcome(self.target, request)
        finally:
            self._under_way -= 1
        assert isinstance(outcome, Answer)
        return web.Response(status=outcome.status, body=outcome.body, content_type=outcome.content_type)

    async def start(self) -> str:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self.handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/scim/v2"

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve it, and yield its Tenant URL."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        yield asyncio.run_coroutine_threadsafe(self.start(), self._loop).result(20)
        assert self._runner is not None
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join(20)
        self._loop.close()


async def _outcome(target: MemoryTarget, request: web.Request) -> Outcome:
    _, endpoint, resource_id = f"{request.path.removeprefix('/scim/v2')}//".split("/")[:3]
    door = target.groups if endpoint == "Groups" else target
    body = await request.read()
    match request.method, resource_id:
        case "GET", "":
            query = request.query
            start, count = int(query.get("startIndex", 1)), int(query.get("count", 1000))
            return await door.search(query.get("filter"), start, count)
        case "GET", _ if endpoint == "Groups" and "excludedAttributes" not in request.query:
            return await target.groups.read_whole(resource_id)
        case "GET", _:
            return await door.read(resource_id)
        case "POST", _:
            return await door.create(body)
        case "PATCH", _:
            return await door.patch(resource_id, body)
        case "PUT", _:
            return await door.replace(resource_id, body, request.headers.get("If-Match"))
        case _:
            return await door.delete(resource_id)
