"""On which addresses and ports does `instep serve` listen, and where does it speak HTTPS?"""

import errno
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8480
_BACKLOG = 2048


class CannotServe(Exception):
    """Nothing is served; the message says what stands in the way, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to listen; port 0 is any that is free."""

    host: str
    port: int
    is_secure: bool


def places_of(host: str, port: int | None, https_port: int | None) -> list[Place]:
    """Return where to listen, HTTPS first. Plain HTTP is for loopback only: passwords do not travel in the clear.

    Raises CannotServe for a host that is neither a network address nor the name of one.
    """
    if is_loopback(host):
        secure = [] if https_port is None else [Place(host, https_port, True)]
        plain = [Place(host, DEFAULT_PORT if port is None else port, False)] if port is not None or not secure else []
        return secure + plain
    if https_port is None:
        return [Place(host, DEFAULT_PORT if port is None else port, True)]
    beside = [] if port is None else [Place(LOOPBACK, port, False)]
    return [Place(host, https_port, True), *beside]


def listen(place: Place) -> socket.socket:
    """Return an open port. Raises CannotServe."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((place.host, place.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        option = "--https-port" if place.is_secure else "--port"
        if error.errno == errno.EADDRINUSE:
            why = f"The port {place.port} is used by another program."
        else:
            why = f"The port {place.port} of {place.host} cannot be used: {error.strerror}."
        raise CannotServe(f"{why} Choose another with {option}; {option} 0 takes a free one.") from None
    return listener


def site_of(place: Place, port: int) -> str:
    """Return the start of every address at a place."""
    name, scheme = name_of(place.host), "https" if place.is_secure else "http"
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def name_of(host: str) -> str:
    """Return by what name others reach a host: 0.0.0.0 and :: are all of this machine's addresses, and no name."""
    try:
        return socket.gethostname() if ipaddress.ip_address(host).is_unspecified else host
    except ValueError:
        return host


def is_for_others(host: str, public_url: str | None) -> bool:
    """Return whether more than this machine reaches what is served: itself, or by a proxy. Raises CannotServe."""
    public = urlsplit(public_url or "").hostname
    return not is_loopback(host) or (public is not None and not _is_this_machine(public))


def _is_this_machine(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a host. Raises CannotServe for what is none of its addresses."""
    if _is_this_machine(host):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return False
    try:
        socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise CannotServe(
            f"{host} is no address of this machine: {error.strerror}. Give --host an address, or a name that has one."
        ) from None
    return False
