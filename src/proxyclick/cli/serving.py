"""How does a process serve the tenant, from the open port to the clean end?"""

import signal
import socket
import ssl
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import structlog
import uvicorn

from proxyclick.cli.administering import link_for_first_administrator
from proxyclick.cli.certificate import given_certificate, own_certificate
from proxyclick.cli.places import Place, name_of, places_of, site_of
from proxyclick.cli.refusals import CannotDo
from proxyclick.clock import system_clock
from proxyclick.people.profiles import PROFILES
from proxyclick.scim_api.connections import ScimConnection
from proxyclick.settings import Settings
from proxyclick.store.database import open_database
from proxyclick.store.serving import ServingLock
from proxyclick.wiring import application, tame_collector


@dataclass(frozen=True, slots=True)
class Served:
    """What is told once connections are accepted; `first_link` makes the first administrator, if there is none.

    `sites` are where it listens, and the first is where links lead. `own_certificate` is None for one that was given.
    """

    sites: Sequence[str]
    port: int
    own_certificate: Path | None
    first_link: str | None


Announce = Callable[[Served], None]

_BACKLOG = 2048
_GRACE_SECONDS = 5


def serve_tenant(settings: Settings, announce: Announce) -> None:
    """Serves until SIGTERM or SIGINT. Raises CannotDo or DataDirectoryUnusable."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    connection = open_database(settings.data)
    with ExitStack() as stack:
        lock = stack.enter_context(ServingLock(settings.data))
        places = [(place, stack.enter_context(_listening(place))) for place in places_of(settings)]
        security, own_certificate = _security(settings, [place.host for place, _ in places if place.is_secure])
        sites = [site_of(place, listener.getsockname()[1]) for place, listener in places]
        site = settings.public_url or sites[0]
        tenant = application(connection, open_database(settings.data), PROFILES[settings.profile.value], site)
        first_link = link_for_first_administrator(connection, site)
        tame_collector()

        def announce_everywhere() -> None:
            lock.announce(site)
            announced = [settings.public_url] if settings.public_url else sites
            announce(Served(announced, places[0][1].getsockname()[1], own_certificate, first_link))

        plain = [listener for place, listener in places if not place.is_secure]
        secure = [listener for place, listener in places if place.is_secure]
        _Server(_configuration(tenant), announce_everywhere, tenant.close, security).serve_on(plain, secure)
        tenant.keep_the_rest()
    connection.close()


class _Server(uvicorn.Server):
    """Says when it listens, and lets the process end in peace after a signal."""

    def __init__(
        self,
        configuration: uvicorn.Config,
        listening: Callable[[], None],
        ending: Callable[[], None],
        security: ssl.SSLContext | None,
    ) -> None:
        super().__init__(configuration)
        self._listening, self._ending, self._security = listening, ending, security
        self._secure: list[socket.socket] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to accept connections: Uvicorn knows one kind at a time, so that it is asked once for each."""
        await super().startup(sockets)
        plain = self.servers
        self.config.ssl = self._security
        await super().startup(self._secure)
        self.servers = plain + self.servers
        self._listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets go of whoever only looks on, and ends once the others are answered."""
        self._ending()
        await super().shutdown(sockets)

    def serve_on(self, plain: list[socket.socket], secure: list[socket.socket]) -> None:
        """Serves on sockets until a signal. Uvicorn raises the signal anew at its end, when it has no more to say."""
        self._secure = secure
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        self.run(sockets=plain)


def _configuration(tenant: object) -> uvicorn.Config:
    return uvicorn.Config(
        tenant,  # type: ignore[arg-type]
        loop="auto",
        http=ScimConnection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _security(settings: Settings, hosts: Sequence[str]) -> tuple[ssl.SSLContext | None, Path | None]:
    """TLS where it is spoken, and the file of the certificate if it is the tenant's own."""
    if not hosts:
        return None, None
    if settings.certificate is not None and settings.key is not None:
        return given_certificate(settings.certificate, settings.key), None
    public = urlsplit(settings.public_url).hostname
    names = (*(name_of(host) for host in hosts), *((public,) if public else ()))
    return own_certificate(settings.data, names, system_clock())


def _listening(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((place.host, place.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        option = "--https-port" if place.is_secure else "--port"
        raise CannotDo(
            f"Port {place.port} of {place.host} cannot be had: {error.strerror}."
            f" Choose another with {option} (0 takes a free one), or another --host."
        ) from error
    return listener
