"""How do the usual SCIM requests get from a connection to their endpoint with as little between as there can be?

uvicorn's connection reads them and keeps all its promises: pipelining, keep-alive, an end in peace. What it does for
every application, a task and the messages of ASGI, costs more than answering does. It is left out for a request to a
path that the table of endpoints knows, whose body is small and of a length told in advance. Any other request takes
the way through ASGI to the same endpoint (docs/decisions/0125-the-short-way-of-a-request.md).
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from proxyclick.scim_api.dispatch import DirectRouter
from proxyclick.scim_api.endpoint import Endpoint
from proxyclick.scim_api.requests import ScimRequest, ScimResponse, first_values

_CLOSE = (b"connection", b"close")
_METHODS = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE"})
_LONGEST_LENGTH = 5  # digits; a body of more than 99,999 bytes is read with a limit, in pieces


class _Nobody:
    """Who would wait for the rest of a request by ASGI."""

    def set(self) -> None:
        """Says that there is more, or that the client has gone."""


_NOBODY = _Nobody()


class _Direct:
    """One request under way, which uvicorn may ask what it asks of those that go by ASGI."""

    __slots__ = (
        "_answering",
        "_connection",
        "_endpoint",
        "_request",
        "body",
        "disconnected",
        "keep_alive",
        "message_event",
        "response_complete",
    )

    def __init__(self, connection: "ScimConnection", endpoint: Endpoint, request: ScimRequest) -> None:
        self._connection, self._endpoint, self._request = connection, endpoint, request
        self._answering: Coroutine[Any, None, ScimResponse | None]
        self.body = b""
        self.response_complete = self.disconnected = False
        self.keep_alive = True
        self.message_event = _NOBODY

    def begin(self) -> None:
        """Answers at once what waits for nothing, and anything else when what it waits for is there."""
        self._request.content = self.body
        self._answering = self._endpoint.answer(self._request)
        self._go_on()

    def _go_on(self, _: object = None) -> None:
        """Takes the answering on to where it has to wait: as a task would, for a fraction of the cost.

        There is no task that could be cancelled, or asked for: what answers may wait for futures and pauses only.
        """
        try:
            waits_for: asyncio.Future[object] | None = self._answering.send(None)
        except StopIteration as done:
            self._answer(done.value)
        else:
            if waits_for is None:
                self._connection.loop.call_soon(self._go_on)
            else:
                waits_for.add_done_callback(self._go_on)

    def _answer(self, response: ScimResponse | None) -> None:
        self.response_complete = True
        if response is not None:
            self._connection.answer(response, keep_alive=self.keep_alive)


class ScimConnection(HttpToolsProtocol):
    """A connection of uvicorn that answers what it can without ASGI; for an application that is a DirectRouter."""

    def on_message_begin(self) -> None:
        """Begins a request; what only ASGI needs waits until it is known to be needed."""
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        """Chooses the way of a request, once its headers are there."""
        direct = self._direct()
        if direct is None:
            self._by_asgi()
        else:
            self.cycle = direct  # type: ignore[assignment]

    def on_body(self, body: bytes) -> None:
        """Takes a piece of the body."""
        cycle: Any = self.cycle
        if type(cycle) is _Direct:
            cycle.body += body
        else:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Answers, or begins to: a read is answered before this returns."""
        cycle: Any = self.cycle
        if type(cycle) is _Direct:
            cycle.begin()
        else:
            super().on_message_complete()

    def answer(self, response: ScimResponse, *, keep_alive: bool) -> None:
        """Writes a whole answer at once, if its client is still there, and is ready for the next request."""
        if self.transport.is_closing():
            return
        lines = [b"%b: %b\r\n" % header for header in (*self.server_state.default_headers, *response.headers)]
        keep_alive = keep_alive and _CLOSE not in response.headers
        if not keep_alive and _CLOSE not in response.headers:
            lines.append(b"connection: close\r\n")
        self.transport.write(b"".join((STATUS_LINE[response.status], *lines, b"\r\n", response.body)))
        if not keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _direct(self) -> "_Direct | None":
        """The request if it is a usual one; one at a time, and none for who does not read what was answered."""
        parser, before = self.parser, self.cycle
        if (before is not None and not before.response_complete) or self.flow.write_paused:
            return None
        if self.expect_100_continue or not parser.should_keep_alive() or parser.should_upgrade():
            return None
        method, (path, _, query) = parser.get_method(), self.url.partition(b"?")
        if method not in _METHODS or not self.url.isascii() or b"%" in path or b"#" in self.url:
            return None
        headers = first_values(self.headers)
        if b"transfer-encoding" in headers or len(headers.get(b"content-length", b"")) > _LONGEST_LENGTH:
            return None
        text = path.decode()
        found = self.app.direct(text) if isinstance(self.app, DirectRouter) else None
        if found is None:
            return None
        endpoint, resource_id = found
        return _Direct(self, endpoint, ScimRequest(method.decode(), text, query, resource_id, headers, b""))

    def _by_asgi(self) -> None:
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)
        super().on_headers_complete()
