"""The schedule through the door: what a server is asked, what people are told, what a person's switch means."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from libs.runtime.mongo import Database, connect
from libs.schemas.sources import Source
from libs.schemas.topics import COMMAND_OUTCOMES, ITEMS_COLLECTED, SOURCES
from tests.integration.test_ingest_commands import asking, polling, switching
from tests.support.feeds import Answer, Article, FeedServer, feed_server, head, rss, sources_file, status
from tests.support.listening import listening
from tests.support.running import Running, Service
from tests.support.waiting import eventually


async def start(running: Running, feeds: FeedServer, file: Path, **env: str) -> Service:
    running.env |= {"PASOPATI_LOCAL_ADDRESSES": feeds.address, "PASOPATI_SAMPLE_SOURCES_FILE": str(file), **env}
    return await running.start("ingest")


def ledger_of(running: Running) -> Database:
    return connect(running.stack.mongodb_url)[f"pasopati_ingest_{running.namespace}"]


@dataclass(slots=True)
class Changing304:
    """A host that answers 304 with a new validator each time, and remembers what it was asked with."""

    page: bytes
    answered: int = 0
    asked_with: list[str] = field(default_factory=list)

    def answer(self, feeds: FeedServer) -> Answer:
        async def write(writer: asyncio.StreamWriter) -> None:
            self.asked_with.append(feeds.requests[-1].headers.get("if-none-match", ""))
            self.answered += 1
            etag = f'"v{self.answered}"'
            if self.asked_with[-1]:
                writer.write(head("304 Not Modified", etag=etag))
            else:
                kind = "application/rss+xml"
                writer.write(head("200 OK", length=len(self.page), content_type=kind, etag=etag) + self.page)

        return write


async def test_a_304_is_one_request_its_new_validator_is_used_and_once_a_day_nothing_is_assumed(
    running: Running, tmp_path: Path
) -> None:
    host = Changing304(rss([Article(link="https://harian.contoh.example/1")]).encode())
    async with feed_server() as feeds, listening(running, ITEMS_COLLECTED) as heard:
        url = feeds.serve("/rss.xml", host.answer(feeds))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        service = await start(running, feeds, file)
        await eventually(lambda: host.answered >= 4, within=40, what="asked four times")
        assert host.asked_with[:4] == ["", '"v1"', '"v2"', '"v3"']
        metrics = await service.metrics()
        unchanged = [line for line in metrics.splitlines() if 'polls_total{outcome="unchanged"}' in line]
        polls = 1 + float(unchanged[0].split()[-1])
        assert host.answered - 1 <= polls <= host.answered, "one request a poll"

        ledger = ledger_of(running)["fetching"]
        before = await ledger.find_one({})
        assert before is not None
        day_ago = before["unconditional_at"] - timedelta(days=1)
        await ledger.update_one({"_id": before["_id"]}, {"$set": {"unconditional_at": day_ago}})
        await eventually(lambda: host.asked_with.count("") == 2, within=20, what="asked without conditions")
        after = host.answered
        await eventually(lambda: host.answered >= after + 2, within=20, what="and then with them again")
        assert host.asked_with.count("") == 2
    assert len(heard.distinct()) == 1


async def test_people_are_told_the_pace_not_every_poll(running: Running, tmp_path: Path) -> None:
    async with feed_server() as feeds, listening(running, SOURCES) as heard:
        url = feeds.serve("/rss.xml", rss([]))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url]}, interval_seconds=1)
        await start(running, feeds, file)
        await eventually(lambda: feeds.asked("/rss.xml") >= 6, within=40, what="polled six times")
        told = [event.data for event in heard.of("SourceChanged") if event.data.url == url]
        assert 1 <= len(told) <= 3
        assert told[0].state == "hidup" and told[0].reading_every_seconds
        assert told[0].items_per_day is None, "nothing is claimed before a day was watched"


async def test_a_hopeless_source_is_given_up_with_reason_tried_again_and_recovers(
    running: Running, tmp_path: Path
) -> None:
    async with feed_server() as feeds, listening(running, SOURCES) as heard:
        url = feeds.serve("/rss.xml", status("404 Not Found"))
        other = feeds.serve("/lain.xml", status("404 Not Found"))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url], "kabar-contoh": [other]}, interval_seconds=1)
        patience = {"PASOPATI_GIVE_UP_AFTER_HOURS": "0", "PASOPATI_GIVE_UP_SCORE": "2"}
        service = await start(running, feeds, file, **patience, PASOPATI_RETRY_AFTER_HOURS="0.0008")

        def mine(name: str) -> list[Source]:
            return [event.data for event in heard.of(name) if event.data.url == url]

        await eventually(lambda: bool(mine("SourceDisabled")), within=40, what="given up")
        given_up = mine("SourceDisabled")[0]
        assert (given_up.enabled, given_up.state, given_up.disabled_by) == (False, "dimatikan", "sistem")
        assert given_up.failure == "menjawab dengan kode 404" and given_up.failure_score == 2
        assert given_up.retry_at is not None and given_up.next_poll_at is None
        asked = feeds.asked("/rss.xml")
        await eventually(lambda: feeds.asked("/rss.xml") > asked, within=30, what="tried again by itself")
        # The shipped file says "on"; a start does not overrule what was learnt.
        await service.restart(PASOPATI_RETRY_AFTER_HOURS="0.0008")
        feeds.serve("/rss.xml", rss([]))
        await eventually(lambda: bool(mine("SourceRecovered")), within=60, what="recovered")
        back = mine("SourceRecovered")[0]
        assert (back.enabled, back.state, back.disabled_by, back.retry_at, back.failure) == (
            True, "hidup", None, None, None,
        )  # fmt: skip
        assert not [event for event in heard.of("SourceRecovered") if event.data.url == other]


async def test_what_a_person_switched_off_is_not_tried_again(running: Running, tmp_path: Path) -> None:
    async with (
        feed_server() as feeds,
        listening(running, SOURCES) as heard,
        listening(running, COMMAND_OUTCOMES) as outcomes,
        asking(running, outcomes) as ask,
    ):
        url = feeds.serve("/rss.xml", status("410 Gone"))
        beat = feeds.serve("/hidup.xml", rss([]))
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": [url], "kabar-contoh": [beat]}, interval_seconds=1)
        patience = {"PASOPATI_GIVE_UP_AFTER_HOURS": "0", "PASOPATI_GIVE_UP_SCORE": "2"}
        service = await start(running, feeds, file, **patience, PASOPATI_RETRY_AFTER_HOURS="0.001")
        await eventually(lambda: bool(heard.of("SourceDisabled")), within=40, what="given up")
        source_id = heard.of("SourceDisabled")[0].subject
        asked = feeds.asked("/rss.xml")
        await ask(polling(source_id, key="coba"))
        await eventually(lambda: feeds.asked("/rss.xml") > asked, within=20, what="tried at once when a person asks")

        off: Any = await ask(switching(source_id, key="mati", enabled=False))
        assert type(off).__name__ == "CommandApplied"
        await eventually(
            lambda: [e.data.disabled_by for e in heard.events if e.subject == source_id][-1] == "orang",
            within=20, what="a person's now",
        )  # fmt: skip
        feeds.serve("/rss.xml", rss([]))
        asked, seen = feeds.asked("/rss.xml"), feeds.asked("/hidup.xml")
        await eventually(lambda: feeds.asked("/hidup.xml") >= seen + 5, within=40, what="time goes by")
        await service.restart()
        seen = feeds.asked("/hidup.xml")
        await eventually(lambda: feeds.asked("/hidup.xml") >= seen + 2, within=40, what="more time, after a start")
        assert feeds.asked("/rss.xml") == asked

        await ask(switching(source_id, key="nyala", enabled=True))
        await eventually(lambda: feeds.asked("/rss.xml") > asked, within=20, what="read when a person says so")
        await eventually(
            lambda: [e.data.state for e in heard.events if e.subject == source_id][-1] == "hidup",
            within=20, what="alive",
        )  # fmt: skip


async def test_three_replicas_ask_a_host_once_in_five_seconds(running: Running, tmp_path: Path) -> None:
    """Its own address is exempt from pauses for tests and the sample day: here it is reached by another name."""
    times: list[float] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        times.append(asyncio.get_running_loop().time())
        writer.write(head("200 OK", length=0))

    async with feed_server() as feeds:
        urls = [feeds.serve(f"/s{n}.xml", answer).replace("127.0.0.1", "localhost") for n in range(9)]
        file = sources_file(tmp_path / "s.yaml", {"harian-contoh": urls}, interval_seconds=1)
        running.env |= {
            "PASOPATI_LOCAL_ADDRESSES": feeds.address,
            "PASOPATI_SAMPLE_SOURCES_FILE": str(file),
            "PASOPATI_PER_HOST_SECONDS": "2",
        }
        replicas = [await running.start("ingest", replica=str(number), wait=False) for number in range(3)]
        for replica in replicas:
            await replica.ready(within=60)
        await eventually(lambda: len(times) >= 6, within=60, what="six requests")
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    # Their clocks are one machine's; what may differ is how long a request takes to begin.
    assert min(gaps) > 1.5, gaps
