"""The one door to every address that came from data: resolve, check, connect to what was checked, read bounded."""

from __future__ import annotations

import asyncio
import contextlib
import http.cookiejar
import ipaddress
import socket
import threading
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport
from yarl import URL as YarlURL

from libs.runtime.public_addresses import Address, is_public

LookUp = Callable[[str, int], Awaitable[Sequence[str]]]

USER_AGENT: Final = "Pasopati/1 (pemantauan media)"
_OPEN_PORTS: Final = frozenset({80, 443})
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK_BYTES: Final = 64 * 1024
_LOOK_UPS_AT_ONCE: Final = 64
_GZIP_MAGIC: Final = b"\x1f\x8b"


class FetchRefused(Exception):
    """We do not go there: the address is not allowed. `reason` is a slug; the address itself is never in the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FetchFailed(Exception):
    """Nothing usable came back (time, size, network, encoding). `reason` is a slug; whether we arrived is unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer: status, headers in lower case, decoded body, the address it came from after redirects."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one fetch may cost at most."""

    total_seconds: float = 15.0
    body_bytes: int = 5 * 1024 * 1024
    redirects: int = 3


def local_addresses(listed: str) -> frozenset[tuple[str, int]]:
    """'127.0.0.1:8099,[::1]:8100' → {(address, port)}; an entry that is not address:port raises ValueError."""
    found = set()
    for entry in filter(None, (part.strip() for part in listed.split(","))):
        host, _, port = entry.rpartition(":")
        found.add((str(ipaddress.ip_address(host.strip("[]"))), int(port)))
    return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address in form: http(s), a host, a port, no userinfo, the same for every parser that will see it."""

    url: httpx.URL
    host: str
    port: int

    @property
    def literal(self) -> Address | None:
        return ipaddress.ip_address(self.host) if _is_literal(self.host) else None


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def target_of(url: str) -> Target:
    """Read an address strictly; raises FetchRefused when its form is not allowed or two parsers read it differently."""
    if len(url) > 2048 or any(ord(c) <= 0x20 or ord(c) == 0x7F or c == "\\" for c in url):
        raise FetchRefused("address_form")
    try:
        split, ours, theirs = urlsplit(url), httpx.URL(url), YarlURL(url)
        if split.scheme not in _DEFAULT_PORT:
            raise FetchRefused("scheme")
        if "@" in split.netloc or ours.userinfo or theirs.user or theirs.password:
            raise FetchRefused("userinfo")
        port = split.port or _DEFAULT_PORT[split.scheme]
        host = ours.raw_host.decode("ascii").strip("[]").lower()
        plain = (split.hostname or "").lower()
        same_host = host == (theirs.raw_host or "").lower() and (plain == host or not plain.isascii())
        same_port = port == (ours.port or _DEFAULT_PORT[split.scheme]) == theirs.port
    except (ValueError, TypeError, httpx.InvalidURL, UnicodeError) as error:
        raise FetchRefused("address_form") from error
    # A name whose last label is a number is an IPv4 address in disguise (0x7f.1, 2130706433, 127。0。0。1).
    last = host.rstrip(".").rpartition(".")[2]
    disguised = last.startswith(("0x", "0X")) or last.isdigit()
    if not host or "%" in host or (disguised and not (_is_literal(host) and plain.isascii())):
        raise FetchRefused("address_form")
    if not (same_host and same_port):
        raise FetchRefused("parsers_differ")
    return Target(url=ours, host=host, port=port)


def check_form(url: str, *, local: frozenset[tuple[str, int]] = frozenset()) -> str | None:
    """Why an address could never be fetched, judged without a look-up: a slug, or None when it may be tried."""
    try:
        target = target_of(url)
        literal = target.literal
        if literal is not None:
            _check_address(literal, target.port, local)
        elif target.host == "localhost" or target.host.endswith((".localhost", ".local", ".internal")):
            if not any(port == target.port for _, port in local):
                raise FetchRefused("address_private")
        elif "." not in target.host.rstrip("."):
            raise FetchRefused("address_form")
        elif target.port not in _OPEN_PORTS:
            raise FetchRefused("port")
    except FetchRefused as refused:
        return refused.reason
    return None


def _check_address(address: Address, port: int, local: frozenset[tuple[str, int]]) -> None:
    if (str(address), port) in local:
        return
    if not is_public(address):
        raise FetchRefused("address_private")
    if port not in _OPEN_PORTS:
        raise FetchRefused("port")


class _SystemLookUp:
    """The system's resolver, each question in a thread of its own: one that hangs (half a minute is usual) must hold up
    neither the others nor the end of the process, as the threads of an executor would."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(_LOOK_UPS_AT_ONCE)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()

        def tell(found: Sequence[str] | OSError) -> None:
            # The place is free when the thread has ended, not when the fetch has given up.
            self._places.release()
            if answer.cancelled():
                return
            if isinstance(found, OSError):
                answer.set_exception(found)
            else:
                answer.set_result(found)

        def ask() -> None:
            found: Sequence[str] | OSError
            try:
                found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
            except (OSError, UnicodeError) as error:
                found = error if isinstance(error, OSError) else OSError(socket.EAI_NONAME, "no name")
            with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
                loop.call_soon_threadsafe(tell, found)

        await self._places.acquire()
        threading.Thread(target=ask, name="look-up", daemon=True).start()
        return await answer


class _CheckedResolver(AbstractResolver):
    """The only resolver of the client: aiohttp connects to exactly what is returned here, and every address is checked.

    One bad address among good ones refuses the whole name: whoever answers so is probing.
    """

    def __init__(self, look_up: LookUp, local: frozenset[tuple[str, int]]) -> None:
        self._look_up = look_up
        self._local = local

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        results: list[ResolveResult] = []
        for text in dict.fromkeys(await self._look_up(host, port)):
            address = ipaddress.ip_address(text.partition("%")[0])
            _check_address(address, port, self._local)
            kind = socket.AF_INET if address.version == 4 else socket.AF_INET6
            results.append(
                ResolveResult(
                    hostname=host,
                    host=str(address),
                    port=port,
                    family=kind,
                    proto=socket.IPPROTO_TCP,
                    flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
                )
            )
        if not results:
            raise OSError(socket.EAI_NONAME, "name not found")
        return results

    async def close(self) -> None:
        return None


class Fetcher:
    """One client per process (a TLS context costs 39 ms): made by main.py, closed with the service."""

    def __init__(
        self,
        *,
        local: frozenset[tuple[str, int]] = frozenset(),
        bounds: Bounds | None = None,
        look_up: LookUp | None = None,
    ) -> None:
        self._local = local
        self._bounds = bounds or Bounds()
        self._resolver = _CheckedResolver(look_up or _SystemLookUp(), local)
        self._client: httpx.AsyncClient | None = None

    def _open(self) -> httpx.AsyncClient:
        context = httpx.create_ssl_context(trust_env=False)

        def session() -> aiohttp.ClientSession:
            connector = aiohttp.TCPConnector(
                resolver=self._resolver,
                use_dns_cache=False,
                ssl=context,
                limit=500,
                limit_per_host=8,
                keepalive_timeout=15,
            )
            # No cookie of one feed may travel to the next request; no proxy from the environment.
            return aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                skip_auto_headers=("Accept-Encoding", "User-Agent", "Accept"),
            )

        no_cookies = http.cookiejar.CookieJar(policy=http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        return httpx.AsyncClient(
            transport=AiohttpTransport(verify=context, trust_env=False, client=session),
            trust_env=False,
            follow_redirects=False,
            cookies=no_cookies,
            timeout=httpx.Timeout(self._bounds.total_seconds),
        )

    async def safe_fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        bounds: Bounds | None = None,
    ) -> Fetched:
        """Fetch within bounds. FetchRefused: never allowed. FetchFailed: it went wrong (time-out = unknown).

        Redirects are followed for GET only, each address checked like the first; other methods return the 3xx as it is.
        """
        limits = bounds or self._bounds
        try:
            async with asyncio.timeout(limits.total_seconds):
                return await self._follow(url, method, dict(headers or {}), body, limits)
        except TimeoutError as error:
            raise FetchFailed("timeout") from error

    async def _follow(
        self, url: str, method: str, headers: dict[str, str], body: bytes | None, limits: Bounds
    ) -> Fetched:
        for _ in range(limits.redirects + 1):
            answer = await self._one(url, method, headers, body, limits)
            location = answer.headers.get("location")
            if method != "GET" or answer.status not in _REDIRECTS or not location:
                return answer
            try:
                url = urljoin(url, location)
            except ValueError as error:
                raise FetchRefused("address_form") from error
        raise FetchFailed("too_many_redirects")

    async def _one(self, url: str, method: str, headers: dict[str, str], body: bytes | None, limits: Bounds) -> Fetched:
        target = target_of(url)
        # aiohttp asks no resolver for a literal address, so that is checked here.
        if target.literal is not None:
            _check_address(target.literal, target.port, self._local)
        if self._client is None:
            self._client = self._open()
        sent = {"user-agent": USER_AGENT, "accept": "*/*", **headers, "accept-encoding": "gzip"}
        try:
            async with self._client.stream(method, target.url, headers=sent, content=body) as response:
                read = b"" if response.status_code in _REDIRECTS else await _read(response, limits.body_bytes)
                kept = {name.lower(): value for name, value in response.headers.items()}
                return Fetched(status=response.status_code, url=url, headers=kept, body=read)
        except FetchRefused:
            raise
        except httpx.TimeoutException as error:
            raise FetchFailed(_what_failed(error)) from error
        except (httpx.ConnectError, OSError) as error:
            raise FetchFailed("unreachable") from error
        except (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, ValueError, EOFError) as error:
            raise FetchFailed("broken_answer") from error

    async def aclose(self) -> None:
        """Close the pool; pairs with the first fetch."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _what_failed(error: httpx.TimeoutException) -> str:
    """The transport calls every connection error a time-out; its cause tells them apart."""
    if isinstance(error.__cause__, aiohttp.ClientConnectorError):
        return "unreachable"
    return "broken_answer" if isinstance(error.__cause__, aiohttp.ServerDisconnectedError) else "timeout"


async def _read(response: httpx.Response, limit: int) -> bytes:
    """The body, inflated piece by piece: a bomb is cut at the limit, before it is in memory."""
    encodings = [
        part.strip().lower() for part in response.headers.get("content-encoding", "").split(",") if part.strip()
    ]
    if encodings and encodings not in (["gzip"], ["x-gzip"], ["identity"]):
        raise FetchFailed("encoding_refused")
    packed = bool(encodings) and encodings != ["identity"]
    inflate = _Inflate(limit) if packed else None
    kept, received, size = [], 0, 0
    async for chunk in response.aiter_raw(_CHUNK_BYTES):
        received += len(chunk)
        if received > limit:
            raise FetchFailed("too_large")
        if inflate is not None:
            chunk = inflate.feed(chunk)
        size += len(chunk)
        if size > limit:
            raise FetchFailed("too_large")
        kept.append(chunk)
    if inflate is not None and not inflate.ended:
        raise FetchFailed("encoding_broken")
    return b"".join(kept)


class _Inflate:
    """gzip in pieces: members follow each other (RFC 1952), what stands behind the last one is no content."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._behind = b""
        self.ended = False

    def feed(self, data: bytes) -> bytes:
        """What the bytes inflate to, never more than one byte beyond the limit."""
        kept = []
        data = self._behind + data
        self._behind = b""
        while data:
            if self._member.eof:
                if len(data) < 2:
                    self._behind = data
                    break
                if data[:2] != _GZIP_MAGIC:
                    break
                self._member = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                piece = self._member.decompress(data, self._limit - self._size + 1)
            except zlib.error as error:
                raise FetchFailed("encoding_broken") from error
            self._size += len(piece)
            if self._size > self._limit:
                raise FetchFailed("too_large")
            kept.append(piece)
            data = self._member.unused_data
        self.ended = self._member.eof
        return b"".join(kept)
