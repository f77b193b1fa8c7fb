"""Addresses of articles: what is shown of them, and what tells that two are the same article."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit, urlunsplit

from libs.reference.addresses import RULES
from libs.reference.domains import registrable, same_site

_SAFE: Final = "/:@!$&'()*+,;=~-._%"
_ESCAPE: Final = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PORTS: Final = {"http": 80, "https": 443}
_SESSION: Final = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_SLASHES: Final = re.compile(r"/{2,}")
_PAGE_NUMBER: Final = re.compile(r"(?:page/|halaman/)?\d{1,3}")
MAX_CHARS: Final = 2048
# A wrapper in a wrapper is seen, a third is no honest address.
_UNWRAPPED_AT_MOST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`link` is what may be opened; `identity` is the same for every twin of the page (mobile, AMP, http, slash)."""

    link: str
    identity: str


def read_address(link: str, base: str = "") -> Address | None:
    """None when it is no http(s) address of a page. Linear in the length."""
    split = _split(link, base)
    for _ in range(_UNWRAPPED_AT_MOST):
        inner = _unwrapped(split) if split else None
        if inner is None:
            break
        split = _split(inner, "") or split
    if split is None:
        return None
    host, path, query = _shape(_host(split), _one_spelling(_SESSION.sub("", split.path)) or "/", _kept(split.query))
    shown = urlunsplit((split.scheme, _netloc(split, host), path, query, ""))
    plain_host, plain_path = _without_device(host, path)
    identity = urlunsplit(("https", _netloc(split, plain_host), plain_path, query, ""))
    if registrable(host) in RULES.shapes and plain_path != path.rstrip("/") and plain_path != "/":
        # An outlet we know has the plain page, too: that one is shown.
        shown = identity
    return Address(link=shown, identity=identity) if len(shown) <= MAX_CHARS else None


def canonical(link: str, base: str = "") -> str | None:
    """The address as it is shown: without tracking, fragment, default port, wrapper; hosts in lower case."""
    found = read_address(link, base)
    return found.link if found else None


def believed(claimed: str, page: str) -> str | None:
    """What a page calls its own address (`rel=canonical`), when it may be believed: only within its registered domain,
    and never the front or a section above the page (a frequent mistake that would make one item of all articles)."""
    told, asked = read_address(claimed, page), read_address(page)
    if told is None or asked is None or not same_site(_name(told.link), _name(asked.link)):
        return None
    above, below = urlsplit(told.identity), urlsplit(asked.identity)
    if told.identity == asked.identity:
        return told.link
    if above.path in ("", "/") and not above.query:
        return None
    if below.path.startswith(above.path.rstrip("/") + "/"):
        rest = below.path[len(above.path.rstrip("/")) + 1 :]
        return told.link if _PAGE_NUMBER.fullmatch(rest) else None
    return told.link


def host_named(written: str) -> str | None:
    """The host of what a person typed, an address or a bare name, in ASCII; None when it names none."""
    split = _split(written if "://" in written else f"https://{written}", "")
    return _host(split) if split and split.port in (None, *_PORTS.values()) else None


def host_of(url: str) -> str:
    """Host and port, as the unit of politeness."""
    split = urlsplit(url)
    return f"{(split.hostname or '').lower()}:{split.port or _PORTS.get(split.scheme, 0)}"


def _split(link: str, base: str) -> SplitResult | None:
    link = link.strip()
    if not link or len(link) > 2000 or any(ord(char) < 0x20 for char in link):
        return None
    try:
        split = urlsplit(urljoin(base, link))
        host, _ = (split.hostname or "").rstrip("."), split.port
    except ValueError:
        return None
    if split.scheme.lower() not in _PORTS or not host or split.username or split.password or " " in host:
        return None
    try:
        host.encode("idna")
    except UnicodeError:
        return None if not host.isascii() else split
    return split


def _host(split: SplitResult) -> str:
    host = (split.hostname or "").rstrip(".").lower()
    return host if host.isascii() else host.encode("idna").decode("ascii")


def _name(url: str) -> str:
    return urlsplit(url).hostname or ""


def _netloc(split: SplitResult, host: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return shown if split.port in (None, _PORTS[split.scheme]) else f"{shown}:{split.port}"


def _unwrapped(split: SplitResult) -> str | None:
    """The address that a wrapper, an AMP viewer or an AMP cache carries; None when it is none of these."""
    host = _host(split)
    wrapper = RULES.wrappers.get((host, split.path or "/"))
    if wrapper is not None:
        values = dict(parse_qsl(split.query, max_num_fields=100))
        return next((values[name] for name in wrapper.parameters if _is_web(values.get(name, ""))), None)
    prefix = RULES.amp_viewers.get(host)
    if prefix is not None and split.path.startswith(prefix):
        return _from_path(split.path.removeprefix(prefix), split.query)
    if any(host == cache or host.endswith("." + cache) for cache in RULES.amp_caches):
        kind, _, rest = split.path.lstrip("/").partition("/")
        return _from_path(rest, split.query) if len(kind) <= 2 else None
    return None


def _is_web(value: str) -> bool:
    return value.startswith(("http://", "https://"))


def _from_path(rest: str, query: str) -> str | None:
    """s/contoh.example/1 → https://contoh.example/1."""
    scheme = "https" if rest.startswith("s/") else "http"
    rest = rest.removeprefix("s/")
    host = rest.partition("/")[0]
    return f"{scheme}://{rest}{'?' + query if query else ''}" if "." in host else None


def _kept(query: str) -> str:
    """Without tracking and the parameters of another look; the order stays, some sites give it a meaning."""
    kept = "&".join(part for part in query.split("&")[:100] if part and not _says_nothing(part))
    return _one_spelling(kept)


def _says_nothing(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = unquote(name).lower()
    return RULES.tracking.fullmatch(name) is not None or unquote(value).lower() in RULES.views.get(name, ())


def _shape(host: str, path: str, query: str) -> tuple[str, str, str]:
    """An outlet's other way to write the same address, where addresses.yaml names it."""
    for pattern, becomes in RULES.shapes.get(registrable(host) or "", ()):
        found = pattern.match(host + path)
        if found:
            host, _, rest = found.expand(becomes).partition("/")
            return host, "/" + rest, query
    return host, path, query


def _without_device(host: str, path: str) -> tuple[str, str]:
    """m.contoh.id, amp.contoh.id and contoh.id → www.contoh.id; /amp/x, /x/amp and /x/ → /x."""
    domain = registrable(host)
    if domain is not None:
        labels = host.removesuffix(domain).strip(".").split(".")
        labels = labels[1:] if labels[0] in RULES.device_labels else labels
        sub = ".".join(label for label in labels if label)
        host = f"{sub or 'www'}.{domain}"
    segments = _SLASHES.sub("/", path).strip("/").split("/")
    if segments and segments[0].lower() in RULES.device_segments:
        segments = segments[1:]
    if segments and segments[-1].lower() in RULES.device_segments:
        segments = segments[:-1]
    joined = "/".join(segments)
    for ending in RULES.device_endings:
        if joined.lower().endswith(ending):
            html = ".html" if ending == ".amp.html" or ending == "-amp.html" else ""
            joined = joined[: -len(ending)] + html
            break
    return host, "/" + joined


def _one_spelling(text: str) -> str:
    """Escapes that need none are read, the others written in upper case; what must be escaped is."""

    def spell(match: re.Match[str]) -> str:
        char = chr(int(match.group(1), 16))
        return char if char in _UNRESERVED else match.group(0).upper()

    return quote(_ESCAPE.sub(spell, text), safe=_SAFE + "?")
