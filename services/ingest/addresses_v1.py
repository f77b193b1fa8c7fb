"""The first rules for addresses, frozen: items announced under them keep the ids these rules gave them."""

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


def canonical_v1(link: str, base: str = "") -> str | None:
    """Never changed again: a change would tell every article a second time."""
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
    def spell(match: re.Match[str]) -> str:
        char = chr(int(match.group(1), 16))
        return char if char in _UNRESERVED else match.group(0).upper()

    return quote(_ESCAPE.sub(spell, text), safe=_SAFE + "?")
