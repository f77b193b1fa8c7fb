"""Any number of replicas: each source is read by one of them at a time, also when one is killed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from libs.schemas.topics import ITEMS_COLLECTED
from tests.support.feeds import Answer, Article, FeedServer, feed_server, head, rss, sources_file
from tests.support.listening import listening
from tests.support.running import Running
from tests.support.waiting import eventually

SOURCES = 36
ANSWER_SECONDS = 0.25


@dataclass(slots=True)
class Watch:
    """Feeds that take their time, and who asks them twice at once."""

    polls: Counter[str] = field(default_factory=Counter)
    asking: Counter[str] = field(default_factory=Counter)
    overlaps: Counter[str] = field(default_factory=Counter)
    articles: dict[str, list[Article]] = field(default_factory=dict)

    def feed(self, path: str) -> Answer:
        async def answer(writer: asyncio.StreamWriter) -> None:
            self.polls[path] += 1
            self.asking[path] += 1
            self.overlaps[path] += self.asking[path] > 1
            try:
                await asyncio.sleep(ANSWER_SECONDS)
            finally:
                self.asking[path] -= 1
            page = rss(self.articles[path]).encode()
            with contextlib.suppress(ConnectionError):
                writer.write(head("200 OK", length=len(page), content_type="application/rss+xml") + page)

        return answer

    def publish(self, round_no: int) -> None:
        """One more article in every feed."""
        for path, articles in self.articles.items():
            link = f"https://{path.strip('/')}.contoh.example/{round_no}"
            articles.insert(0, Article(link=link, title=f"CONTOH: kabar {round_no} dari {path}"))

    def polled(self, times: int) -> Callable[[], bool]:
        least = {path: self.polls[path] + times for path in self.articles}
        return lambda: all(self.polls[path] >= count for path, count in least.items())


def serve_all(feeds: FeedServer, watch: Watch) -> list[str]:
    for number in range(SOURCES):
        watch.articles[f"/s{number}"] = []
    return [feeds.serve(path, watch.feed(path)) for path in watch.articles]


@pytest.mark.slow
async def test_three_replicas_read_each_source_one_at_a_time_though_one_is_killed(
    running: Running, tmp_path: Path
) -> None:
    watch = Watch()
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        urls = serve_all(feeds, watch)
        watch.publish(0)
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": urls}, interval_seconds=1)
        running.env |= {
            "PASOPATI_LOCAL_ADDRESSES": feeds.address,
            "PASOPATI_SAMPLE_SOURCES_FILE": str(file),
            "PASOPATI_LEASE_SECONDS": "4",
        }
        replicas = [await running.start("ingest", replica=str(number), wait=False) for number in range(3)]
        for replica in replicas:
            await replica.ready(within=60)
        await eventually(watch.polled(3), within=90, what="everybody was read by everybody")

        watch.publish(1)
        # In the middle of its polls: some are leased, some fetched, some half written.
        await eventually(lambda: sum(watch.asking.values()) >= 3, within=30, what="polls under way")
        replicas[0].kill()
        watch.publish(2)
        await eventually(watch.polled(3), within=90, what="the two others read everything, its sources too")
        await replicas[0].restart(wait=False)
        watch.publish(3)
        await eventually(lambda: len(heard.distinct()) == 4 * SOURCES, within=60, what="every article")
        await replicas[0].ready(within=60)
        await eventually(watch.polled(2), within=90, what="read again, by three")

    assert watch.overlaps.total() == 0, watch.overlaps
    assert {event.sequence for event in heard.events} == {1}
    titles = Counter(event.data.title for event in heard.distinct().values())
    assert len(titles) == 4 * SOURCES and set(titles.values()) == {1}


async def test_a_frozen_replica_does_not_ask_with_a_lease_that_has_passed_on(running: Running, tmp_path: Path) -> None:
    watch = Watch()
    async with feed_server() as feeds:
        urls = serve_all(feeds, watch)[:6]
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": urls}, interval_seconds=1)
        watch.articles = {path: articles for path, articles in watch.articles.items() if feeds.url(path) in urls}
        running.env |= {
            "PASOPATI_LOCAL_ADDRESSES": feeds.address,
            "PASOPATI_SAMPLE_SOURCES_FILE": str(file),
            "PASOPATI_LEASE_SECONDS": "3",
        }
        first = await running.start("ingest", replica="0", wait=False)
        second = await running.start("ingest", replica="1", wait=False)
        await first.ready(within=60)
        await second.ready(within=60)
        await eventually(watch.polled(2), within=60, what="both read")
        first.freeze()
        await eventually(watch.polled(3), within=60, what="the other took over")
        first.thaw()
        await eventually(watch.polled(3), within=60, what="both read again")
    assert watch.overlaps.total() == 0, watch.overlaps
