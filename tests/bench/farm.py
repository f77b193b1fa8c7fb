"""A thousand sources on loopback: feeds that answer at once, late, never or with news; and an ingest reading them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from libs.runtime.mongo import connect
from tests.support.feeds import Article, head, rss, sources_file
from tests.support.running import Running, Service
from tests.support.stack import start_stack
from tests.support.waiting import eventually

# One host takes at most eight connections of ours: as many addresses as it takes that this bounds nothing.
SOURCES_PER_HOST = 8
KICK_SECONDS = 1.0
_KIND = "application/rss+xml; charset=utf-8"


@dataclass(slots=True)
class Farm:
    """`delay`: seconds before an answer; `hanging`: sources that never answer; `changing`: the channel's title is
    another one in each answer; `items`: how many a page shows, numbered from `first`."""

    hosts: list[str]
    port: int = 0
    delay: float = 0.0
    hanging: frozenset[int] = frozenset()
    items: int = 1
    first: int = 0
    edition: int = 0
    changing: bool = False
    answered: Counter[int] = field(default_factory=Counter)
    open: int = 0
    _pages: dict[tuple[int, int, int, int], bytes] = field(default_factory=dict)

    def url(self, number: int) -> str:
        return f"http://{self.hosts[number % len(self.hosts)]}:{self.port}/{number}.xml"

    @property
    def local_addresses(self) -> str:
        return ",".join(f"{host}:{self.port}" for host in self.hosts)

    def page(self, number: int) -> bytes:
        key = (number, self.first, self.items, self.edition)
        if key not in self._pages:
            if len(self._pages) > 5_000:
                self._pages.clear()
            shown = [
                Article(
                    link=f"https://harian.contoh.example/{number}/{n}", title=f"CONTOH: kegiatan lapas {number} {n}"
                )
                for n in range(self.first, self.first + self.items)
            ]
            self._pages[key] = rss(shown, title=f"Harian {number} edisi {self.edition}").encode()
        return self._pages[key]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            # Cancelled when the bench ends while answers are still due.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                line = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)[1]
                number = int(line.strip(b"/").removesuffix(b".xml"))
                if number in self.hanging:
                    # Until the other side gives up: nothing more comes from it.
                    await reader.read(1)
                    return
                if self.delay:
                    await asyncio.sleep(self.delay)
                self.edition += self.changing
                body = self.page(number)
                writer.write(head("200 OK", length=len(body), content_type=_KIND) + body)
                await writer.drain()
                self.answered[number] += 1
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def farm_of(sources: int) -> AsyncIterator[Farm]:
    farm = Farm(hosts=[f"127.1.0.{n + 1}" for n in range(-(-sources // SOURCES_PER_HOST))])
    first = await asyncio.start_server(farm.handle, farm.hosts[0], 0, backlog=1024)
    farm.port = first.sockets[0].getsockname()[1]
    others = (
        await asyncio.start_server(farm.handle, farm.hosts[1:], farm.port, backlog=1024) if farm.hosts[1:] else None
    )
    try:
        yield farm
    finally:
        for server in filter(None, (first, others)):
            server.close()


@dataclass(slots=True)
class Reading:
    """An ingest that reads a farm; `kick` makes sources due, whatever their rhythm."""

    farm: Farm
    running: Running
    service: Service
    sources: int
    url: str

    async def kick(self) -> None:
        now = datetime.now(UTC)
        client = connect(self.url)
        try:
            ledger = client[f"pasopati_ingest_{self.running.namespace}"]["fetching"]
            await ledger.update_many({"due_at": {"$gt": now}}, {"$set": {"due_at": now}})
        finally:
            client.close()

    async def keep_due(self, every_seconds: float = KICK_SECONDS) -> None:
        while True:
            await self.kick()
            await asyncio.sleep(every_seconds)

    @asynccontextmanager
    async def always_due(self, every_seconds: float = KICK_SECONDS) -> AsyncIterator[None]:
        kicking = asyncio.create_task(self.keep_due(every_seconds))
        try:
            yield
        finally:
            kicking.cancel()
            await asyncio.gather(kicking, return_exceptions=True)

    async def all_answered(self, within: float = 150) -> None:
        await eventually(lambda: len(self.farm.answered) >= self.sources, within=within, what="every source was read")

    def polls(self, sources: Iterable[int]) -> int:
        return sum(self.farm.answered[number] for number in sources)


@asynccontextmanager
async def reading(directory: Path, sources: int, **env: str) -> AsyncIterator[Reading]:
    """A broker, a store and one ingest of our own, with so many sources."""
    stack = await asyncio.to_thread(start_stack, directory / "stack", own=True)
    running = Running(stack=stack, namespace=f"b{uuid4().hex[:8]}", directory=directory / "services")
    try:
        async with farm_of(sources) as farm:
            file = sources_file(
                directory / "sources.yaml",
                {f"media-{number:04d}": [farm.url(number)] for number in range(sources)},
                interval_seconds=60,
            )
            where = {"PASOPATI_LOCAL_ADDRESSES": farm.local_addresses, "PASOPATI_SAMPLE_SOURCES_FILE": str(file)}
            service = await running.start("ingest", env={**where, **env}, wait=False)
            await service.ready(within=120)
            yield Reading(farm=farm, running=running, service=service, sources=sources, url=stack.mongodb_url)
    finally:
        await running.close()
        await asyncio.to_thread(stack.stop)


def since(began: float) -> float:
    return time.monotonic() - began
