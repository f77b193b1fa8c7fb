"""Two groupers on one store, which the consumer group ought to prevent and a zombie makes real: no effect is lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import ConsumerRecord

from libs.runtime.clock import SystemClock
from libs.runtime.kafka import Batch, Received
from libs.schemas.items import RelevantItem, Severity, TopicLabel
from libs.schemas.topics import ITEMS_RELEVANT
from services.classifier.grouping import Grouper
from services.classifier.store import MemberStore, Signals, StatementStore
from tests.integration.classifier_visitor import publications, visiting
from tests.support.builders import a_groupable_item, a_unit, envelope_of
from tests.support.inside import Inside, inside
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

NOW = datetime.now(UTC)


def escape(n: int, *, place: str = "a", sequence: int = 1, relevant: bool = True) -> RelevantItem:
    item = a_groupable_item(
        n, title=f"Napi kabur lewat atap, laporan warga ke-{n}", text="", signature=[],
        units=[a_unit(unit_id=f"lapas-{place}", name=f"Lapas {place.upper()}")], severity=Severity(value=3),
        topics=[TopicLabel(name="pelarian", score=0.9)], first_seen_at=NOW - timedelta(minutes=n % 50),
    )  # fmt: skip
    if not relevant:
        item = item.model_copy(update={"relevance": item.relevance.model_copy(update={"relevant": False})})
    event: RelevantItem = envelope_of(RelevantItem, item, sequence=sequence)
    return event


def batch(*events: RelevantItem, offset: int = 0) -> Batch:
    def record(at: int) -> Any:
        return ConsumerRecord("t", 0, at, 0, 0, None, b"", None, 0, 0, ())

    return Batch([Received(event=e, topic=ITEMS_RELEVANT, record=record(offset + i)) for i, e in enumerate(events)])


async def a_grouper(plumbing: Inside) -> Grouper:
    database = plumbing.client[plumbing.settings.database_name("classifier")]
    members = MemberStore(database["story_members"])
    await members.prepare()
    return Grouper(
        await plumbing.entities("stories"),
        members,
        StatementStore(database["statements"]),
        Signals(database["turns"]),
        SystemClock(),
    )


async def test_two_groupers_hammering_four_stories_lose_nothing(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with (
        visiting(stack, namespace) as visitor,
        inside(stack, namespace, replica="a") as one,
        inside(stack, namespace, replica="b") as two,
    ):
        groupers = [await a_grouper(one), await a_grouper(two)]
        events = [escape(n, place="abcd"[n % 4]) for n in range(1, 161)]

        async def feed(which: int) -> None:
            mine = events[which::2]
            for start in range(0, len(mine), 4):
                await groupers[which].group(batch(*mine[start : start + 4], offset=start))

        await asyncio.gather(feed(0), feed(1))

        def complete() -> bool:
            return sum(publications(s) for s in visitor.open_stories()) == 160

        await eventually(complete, within=30, what="160 publications in open stories")
        # Each grouper may have opened a story of its own in the very first race; they name one unit each.
        for story in visitor.open_stories():
            assert len(story.units) == 1
        items = [i for s in visitor.open_stories() for i in [line.item_id for line in s.head_items]]
        assert len(items) == len(set(items))


async def test_the_same_batch_again_changes_and_announces_nothing(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, inside(stack, namespace) as plumbing:
        events = [escape(n) for n in range(1, 6)]
        await (await a_grouper(plumbing)).group(batch(*events))
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [5], within=15)
        # A fresh process reads it all again: beyond what `applied` remembers, membership settles it.
        again = await a_grouper(plumbing)
        await again.group(batch(*events))
        await again.group(batch(*reversed(events), offset=40))
        await again.group(batch(escape(6), offset=80))
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [6], within=15)
        (events_of_story,) = visitor.seen["stories"].values()
        assert sorted(events_of_story) == [1, 2]


async def test_an_older_revision_never_overwrites_a_newer(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, inside(stack, namespace) as plumbing:
        grouper = await a_grouper(plumbing)
        await grouper.group(batch(escape(1), escape(2)))
        await grouper.group(batch(escape(2, sequence=3, relevant=False), offset=2))
        await grouper.group(batch(escape(2, sequence=2), offset=3))
        await grouper.group(batch(escape(3), offset=4))
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2], within=15)


async def test_a_rebuilt_index_makes_the_same_decisions(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor, inside(stack, namespace) as plumbing:
        for n in range(1, 9):
            # A new process for every item.
            await (await a_grouper(plumbing)).group(batch(escape(n, place="ab"[n % 2]), offset=n))
        await eventually(lambda: sorted(publications(s) for s in visitor.open_stories()) == [4, 4], within=15)
