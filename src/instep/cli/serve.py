"""The command `instep serve`: the service that lets the accounts follow the directory from then on."""

import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from instep.cli.directory import (
    DatabaseOption,
    DataOption,
    JsonOption,
    open_directory,
    print_json,
    say,
    say_on_stderr,
    use_database,
)
from instep.cli.places import (
    LOOPBACK,
    CannotServe,
    Place,
    is_for_others,
    is_loopback,
    listen,
    name_of,
    places_of,
    site_of,
)
from instep.cli.working import log_to_stderr

if TYPE_CHECKING:
    from instep.wiring import Instep

CONSOLE = "instep.console.app:create_app"  # by name: the skins do not know each other
API = "instep.api.app:api_routes"
INBOUND = "instep.inbound.routes:inbound_routes"
MONITORING = "instep.monitoring.routes:Monitoring"
REQUESTS_END_WITHIN_SECONDS = 3
_NEEDS_POSTGRESQL = (
    "Several processes share a PostgreSQL database, and none is given: --database postgresql://USER@HOST/NAME. On "
    "SQLite one process serves and runs the cycles: leave --role away."
)


class Role(StrEnum):
    """What a process of `instep serve` does."""

    ALL = "all"
    API = "api"
    WORKER = "worker"


def serve(
    *,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Of plain HTTP; 0 takes a free one.", show_default="8480")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; on any but a loopback address it speaks HTTPS.")
    ] = LOOPBACK,
    https_port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Port of HTTPS; with --port, beside plain HTTP on loopback.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file with the certificate for HTTPS; else it makes its own.")
    ] = None,
    key: Annotated[Path | None, typer.Option(help="PEM file with the key of the certificate.")] = None,
    role: Annotated[
        Role, typer.Option(help="api: the admin center and the API; worker: the cycles; of several on one PostgreSQL.")
    ] = Role.ALL,
    database: DatabaseOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Serve the admin center and the API, and run every started job: after its interval, or when the directory changes.

    The cycles run in a process of their own, which is started again should it end. GET /healthz answers 200 while
    the database can be read and that process works, else 503; /readyz and /metrics are for monitors. As long as nobody
    can sign in, a one-time link is printed that makes the first administrator.
    """
    if (certificate is None) != (key is None):
        raise typer.BadParameter("Give both or none.", param_hint="--certificate and --key")
    use_database(database)
    pair = None if certificate is None or key is None else (certificate, key)
    try:
        allowed = _allowed_unless_set(host)
        with open_directory(data, allowed) as instep, ExitStack() as stack:
            if role is not Role.ALL and instep.settings.database is None:
                raise typer.BadParameter(_NEEDS_POSTGRESQL, param_hint="--role")
            command = _worker_command(instep.settings.data_directory, allowed)
            if role is Role.WORKER:
                log_to_stderr()
                _serve_no_one(command, json=json)
                return
            listening = _listening(stack, places_of(host, port, https_port))
            security, own = _security(instep, [place for place, _ in listening if place.is_secure], pair)
            sites = [site_of(place, listener.getsockname()[1]) for place, listener in listening]
            served = instep if is_loopback(host) else _known_as(instep, sites[0])
            link = _first_sign_in(instep, served.settings.console_url or sites[0])
            log_to_stderr()
            _serve(
                served,
                listening,
                security,
                command if role is Role.ALL else None,
                lambda: _announce(sites, own, link, "json" if json else "text"),
            )
    except CannotServe as reason:
        say_on_stderr(str(reason))
        raise typer.Exit(1) from None


def _listening(stack: ExitStack, places: Sequence[Place]) -> list[tuple[Place, socket.socket]]:
    return [(place, stack.enter_context(listen(place))) for place in places]


def _known_as(instep: "Instep", site: str) -> "Instep":
    """The installation as others reach it, if it is not said how."""
    public = instep.settings.console_url or site
    return replace(instep, settings=instep.settings.model_copy(update={"console_url": public}))


def _security(
    instep: "Instep", secure: Sequence[Place], pair: tuple[Path, Path] | None
) -> tuple[ssl.SSLContext | None, Path | None]:
    """TLS where it is spoken, and the file of the certificate if it is its own."""
    from instep.cli.certificate import given_certificate, own_certificate

    if not secure:
        return None, None
    if pair is not None:
        return given_certificate(*pair), None
    public = urlsplit(instep.settings.console_url or "").hostname
    names = (*(name_of(place.host) for place in secure), *((public,) if public else ()))
    return own_certificate(instep.settings.data_directory, names, instep.clock())


def _serve(
    instep: "Instep",
    listening: Sequence[tuple[Place, socket.socket]],
    security: ssl.SSLContext | None,
    worker_command: Sequence[str] | None,
    announce: Callable[[], None],
) -> None:
    import uvicorn
    from uvicorn.importer import import_from_string

    from instep.runtime.supervision import Supervisor, health_elsewhere

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            # Uvicorn knows one kind of socket at a time, so that it is asked once for each.
            await super().startup([listener for place, listener in listening if not place.is_secure])
            plain, self.config.ssl = self.servers, security
            await super().startup([listener for place, listener in listening if place.is_secure])
            self.servers = plain + self.servers
            if self.started:
                monitoring.prepare()
                announce()

    supervisor = None if worker_command is None else Supervisor(worker_command)
    try:
        health = health_elsewhere if supervisor is None else supervisor.health
        app: Any = import_from_string(CONSOLE)(instep, health)
        monitoring = import_from_string(MONITORING)(instep, health)
        programs = [*import_from_string(API)(instep), *import_from_string(INBOUND)(instep)]
        app.router.routes[:0] = [*monitoring.routes(), *programs]
        server = Server(
            uvicorn.Config(
                monitoring.counting(app, app.router.routes),
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=REQUESTS_END_WITHIN_SECONDS,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):  # also once uvicorn, at its end, gives a signal back
            signal.signal(number, server.handle_exit)
        server.run([listener for _, listener in listening])
    finally:
        if supervisor is not None:
            supervisor.stop()


def _serve_no_one(worker_command: Sequence[str], *, json: bool) -> None:
    """Keep a worker alive until told to stop."""
    from instep.runtime.supervision import Supervisor

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    supervisor = Supervisor(worker_command)
    try:
        if json:
            print_json({"role": Role.WORKER.value})
        else:
            say("A worker runs the cycles.")
        sys.stdout.flush()
        while not stopped.wait(1.0):  # in portions, so that a signal is heard at once
            continue
    finally:
        supervisor.stop()


def _worker_command(directory: Path, allowed: str | None) -> list[str]:
    command = [sys.executable, "-m", "instep.cli.main", "worker", "--data", str(directory)]
    return command if allowed is None else [*command, "--allowed-unless-set", allowed]


def _allowed_unless_set(host: str) -> str | None:
    """Targets of this machine are for who works at it: where others reach the console, they have to be listed."""
    from instep.settings import Settings

    return "" if is_for_others(host, Settings().console_url) else None


def _first_sign_in(instep: "Instep", url: str) -> str | None:
    """Return where somebody becomes the first administrator; None where there is one."""
    from instep.access.links import link_address
    from instep.admin.access.welcoming import first_link

    secret = first_link(instep.access)
    return None if secret is None else link_address(instep.settings.console_url or url, secret)


def _announce(sites: Sequence[str], own_certificate: Path | None, link: str | None, form: str) -> None:
    if form == "json":
        more = {} if own_certificate is None else {"certificate": str(own_certificate)}
        first = {} if link is None else {"first_sign_in": link}
        print_json({"url": sites[0], "urls": list(sites), "healthz": f"{sites[0]}/healthz", **more, **first})
    else:
        say(f"Instep is served at {' and '.join(sites)}")
        if own_certificate is not None:
            say(f"Its certificate is its own: clients that are to trust it need {own_certificate}")
        if link is not None:
            say("Nobody can sign in yet. Whoever opens this, within 7 days, becomes the first Global Administrator:")
            say(f"  {link}")
    sys.stdout.flush()
