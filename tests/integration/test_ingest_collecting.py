"""From a feed to `items.collected`, on the real broker and store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer

from libs.schemas.topics import ITEMS_COLLECTED, SOURCES, Topic, parse
from tests.support.feeds import Article, FeedServer, feed_server, rss, sources_file
from tests.support.running import Running, Service
from tests.support.waiting import eventually


class Listener:
    """A plain Kafka consumer, as a stranger would write it: keeps all it reads."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def of(self, name: str) -> list[Any]:
        return [event for event in self.events if type(event).__name__ == name]


@asynccontextmanager
async def listening(running: Running, topic: Topic) -> AsyncIterator[Listener]:
    await running.topics()
    consumer = AIOKafkaConsumer(
        f"{topic.name}.{running.namespace}",
        bootstrap_servers=running.stack.kafka_bootstrap,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    listener = Listener()

    async def read() -> None:
        async for record in consumer:
            listener.events.append(parse(topic, record.value))

    reading = asyncio.create_task(read())
    try:
        yield listener
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        await consumer.stop()


async def start_ingest(running: Running, feeds: FeedServer, file: Path, **env: str) -> Service:
    running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file), **env}
    return await running.start("ingest")


def articles(count: int) -> list[Article]:
    return [
        Article(link=f"https://harian.contoh.example/berita/{n}", title=f"CONTOH: berita {n}") for n in range(count)
    ]


async def polled(feeds: FeedServer, path: str, times: int) -> None:
    await eventually(lambda: feeds.asked(path) >= times, within=30, what=f"{path} asked {times} times")


async def test_an_item_is_announced_once_and_an_edit_makes_one_revision(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        url = feeds.serve("/rss.xml", rss(articles(3)))
        file = sources_file(tmp_path / "sources.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        await start_ingest(running, feeds, file)
        await eventually(lambda: len(heard.events) == 3, within=30, what="three items")
        await polled(feeds, "/rss.xml", feeds.asked("/rss.xml") + 2)
        assert len(heard.events) == 3
        assert feeds.requests[-1].headers["if-none-match"].startswith('"')

        edited = [*articles(3)[1:], Article(link=articles(3)[0].link, title="CONTOH: berita 0 (ralat)")]
        feeds.serve("/rss.xml", rss(edited))
        await eventually(lambda: len(heard.events) == 4, within=30, what="one revision")
        await polled(feeds, "/rss.xml", feeds.asked("/rss.xml") + 2)
        assert len(heard.events) == 4

    revised = heard.of("ItemRevised")[0]
    assert (revised.data.rev_no, revised.sequence, revised.data.title) == (2, 2, "CONTOH: berita 0 (ralat)")
    assert revised.opmode == "sample"
    assert {event.sequence for event in heard.of("ItemCollected")} == {1}


async def test_a_switched_off_source_is_never_contacted(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, SOURCES) as heard:
        url = feeds.serve("/rss.xml", rss(articles(1)))
        other = feeds.serve("/other.xml", rss(articles(1)))
        off = sources_file(tmp_path / "off.yaml", {"harian-contoh": [url]}, opmode="live", enabled=False)
        on = sources_file(tmp_path / "on.yaml", {"kabar-contoh": [other]}, interval_seconds=1)
        await start_ingest(running, feeds, on, PASOPATI_SOURCES_FILE=str(off))
        await polled(feeds, "/other.xml", 3)
        await eventually(lambda: len(heard.events) >= 3, within=10, what="both added, one read")
    assert feeds.asked("/rss.xml") == 0
    states = {event.data.url: event.data.state for event in heard.events}
    assert states == {url: "dimatikan", other: "hidup"}
