"""Is the very address that is connected to one that may be? It is judged as the connection is made, not before."""

import errno
import socket
import ssl
from collections.abc import Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

from instep.connectors.outbound.allowed_targets import AllowedTargets
from instep.connectors.outbound.network_addresses import Kind, connected_address, kind_of
from instep.connectors.outbound.web_addresses import WebAddress

_NAMES_ARE_KEPT_SECONDS = 60


def guarded_connector(
    web: WebAddress, allowed: AllowedTargets, connections: int, resolver: AbstractResolver | None = None
) -> aiohttp.TCPConnector:
    """Return what connects to one host, and only to those of its addresses that are allowed.

    A name is looked up once for a connection, and the socket is made for the address that was judged: whoever answers
    otherwise the second time a name is looked up (DNS rebinding) is judged by what they answer then.
    """

    def judged_socket(info: Sequence[Any]) -> socket.socket:
        family, kind, protocol, _, place = info
        if (reason := _why_not(web, allowed, str(place[0]))) is not None:
            raise OSError(errno.EACCES, reason)
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(
        limit=connections,
        ssl=_tls() if web.scheme == "https" else True,
        ttl_dns_cache=_NAMES_ARE_KEPT_SECONDS,
        resolver=resolver,
        socket_factory=judged_socket,
    )


def _why_not(web: WebAddress, allowed: AllowedTargets, text: str) -> str | None:
    address = connected_address(text)
    if web.scheme == "http" and kind_of(address) is not Kind.LOOPBACK:
        return f"{address} is not this machine, and only there is plain http:// spoken"
    return allowed.why_not_address(web.host, web.port, address)


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
