"""On which addresses and ports does the tenant listen, and where does it speak HTTPS?"""

import ipaddress
import socket
from dataclasses import dataclass

from proxyclick.cli.refusals import CannotDo
from proxyclick.settings import DEFAULT_HOST, DEFAULT_PORT, Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to listen; port 0 is any that is free."""

    host: str
    port: int
    is_secure: bool


def places_of(settings: Settings) -> list[Place]:
    """Where to listen, HTTPS first. Plain HTTP is for loopback only: a Secret Token does not travel in the clear.

    Raises CannotDo for a host that is neither a network address nor the name of one.
    """
    host, port = settings.host, settings.port
    if _is_loopback(host):
        secure = [] if settings.https_port is None else [Place(host, settings.https_port, True)]
        plain = [Place(host, DEFAULT_PORT if port is None else port, False)] if port is not None or not secure else []
        return secure + plain
    if settings.https_port is None:
        return [Place(host, DEFAULT_PORT if port is None else port, True)]
    beside = [] if port is None else [Place(DEFAULT_HOST, port, False)]
    return [Place(host, settings.https_port, True), *beside]


def site_of(place: Place, port: int) -> str:
    """The start of every address of a tenant that listens there."""
    name = name_of(place.host)
    scheme = "https" if place.is_secure else "http"
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def name_of(host: str) -> str:
    """By what name others reach a host: 0.0.0.0 and :: are all of this machine's addresses, and no name."""
    try:
        return socket.gethostname() if ipaddress.ip_address(host).is_unspecified else host
    except ValueError:
        return host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotDo(
            f"{host} is no address of this machine: {error.strerror}. Give --host an address, or a name that has one."
        ) from None
    return False
