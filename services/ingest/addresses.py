"""Addresses of articles in their canonical form: the same page has one address."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

_TRACKING: Final = re.compile(
    r"^(utm_.*|at_.*|fbclid|gclid|dclid|gbraid|wbraid|yclid|msclkid|twclid|igshid|igsh|mc_cid|mc_eid|_ga|_gl|_hs.*|"
    r"ref|ref_src|ref_url|referrer|source|spm|cmpid|cmp|ncid|ocid|partner|rss|feed|tblci|wt_mc|xtor|sfnsn|mibextid|"
    r"desktop|fullview|amp|outputtype)$",
    re.I,
)
_SAFE: Final = "/:@!$&'()*+,;=~-._%"
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PORTS: Final = {"http": 80, "https": 443}


def canonical(link: str, base: str = "") -> str | None:
    """Absolute http(s) address without fragment, tracking parameters, default port and upper case in the host.

    None when it is no address of a page. Parameters keep their order: some sites give it a meaning.
    """
    link = link.strip()
    if not link or len(link) > 2000 or any(ord(char) < 0x20 for char in link):
        return None
    try:
        split = urlsplit(urljoin(base, link))
        host, port = (split.hostname or "").rstrip(".").lower(), split.port
    except ValueError:
        return None
    if split.scheme.lower() not in _PORTS or not host or split.username or split.password or " " in host:
        return None
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return None
    scheme = split.scheme.lower()
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, _PORTS[scheme]) else f"{shown}:{port}"
    kept = "&".join(part for part in split.query.split("&")[:100] if part and not _is_tracking(part))
    found = urlunsplit((scheme, netloc, _one_spelling(split.path) or "/", _one_spelling(kept), ""))
    return found if len(found) <= 2048 else None


def _is_tracking(parameter: str) -> bool:
    return _TRACKING.match(unquote(parameter.partition("=")[0])) is not None


def _one_spelling(text: str) -> str:
    """Escapes that need none are read, the others written in upper case; what must be escaped is."""

    def spell(match: re.Match[str]) -> str:
        char = chr(int(match.group(1), 16))
        return char if char in _UNRESERVED else match.group(0).upper()

    return quote(_ESCAPE.sub(spell, text), safe=_SAFE + "?")


def host_of(url: str) -> str:
    """Host and port, as the unit of politeness."""
    split = urlsplit(url)
    return f"{(split.hostname or '').lower()}:{split.port or _PORTS.get(split.scheme, 0)}"
