"""Feeds at a steady rate: outlets that each show what is new since the reader's last but one visit."""

import asyncio
import html
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any

from libs.schemas import ids
from tests.bench.articles import Article, Writer

OUTLETS = 20
LEAST_SHOWN = 20
STEP_SECONDS = 0.05


@dataclass(slots=True)
class Feed:
    """One outlet's feed. `served`: when each item was first in an answer, by its id."""

    outlet: str
    served: dict[str, float]
    shown: deque[tuple[str, bytes]] = field(default_factory=deque)
    unserved: deque[str] = field(default_factory=deque)
    put: int = 0
    put_at_polls: deque[int] = field(default_factory=lambda: deque([0, 0], maxlen=2))

    def add(self, item_id: str, row: bytes) -> None:
        self.shown.append((item_id, row))
        self.unserved.append(item_id)
        self.put += 1

    def page(self) -> bytes:
        keep = max(self.put - self.put_at_polls[0], LEAST_SHOWN)
        while len(self.shown) > keep:
            self.shown.popleft()
        self.put_at_polls.append(self.put)
        now = time.time()
        while self.unserved:
            self.served[self.unserved.popleft()] = now
        rows = b"".join(row for _, row in self.shown)
        head = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{self.outlet}</title>'
        return head.encode() + rows + b"</channel></rss>"


class Newsroom:
    """Puts items into the feeds, at a rate or as long as few enough are on their way; an incident now and then."""

    def __init__(self, units: Sequence[str], *, port: int, incidents_per_second: float) -> None:
        self.port = port
        self.served: dict[str, float] = {}
        self.put = 0
        self.incidents = 0
        self._incidents_per_second = incidents_per_second
        self._writer = Writer(units)
        self._prepared: deque[Article] = deque()
        self._feeds = [Feed(f"media-{n:02d}", self.served) for n in range(1, OUTLETS + 1)]
        self._by_path = {f"/umpan/{feed.outlet}.xml": feed for feed in self._feeds}
        self._opened_until = 0.0

    def prepare(self, count: int) -> None:
        """Writes articles ahead, so that writing them takes nothing from what is measured."""
        self._prepared.extend(self._writer.everyday() for _ in range(count))

    def add(self, article: Article) -> None:
        feed = self._feeds[self.put % OUTLETS]
        self.put += 1
        url = f"http://127.0.0.1:{self.port}/{feed.outlet}/berita/{self.put}"
        row = (
            f"<item><title>{html.escape(article.title)}</title><link>{url}</link><guid>{url}</guid>"
            f"<pubDate>{formatdate()}</pubDate><description>{html.escape(article.text)}</description></item>"
        )
        feed.add(ids.item_id("live", feed.outlet, url), row.encode())

    def add_many(self, count: int) -> None:
        for _ in range(count):
            self.add(self._prepared.popleft() if self._prepared else self._writer.everyday())

    def _incidents_due(self, passed: float) -> None:
        for _ in range(int(passed * self._incidents_per_second) - int(self._opened_until)):
            told = self._writer.incident()
            self.incidents += bool(told)
            for article in told:
                self.add(article)
        self._opened_until = max(self._opened_until, int(passed * self._incidents_per_second))

    async def at_rate(self, rate: float, seconds: float, *, hopeless: Callable[[], bool] = lambda: False) -> None:
        """So many items a second, whatever else happens, unless it is `hopeless`; incidents are among them."""
        await self._write(seconds, lambda put, passed: int(passed * rate) - put, hopeless)

    async def saturating(self, on_the_way: Callable[[], int], most: int, seconds: float) -> None:
        """As many as it takes that `most` items are on their way."""
        await self._write(seconds, lambda put, passed: most - on_the_way(), lambda: False)

    async def _write(self, seconds: float, missing: Callable[[int, float], int], ended: Callable[[], bool]) -> None:
        began, before = time.monotonic(), self.put
        self._opened_until = 0.0
        while (passed := time.monotonic() - began) < seconds and not ended():
            self._incidents_due(passed)
            self.add_many(max(0, missing(self.put - before, passed)))
            await asyncio.sleep(STEP_SECONDS)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """ASGI: GET /umpan/<outlet>.xml; anything else is taken and thanked for (the webhook)."""
        if scope["type"] != "http":
            return
        feed = self._by_path.get(scope["path"])
        if feed is None:
            while (await receive()).get("more_body"):
                pass
        body = feed.page() if feed else b""
        headers = [(b"content-type", b"application/rss+xml"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200 if feed else 204, "headers": headers if feed else []})
        await send({"type": "http.response.body", "body": body})

    def sources_file(self) -> dict[str, Any]:
        """The sources as ingest begins with them, read each second."""
        outlets = [
            {
                "outlet_id": feed.outlet, "name": feed.outlet, "domain": f"{feed.outlet}.example", "zone": "WIB",
                "feeds": [f"http://127.0.0.1:{self.port}/umpan/{feed.outlet}.xml"],
            }
            for feed in self._feeds
        ]  # fmt: skip
        return {"version": 1, "opmode": "live", "enabled": True, "interval_seconds": 1, "outlets": outlets}
