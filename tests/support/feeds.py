"""A local feed server under a test's control: well-behaved feeds, and every way to be hostile."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

import yaml

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One entry of a feed."""

    link: str
    title: str = "CONTOH: Lapas Kelas IIA Contoh Utara panen raya"
    body: str = "<p>Warga binaan memanen sayur di Lapas Kelas IIA Contoh Utara.</p>"
    published: str = format_datetime(NOON)
    guid: str = ""


def rss(articles: list[Article], *, title: str = "Harian Contoh", encoding: str = "utf-8") -> str:
    """An RSS 2.0 document."""
    items = "".join(
        f"<item><title>{escape(a.title)}</title><link>{escape(a.link)}</link>"
        f'<guid isPermaLink="false">{escape(a.guid or a.link)}</guid><pubDate>{a.published}</pubDate>'
        f"<description>{escape(a.body)}</description></item>"
        for a in articles
    )
    head = f'<?xml version="1.0" encoding="{encoding}"?><rss version="2.0"><channel>'
    return f"{head}<title>{escape(title)}</title><link>https://harian.contoh.example/</link>{items}</channel></rss>"


@dataclass(slots=True, kw_only=True)
class Request:
    path: str
    headers: dict[str, str]


@dataclass(slots=True, kw_only=True)
class FeedServer:
    """`pages`: path → body, or an `Answer` that writes what it likes. Answers conditional requests like a good host."""

    port: int = 0
    pages: dict[str, bytes | Answer] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        return f"http://{self.address}{path}"

    def serve(self, path: str, page: str | bytes | Answer, *, content_type: str = "") -> str:
        """Puts (or changes) a page; returns its address."""
        self.pages[path] = page.encode() if isinstance(page, str) else page
        self.content_types[path] = content_type or "application/rss+xml; charset=utf-8"
        return self.url(path)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:]) if k}
            request = Request(path=path, headers=headers)
            self.requests.append(request)
            page = self.pages.get(path)
            if page is None:
                writer.write(head("404 Not Found", length=0))
            elif isinstance(page, bytes):
                self._answer(writer, request, page)
            else:
                await page(writer)
            await writer.drain()
        with contextlib.suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()

    def _answer(self, writer: asyncio.StreamWriter, request: Request, page: bytes) -> None:
        etag = f'"{sha256(page).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag:
            writer.write(head("304 Not Modified", etag=etag))
            return
        kind = self.content_types[request.path]
        writer.write(head("200 OK", length=len(page), content_type=kind, etag=etag) + page)


def head(status: str, *, length: int | None = None, **headers: str) -> bytes:
    """The head of an answer that closes its connection."""
    lines = [f"HTTP/1.1 {status}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [f"content-length: {length}"] if length is not None else []
    return "\r\n".join([*lines, "", ""]).encode()


@asynccontextmanager
async def feed_server(port: int = 0) -> AsyncIterator[FeedServer]:
    feeds = FeedServer()
    server = await asyncio.start_server(feeds._handle, "127.0.0.1", port)
    feeds.port = server.sockets[0].getsockname()[1]
    try:
        yield feeds
    finally:
        server.close()


def sources_file(
    path: Path,
    outlets: dict[str, list[str]],
    *,
    opmode: str = "sample",
    interval_seconds: int = 5,
    enabled: bool = True,
) -> Path:
    """A file of sources as the launcher writes it: outlet id → its feeds' addresses."""
    made = [
        {
            "outlet_id": id_,
            "name": id_.replace("-", " ").title(),
            "domain": f"{id_}.example",
            "zone": "WIB",
            "feeds": urls,
        }
        for id_, urls in outlets.items()
    ]
    document = {
        "version": 1,
        "opmode": opmode,
        "enabled": enabled,
        "interval_seconds": interval_seconds,
        "outlets": made,
    }
    path.write_text(yaml.safe_dump(document))
    return path


def redirect(to: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head("302 Found", length=0, location=to))

    return answer


def never_ending(*, piece: bytes = b"<item/>", every_seconds: float = 0.01) -> Answer:
    """A body without end, a piece at a time: each read succeeds, the whole never does."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head("200 OK", content_type="application/rss+xml") + b"<rss>")
        with contextlib.suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(every_seconds)

    return answer


def huge(total_bytes: int) -> Answer:
    """A body of that many bytes, honest about its length."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head("200 OK", length=total_bytes, content_type="application/rss+xml"))
        with contextlib.suppress(ConnectionError):
            for _ in range(total_bytes // 65_536):
                writer.write(b"x" * 65_536)
                await writer.drain()

    return answer


def compressed(body: bytes, *, encoding: str = "gzip", times: int = 1) -> Answer:
    """A gzip body; `times` > 1 packs the packet again."""
    for _ in range(times):
        body = gzip.compress(body)

    async def answer(writer: asyncio.StreamWriter) -> None:
        kind = "application/rss+xml"
        writer.write(head("200 OK", length=len(body), content_type=kind, content_encoding=encoding) + body)

    return answer


def status(line: str, **headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(head(line, length=0, **headers))

    return answer
