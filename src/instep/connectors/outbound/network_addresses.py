"""What kind of place is at a network address: the internet, this machine, a private network, or none at all?

The ranges are those of IANA's registries of special-purpose addresses (RFC 6890 and what came after it).
"""

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Kind(StrEnum):
    """What is at an address, as a sentence about it goes on; the order of `_RANGES` decides where two hold."""

    PUBLIC = "is an address of the internet"
    LOOPBACK = "is this machine itself"
    PRIVATE = "is an address of a private network"
    LINK_LOCAL = "is an address of the network segment (link-local)"
    SHARED = "is an address of a provider's inner network (RFC 6598)"
    RESERVED = "is reserved, and no server has it"
    METADATA = "is where a cloud tells its machines their credentials"
    DISGUISED = "is an IPv4 address in the form of another"
    NOWHERE = "is no address of a server"

    @property
    def is_listed_by_itself(self) -> bool:
        """Whether a network or a name that is allowed does not include it: it is allowed as a single address only."""
        return self in (Kind.METADATA, Kind.DISGUISED)


def _all(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


_TRANSLATED = IPv6Network("64:ff9b::/96")  # by NAT64 for a network without IPv4 (RFC 6052)
_RANGES: tuple[tuple[Kind, tuple[Network, ...]], ...] = (
    (
        Kind.METADATA,
        _all(
            "169.254.169.254",
            "169.254.169.253",
            "169.254.170.2",  # credentials of containers
            "169.254.170.23",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
        ),
    ),
    (Kind.LOOPBACK, _all("127.0.0.0/8", "::1")),
    (Kind.NOWHERE, _all("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "ff00::/8")),
    (Kind.LINK_LOCAL, _all("169.254.0.0/16", "fe80::/10")),
    (Kind.SHARED, _all("100.64.0.0/10")),
    (Kind.PRIVATE, _all("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10")),
    (
        Kind.DISGUISED,
        _all("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"),
    ),
    (
        Kind.RESERVED,
        _all(
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
        ),
    ),
)
_INTERNET_6 = IPv6Network("2000::/3")


def kind_of(address: Address) -> Kind:
    """Return what kind of place is at an address."""
    for kind, networks in _RANGES:
        if any(address in network for network in networks):
            return kind
    return Kind.PUBLIC if isinstance(address, IPv4Address) or address in _INTERNET_6 else Kind.RESERVED


def connected_address(text: str) -> Address:
    """Return where a connection to what a resolver answered really leads. Raises ValueError.

    An IPv4 address that is mapped into IPv6, or translated by the network, is that IPv4 address.
    """
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address
