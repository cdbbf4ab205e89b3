"""What stands between the engine and a real target, and breaks what passes, as it is told?

A proxy on a port of its own, for HTTP or HTTPS, that takes one request a connection. Unless told otherwise it hands
each to the target and its answer back.
"""

import asyncio
import contextlib
import json
import re
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came."""

    method: str
    path: str
    headers: Headers
    body: bytes

    @property
    def raw(self) -> bytes:
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Handling:
    """What a fault may do with a request: hand it on, write to whoever asked, or end the connection."""

    request: Request
    forward: Callable[[], Awaitable[bytes]]
    writer: asyncio.StreamWriter

    async def answer(self, raw: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            self.writer.write(raw)
            await self.writer.drain()

    def reset(self) -> None:
        """End it as a crashed peer does: with RST."""
        connection = self.writer.get_extra_info("socket")
        if connection is not None:
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writer.transport.abort()

    async def gone(self) -> None:
        """Wait until whoever asked gives up, or half a minute."""
        transport = self.writer.transport
        for _ in range(600):
            if transport.is_closing():
                return
            await asyncio.sleep(0.05)


Fault = Callable[[Handling], Awaitable[None]]


@dataclass(slots=True)
class Strike:
    """The next `times` requests that match meet the fault, after they had their effect or instead of it."""

    fault: Fault
    matches: Callable[[Request], bool]
    times: int = 1


@dataclass(slots=True)
class Seen:
    """One request, with the status of the target's own answer; None where it did not get there."""

    request: Request
    status: int | None = None


@dataclass
class FaultProxy:
    """The proxy; `url` has the path of the target's."""

    target_url: str
    scheme: str = "http"
    certificate: Callable[[], ssl.SSLContext] | None = None
    strikes: list[Strike] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: asyncio.Server | None = None
    _blocked: list[socket.socket] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}{urlsplit(self.target_url).path}"

    def writes(self, method: str, about: str) -> list[Seen]:
        return [each for each in self.seen if each.request.method == method and re.search(about, each.request.path)]

    def refuse(self) -> None:
        """Nobody listens any more."""
        self._run(self.refuse_now())

    async def refuse_now(self) -> None:
        """The same, within the proxy."""
        await self._close()

    def hang(self) -> None:
        """Whoever connects waits: the queue of those who want to is full."""
        self._run(self.hang_now())

    async def hang_now(self) -> None:
        """The same, within the proxy."""
        await self._close()
        await self._fill_the_queue()

    def heal(self) -> None:
        """Everything passes again."""
        self.strikes.clear()
        for blocked in self._blocked:
            blocked.close()
        self._blocked.clear()
        if self._server is None:
            self._run(self._listen())

    def _run(self, coroutine: "Awaitable[None]") -> None:
        asyncio.run_coroutine_threadsafe(_awaited(coroutine), self._loop).result(30)

    async def _listen(self) -> None:
        context = self.certificate() if self.certificate is not None else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _end(self) -> None:
        """Close, and end whoever is still being answered."""
        await self._close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _fill_the_queue(self) -> None:
        full = socket.socket()
        full.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        full.bind(("127.0.0.1", self.port))
        full.listen(0)
        self._blocked.append(full)
        for _ in range(3):
            waiting = socket.socket()
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", self.port))
            self._blocked.append(waiting)
        await asyncio.sleep(0.05)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await self._handle(await _read_request(reader), writer)
        finally:
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                writer.close()

    async def _handle(self, request: Request, writer: asyncio.StreamWriter) -> None:
        seen = Seen(request)
        self.seen.append(seen)

        async def forward() -> bytes:
            answer = await self._forwarded(request)
            seen.status = int(answer.split(b" ", 2)[1])
            return answer

        handling = Handling(request, forward, writer)
        strike = next((each for each in self.strikes if each.times > 0 and each.matches(request)), None)
        if strike is None:
            await handling.answer(await forward())
            return
        strike.times -= 1
        await strike.fault(handling)

    async def _forwarded(self, request: Request) -> bytes:
        parts = urlsplit(self.target_url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        headers = request.headers | {"Host": parts.netloc, "Connection": "close"}
        writer.write(Request(request.method, request.path, headers, request.body).raw)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer


async def _awaited(coroutine: "Awaitable[None]") -> None:
    await coroutine


async def _read_request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = int(next((value for name, value in headers.items() if name.lower() == "content-length"), "0"))
    return Request(method, path, headers, await reader.readexactly(length))


def said(status: int, body: object = None, headers: Headers | None = None, content: bytes | None = None) -> bytes:
    """An answer as it goes over the wire: of JSON, or of these bytes."""
    raw = content if content is not None else b"" if body is None else json.dumps(body).encode()
    named = {"Content-Type": "application/scim+json", "Content-Length": str(len(raw)), "Connection": "close"}
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in (named | (headers or {})).items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw


@contextmanager
def fault_proxy(target_url: str, certificate: Callable[[], ssl.SSLContext] | None = None) -> Iterator[FaultProxy]:
    """A proxy before a target; with a certificate it speaks HTTPS."""
    proxy = FaultProxy(target_url, "https" if certificate is not None else "http", certificate)
    thread = threading.Thread(target=proxy._loop.run_forever, name="fault proxy")
    thread.start()
    try:
        proxy._run(proxy._listen())
        yield proxy
    finally:
        proxy.heal()
        proxy._run(proxy._end())
        proxy._loop.call_soon_threadsafe(proxy._loop.stop)
        thread.join()
        proxy._loop.close()
