"""Is this text the address of a web service, written in the one way that every program understands alike?

What two programs read differently is how a check is led past: so no other spelling is taken, rather than understood.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import unquote, urlsplit

from instep.connectors.outbound.allowed_targets import HTTPS_PORT, AllowedTargets
from instep.connectors.outbound.network_addresses import Address, Kind, kind_of

LONGEST = 2_048
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # what ends so is an address for who reads generously (WHATWG URL, 3.5)
_LONGEST_NAME = 253
_CONTROLS = re.compile(r"%(?:[01][0-9a-f]|7f)", re.IGNORECASE)


class AddressRefused(Exception):
    """Why a text is no address that may be asked, as the end of a sentence that begins with it."""


@dataclass(frozen=True, slots=True)
class WebAddress:
    """The parts that decide who is asked; `address` where the host is a network address."""

    scheme: str
    host: str
    port: int
    address: Address | None


def check_web_address(url: str, allowed: AllowedTargets) -> WebAddress:
    """Return the parts of an address that may be asked, as far as can be said before its host is looked up.

    Raises AddressRefused.
    """
    web = read_web_address(url)
    if web.address is not None:
        reason = allowed.why_not_address(web.host, web.port, web.address)
    else:
        reason = allowed.why_not_named(web.host, web.port)
    if reason is not None:
        raise AddressRefused(f"cannot be used: {reason}")
    return web


def read_web_address(url: str) -> WebAddress:
    """Return the parts of an address: HTTPS, or plain HTTP on this machine. Raises AddressRefused."""
    _check_characters(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused(f"is not a URL: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or url[len(parts.scheme) :][:3] != "://":
        raise AddressRefused("must begin with https:// and name a host.")
    if "@" in parts.netloc:
        raise AddressRefused("must not contain a user name or password.")
    if port == 0:
        raise AddressRefused("has the port 0; give the port that the application listens on.")
    if parts.netloc.endswith(":") or re.search(r":0[0-9]*$", parts.netloc):
        raise AddressRefused("has a port that is no whole number; leave it out, or write it without zeros before it.")
    _check_path(parts.path)
    address = _address(parts.netloc, parts.hostname)
    if parts.scheme == "http" and not _is_this_machine(parts.hostname, address):
        raise AddressRefused("must use https://: what is secret would cross the network unencrypted.")
    usual = HTTPS_PORT if parts.scheme == "https" else 80
    return WebAddress(parts.scheme, parts.hostname, port or usual, address)


def _check_characters(url: str) -> None:
    if len(url) > LONGEST:
        raise AddressRefused(f"is longer than {LONGEST} characters.")
    if not url.isprintable() or " " in url:
        raise AddressRefused("has a space or a control character in it. Copy it again, whole.")
    if "\\" in url:
        raise AddressRefused("has a backslash in it; write slashes.")
    if "#" in url:
        raise AddressRefused("must not contain a fragment (#...).")
    if not url.isascii():
        raise AddressRefused(
            "has letters or digits beyond ASCII, which may look like others. Write an international name in its "
            "form for the DNS (xn--...), and other characters with percent signs."
        )


def _check_path(path: str) -> None:
    if _CONTROLS.search(path):
        raise AddressRefused("has a control character behind a percent sign.")
    if any(unquote(segment) in (".", "..") for segment in path.split("/")):
        raise AddressRefused("has '.' or '..' in its path; write where that leads to.")


def _address(netloc: str, host: str) -> Address | None:
    """The host as a network address; None where it is a name."""
    if netloc.startswith("["):
        try:
            address: Address = IPv6Address(host)
        except ValueError:
            address = IPv4Address(0)
        if isinstance(address, IPv4Address) or address.scope_id:
            raise AddressRefused("has no IPv6 address between its brackets.")
        if kind_of(address) is Kind.DISGUISED:
            raise AddressRefused("writes an IPv4 address as one of IPv6; write the IPv4 address itself.")
        return address
    labels = host.split(".")
    if not labels[-1]:
        raise AddressRefused("has a dot at the end of its host; leave it out.")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return ip_address(host)
        except ValueError:
            raise AddressRefused(
                "has a number for its host, but not as four decimal numbers with dots between."
            ) from None
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("has a host that is no name: letters, digits and hyphens with dots between.")
    return None


def _is_this_machine(host: str, address: Address | None) -> bool:
    return host == "localhost" if address is None else address.is_loopback
