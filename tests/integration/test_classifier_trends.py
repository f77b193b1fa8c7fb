"""Trends through the real topics: items in, TrendRaised and TrendEased out, over kills and with sources that fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from pymongo import MongoClient

from libs.schemas.items import Item
from libs.schemas.sources import SourceFailing, SourceRecovered
from libs.schemas.topics import TRENDS, parse
from libs.schemas.trends import Trend
from services.classifier.trends.counting import Counters
from services.classifier.trends.facts import fact_of
from services.classifier.trends.store import of_document
from tests.integration.classifier_visitor import Visitor, visiting
from tests.support.builders import a_source, envelope_of
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

OFTEN = {"PASOPATI_TRENDS_EVERY_SECONDS": "0.2"}
KEDIRI = ("unit", "lapas-iia-kediri")


class Reader:
    """A plain subscriber of the trends topic."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.events: list[Any] = []

    async def told(self) -> list[Any]:
        """Every event so far, each once, in the order in which it came."""
        got = await self._consumer.getmany(timeout_ms=50)
        known = {event.id for event in self.events}
        for records in got.values():
            for record in records:
                event = parse(TRENDS, record.value)
                if event.id not in known:
                    known.add(event.id)
                    self.events.append(event)
        return self.events

    async def of(self, series: tuple[str, str]) -> list[tuple[str, Trend]]:
        return [
            (type(e).__name__, e.data)
            for e in await self.told()
            if (e.data.series.kind, e.data.series.key) == series and e.data.rule == "hitung_langsung"
        ]


@asynccontextmanager
async def reading(stack: Stack, namespace: str) -> AsyncIterator[Reader]:
    consumer = AIOKafkaConsumer(bootstrap_servers=stack.kafka_bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(f"{TRENDS.name}.{namespace}", p) for p in range(TRENDS.local_partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        yield Reader(consumer)
    finally:
        await consumer.stop()


def escapes(visitor: Visitor, count: int, *, first: int = 1, minutes: float = 0) -> list[Item]:
    titles = (
        "Napi kabur dari Lapas Kediri",
        "Polisi buru napi kabur dari Lapas Kediri",
        "Lapas Kediri: napi kabur dicari",
    )
    return [
        visitor.item(n, titles[n % 3] + f", laporan ke-{n}", outlet=n % 5 + 1, minutes=minutes)
        for n in range(first, first + count)
    ]


async def test_severe_items_of_a_unit_raise_a_trend_before_any_history(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, reading(stack, namespace) as reader:
        await running.start("classifier", env=OFTEN)
        items = escapes(visitor, 3)
        await visitor.send_all(items)
        ((name, trend),) = await eventually(lambda: reader.of(KEDIRI), within=20)
        assert (name, trend.observed.value, trend.cold, trend.basis_days) == ("TrendRaised", 3, True, 0)
        assert sorted(trend.item_ids) == sorted(i.item_id for i in items)
        assert "tanpa pembanding" in trend.arithmetic and "3 publikasi berat" in trend.arithmetic
        # The same again, and what was brought in later, change nothing; half as much again is told.
        await visitor.send_all(items)
        await visitor.send_all(escapes(visitor, 9, first=50), lane="backfill")
        await visitor.send_all(escapes(visitor, 2, first=4))
        await eventually(lambda: _told(reader, 2), within=20)
        assert [t.observed.value for _, t in await reader.of(KEDIRI)] == [3, 5]
        assert len({t.trend_id for _, t in await reader.of(KEDIRI)}) == 1


async def _told(reader: Reader, count: int) -> bool:
    return len(await reader.of(KEDIRI)) >= count


@pytest.mark.parametrize("point", ["classifier.trends.before_write:1", "classifier.trends.after_write:1", ""])
async def test_killed_and_started_again_it_counts_as_if_nothing_had_been(
    stack: Stack, running: Running, namespace: str, point: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, reading(stack, namespace) as reader:
        service = await running.start("classifier", env={**OFTEN, "PASOPATI_CRASHPOINT": point})
        await visitor.send_all(escapes(visitor, 2))
        if point:
            assert await service.ended() == -9
        else:
            await eventually(lambda: _counted(stack, namespace) == 2, within=20)
            service.kill()
        await visitor.send_all(escapes(visitor, 2, first=3))
        await service.restart(PASOPATI_CRASHPOINT="")
        await eventually(lambda: _told(reader, 1), within=40)
        await eventually(lambda: _counted(stack, namespace) == 4, within=20)
        await visitor.send_all(escapes(visitor, 4, first=5))
        last = await eventually(lambda: _highest(reader, 5), within=20)
        assert last.observed.value == len(last.item_ids) <= 8
        assert len({t.trend_id for _, t in await reader.of(KEDIRI)}) == 1
        sequences = [e.sequence for e in await reader.told() if e.subject == last.trend_id]
        assert sequences == list(range(1, len(sequences) + 1))
        # By replay: what the topic says, counted in one go, is what was counted over two lives.
        assert _of_the_store(stack, namespace).dump() == _of_the_topic(visitor).dump() != {}


def _of_the_store(stack: Stack, namespace: str) -> Counters:
    counters = Counters("live")
    with MongoClient[dict[str, Any]](stack.mongodb_url, tz_aware=True) as client:
        for raw in client[f"pasopati_classifier_{namespace}"]["trend_items"].find():
            counters.change(None, replace(of_document(raw), story=None))
    return counters


def _of_the_topic(visitor: Visitor) -> Counters:
    counters = Counters("live")
    for events in visitor.seen["items_relevant"].values():
        counters.change(None, fact_of(events[max(events)]))
    return counters


async def test_when_the_watcher_dies_the_other_replica_goes_on_counting(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, reading(stack, namespace) as reader:
        replicas = [await running.start("classifier", replica=name, env=OFTEN) for name in ("0", "1")]
        await visitor.send_all(escapes(visitor, 2))
        await eventually(lambda: _counted(stack, namespace) == 2, within=20)
        for number, replica in enumerate(replicas):
            # Whichever of the two it was: each dies once, and comes back.
            replica.kill()
            await visitor.send_all(escapes(visitor, 2, first=3 + 2 * number))
            await eventually(lambda n=number: _counted(stack, namespace) == 4 + 2 * n, within=15)  # type: ignore[misc]
            await replica.restart()
        await eventually(lambda: _highest(reader, 6), within=20)
        assert len({t.trend_id for _, t in await reader.of(KEDIRI)}) == 1


def _counted(stack: Stack, namespace: str) -> int:
    with MongoClient[dict[str, Any]](stack.mongodb_url) as client:
        return client[f"pasopati_classifier_{namespace}"]["trend_items"].count_documents({})


async def _highest(reader: Reader, least: int) -> Any:
    told = [t for _, t in await reader.of(KEDIRI) if t.observed.value >= least]
    return told[-1] if told else None


async def test_a_trend_does_not_ease_while_its_sources_cannot_be_read(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, reading(stack, namespace) as reader:
        await running.start("classifier", env=OFTEN)
        now = datetime.now(UTC)
        down = a_source(state="gagal", failures=9, last_success_at=now - timedelta(hours=8), items_per_day=40.0)
        failing = envelope_of(SourceFailing, down, sequence=2)
        await visitor.put(failing)
        await visitor.send_all(escapes(visitor, 3))
        await eventually(lambda: _told(reader, 1), within=20)
        blind = await eventually(lambda: _with_sight(reader, "buta"), within=20)
        assert blind.eased_at is None
        # Labels corrected: none of it was severe. Still nobody can say that it is quiet.
        for item in escapes(visitor, 3):
            await visitor.send(item.model_copy(update={"title": "Harga cabai naik", "rev_no": 2}), sequence=2)
        marker = visitor.item(90, "Kalapas Sleman resmikan dapur", outlet=3)
        await visitor.send(marker)
        await eventually(lambda: visitor.classified(marker), within=20)
        await eventually(lambda: _gone(stack, namespace) == 3, within=20)
        assert "TrendEased" not in {name for name, _ in await reader.of(KEDIRI)}
        well = a_source(state="hidup", failures=0, last_success_at=now - timedelta(hours=7), items_per_day=40.0)
        back = envelope_of(SourceRecovered, well, sequence=3)
        await visitor.put(back.model_copy(update={"time": now - timedelta(hours=7)}))
        eased = await eventually(lambda: _eased(reader), within=20)
        assert eased.sight == "penuh" and eased.eased_at is not None


def _gone(stack: Stack, namespace: str) -> int:
    with MongoClient[dict[str, Any]](stack.mongodb_url) as client:
        return client[f"pasopati_classifier_{namespace}"]["trend_items"].count_documents({"gone": True})


async def _with_sight(reader: Reader, sight: str) -> Any:
    told = [t for _, t in await reader.of(KEDIRI) if t.sight == sight]
    return told[-1] if told else None


async def _eased(reader: Reader) -> Any:
    told = [t for name, t in await reader.of(KEDIRI) if name == "TrendEased"]
    return told[-1] if told else None
