"""Which places may be connected to: those of the internet, and of others what whoever runs Instep has listed?"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from instep.connectors.outbound.network_addresses import Address, Kind, Network, kind_of

SETTING = "INSTEP_ALLOWED_TARGETS"
LOOPBACK = "loopback"
HTTPS_PORT = 443
_FIRST_FREE_PORT = 1024
_OTHER_SERVICES = frozenset(
    # of other protocols, which a request must not be smuggled into (fetch.spec.whatwg.org, "bad port"), ...
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080}
    # ... and of databases, caches and the control of machines.
    | {1433, 1521, 2375, 2376, 2379, 2380, 3306, 3389, 5432, 5672, 5900, 5984, 5985, 5986, 6379, 6443}
    | {8500, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 27017}
)
_INNER_DOMAINS = frozenset(
    "localhost local localdomain internal intranet lan home corp private home.arpa".split()  # noqa: SIM905
)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})*")
_WITH_PORT = re.compile(r"(?P<place>\[[^\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]{1,5}))?")


class TargetsUnreadable(Exception):
    """What INSTEP_ALLOWED_TARGETS says cannot be read."""


@dataclass(frozen=True, slots=True)
class ListedNetwork:
    """Addresses that are allowed, at one port or all."""

    network: Network
    port: int | None

    def has(self, address: Address, port: int) -> bool:
        """Whether an address is among them."""
        return self.port in (None, port) and address in self.network


@dataclass(frozen=True, slots=True)
class ListedName:
    """A host that is allowed, at one port or all; `*.` before it means every host below."""

    name: str
    port: int | None

    def has(self, host: str, port: int) -> bool:
        """Whether a host is meant."""
        fits = host.endswith(self.name[1:]) if self.name.startswith("*.") else host == self.name
        return fits and self.port in (None, port)


@dataclass(frozen=True, slots=True)
class AllowedTargets:
    """What is listed; places of the internet need not be."""

    networks: tuple[ListedNetwork, ...] = ()
    names: tuple[ListedName, ...] = ()

    def beside(self, host: str) -> "AllowedTargets":
        """Return these and one host, whatever network it is in: of whoever runs Instep, and not of who uses it."""
        more = read_allowed_targets(host)
        if host == "localhost" or any(kind_of(each.network[0]) is Kind.LOOPBACK for each in more.networks):
            more = read_allowed_targets(LOOPBACK)
        return AllowedTargets(self.networks + more.networks, self.names + more.names)

    def why_not_named(self, host: str, port: int) -> str | None:
        """Return why a host may not be asked whatever its address is, as the end of a sentence; None if it may."""
        if any(listed.has(host, port) for listed in self.names):
            return None
        labels = host.split(".")
        if len(labels) == 1 or labels[-1] in _INNER_DOMAINS or ".".join(labels[-2:]) in _INNER_DOMAINS:
            return f"{host} is a name of this machine or of an inner network. {_advice(host)}"
        return _why_not_port(host, port)

    def why_not_address(self, host: str, port: int, address: Address) -> str | None:
        """Return why the address that a host has may not be connected to, likewise; for an address the host is it."""
        kind = kind_of(address)
        if kind is Kind.NOWHERE:
            return f"{address} {kind.value}."
        listed = [each for each in self.networks if each.has(address, port)]
        if any(not kind.is_listed_by_itself or each.network.num_addresses == 1 for each in listed):
            return None
        is_named = any(each.has(host, port) for each in self.names)
        if is_named and kind is not Kind.LOOPBACK and not kind.is_listed_by_itself:
            return None
        if kind is Kind.PUBLIC:
            return _why_not_port(host, port)
        return f"{address} {kind.value}. {_advice(LOOPBACK if kind is Kind.LOOPBACK else str(address))}"


def read_allowed_targets(text: str) -> AllowedTargets:
    """Return what a list allows: `loopback`, addresses, networks and names, with commas or spaces between.

    Raises TargetsUnreadable.
    """
    networks, names = list[ListedNetwork](), list[ListedName]()
    for entry in text.replace(",", " ").split():
        if entry == LOOPBACK:
            networks += [ListedNetwork(IPv4Network("127.0.0.0/8"), None), ListedNetwork(IPv6Network("::1"), None)]
            names.append(ListedName("localhost", None))
            continue
        listed = _listed(entry)
        if isinstance(listed, ListedNetwork):
            networks.append(listed)
        else:
            names.append(listed)
    return AllowedTargets(tuple(networks), tuple(names))


def _listed(entry: str) -> ListedNetwork | ListedName:
    if (network := _network(entry)) is not None:
        return ListedNetwork(network, None)
    parts = _WITH_PORT.fullmatch(entry)
    port = None if parts is None or parts["port"] is None else int(parts["port"])
    if parts is None or (port is not None and not 1 <= port <= 65_535):
        raise _unreadable(entry)
    place = parts["place"].removeprefix("[").removesuffix("]").lower()
    if (network := _network(place)) is not None:
        return ListedNetwork(network, port)
    if not _NAME.fullmatch(place) or place.rpartition(".")[2].isdigit():
        raise _unreadable(entry)
    return ListedName(place, port)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _unreadable(entry: str) -> TargetsUnreadable:
    return TargetsUnreadable(
        f"{SETTING} has {entry!r} in it, which is neither 'loopback', an address, a network such as 10.1.0.0/16, "
        "nor a name such as scim.corp.example or *.corp.example; each may be followed by a port."
    )


def _why_not_port(host: str, port: int) -> str | None:
    if port == HTTPS_PORT or (port >= _FIRST_FREE_PORT and port not in _OTHER_SERVICES):
        return None
    return f"{host} is asked at port {port}, where no web service is expected. {_advice(f'{host}:{port}')}"


def _advice(entry: str) -> str:
    return f"If it is meant, whoever runs Instep adds {entry} to {SETTING}."
