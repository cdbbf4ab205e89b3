"""How does a process serve the tenant, from the open port to the clean end?"""

import ipaddress
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

import structlog
import uvicorn

from proxyclick.cli.administering import link_for_first_administrator
from proxyclick.cli.refusals import CannotDo
from proxyclick.people.profiles import PROFILES
from proxyclick.settings import Settings
from proxyclick.store.database import open_database
from proxyclick.store.serving import ServingLock
from proxyclick.wiring import application, tame_collector


@dataclass(frozen=True, slots=True)
class Served:
    """What is told once connections are accepted; `first_link` makes the first administrator, if there is none."""

    site: str
    port: int
    first_link: str | None


Announce = Callable[[Served], None]

_BACKLOG = 2048
_GRACE_SECONDS = 5


def serve_tenant(settings: Settings, announce: Announce) -> None:
    """Serves until SIGTERM or SIGINT. Raises CannotDo or DataDirectoryUnusable."""
    _check_loopback(settings.host)
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    connection = open_database(settings.data)
    with ServingLock(settings.data) as lock, _listening(settings.host, settings.port) as listener:
        port = listener.getsockname()[1]
        site = settings.public_url or site_of(settings.host, port)
        tenant = application(connection, open_database(settings.data), PROFILES[settings.profile.value], site)
        first_link = link_for_first_administrator(connection, site)
        tame_collector()

        def announce_everywhere() -> None:
            lock.announce(site)
            announce(Served(site, port, first_link))

        _Server(_configuration(tenant), announce_everywhere, tenant.close).serve_on(listener)
        tenant.keep_the_rest()
    connection.close()


def site_of(host: str, port: int) -> str:
    """The start of every address of a tenant on this host and port."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Says when it listens, and lets the process end in peace after a signal."""

    def __init__(
        self, configuration: uvicorn.Config, listening: Callable[[], None], ending: Callable[[], None]
    ) -> None:
        super().__init__(configuration)
        self._listening, self._ending = listening, ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to accept connections."""
        await super().startup(sockets)
        self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets go of whoever only looks on, and ends once the others are answered."""
        self._ending()
        await super().shutdown(sockets)

    def serve_on(self, listener: socket.socket) -> None:
        """Serves on a socket until a signal. Uvicorn raises the signal anew at its end, when it has no more to say."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self.run(sockets=[listener])


def _configuration(tenant: object) -> uvicorn.Config:
    return uvicorn.Config(
        tenant,  # type: ignore[arg-type]
        loop="auto",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _check_loopback(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise CannotDo(
            f"{host} is not a loopback address. The tenant speaks plain HTTP, and a Secret Token must not travel in the"
            " clear: serve on 127.0.0.1, and put a proxy with HTTPS in front for others,"
            " whose address --public-url tells."
        )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotDo(
            f"Port {port} of {host} cannot be had: {error.strerror}. Choose another with --port (0 takes a free one)."
        ) from error
    return listener
