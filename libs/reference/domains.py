"""A host name → the domain somebody registered (detik.com of news.detik.com), by the pinned public suffix list."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

from publicsuffixlist import PublicSuffixList

# Ships with the package, of the date in its version: nothing is fetched. Private suffixes count, so that two blogs of
# one blog host are two sites.
_SUFFIXES: Final = PublicSuffixList()


@lru_cache(maxsize=20_000)
def registrable(host: str) -> str | None:
    """The registered domain in lower case; None for a bare suffix, a single label or an IP address."""
    host = host.lower().strip(".")
    if not host or len(host) > 253 or _is_address(host):
        return None
    found = _SUFFIXES.privatesuffix(host)
    return found if isinstance(found, str) else None


def suffix_of(domain: str) -> str:
    """co.id of republika.co.id; empty when there is none."""
    found = _SUFFIXES.publicsuffix(domain.lower().strip("."))
    return found if isinstance(found, str) else ""


def same_site(one: str, other: str) -> bool:
    """Whether two hosts belong to one registered domain (or are the very same host)."""
    if one.lower().strip(".") == other.lower().strip("."):
        return True
    domain = registrable(one)
    return domain is not None and domain == registrable(other)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
