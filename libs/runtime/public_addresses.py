"""Which addresses are of the open Internet: the ranges that are not, and IPv4 addresses hidden in IPv6."""

import ipaddress
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# `ipaddress.is_global` of Python 3.11 lets multicast, 192.0.0.8, NAT64 and 6to4 pass: the ranges stand here instead
# (IANA special-purpose registries).
_DENIED: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_V6_GLOBAL: Final = ipaddress.IPv6Network("2000::/3")
# ISATAP: the last four bytes are an IPv4 address when the four before them say so.
_ISATAP: Final = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: Address) -> bool:
    """True for an address of the open Internet; embedded IPv4 is judged as the IPv4 it is."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(_last_four_bytes(address))
        if address not in _V6_GLOBAL:
            return False
        if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP and not is_public(_last_four_bytes(address)):
            return False
    return not any(address.version == net.version and address in net for net in _DENIED)


def _last_four_bytes(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
