"""How does a test get a mail server? A real one on loopback, in a thread of its own, that says what it is told to."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class MailServerThatSays:
    """Takes what it is sent; a recipient in `refused` is answered so instead."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """To whom, and about what."""
        return [(str(message["To"]), str(message["Subject"]).strip()) for message in self.taken]


@contextmanager
def mail_server() -> Iterator[MailServerThatSays]:
    """A mail server on a free port of loopback, ended at the end."""
    handler, loop, ready = MailServerThatSays(), asyncio.new_event_loop(), threading.Event()

    async def start() -> asyncio.Server:
        server = await loop.create_server(lambda: SMTP(handler, loop=loop), "127.0.0.1", 0)
        handler.port = server.sockets[0].getsockname()[1]
        return server

    def run() -> None:
        asyncio.set_event_loop(loop)
        server = loop.run_until_complete(start())
        ready.set()
        loop.run_forever()
        server.close()
        loop.run_until_complete(server.wait_closed())
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield handler
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
