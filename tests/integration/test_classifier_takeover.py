"""One grouper is active, another stands by: killed -9 under load, the other takes over within 15 seconds, without loss;
and a person's command survives its owner's death."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from libs.schemas.commands import LabelsCorrected, MergeStories, RelabelItem, StoriesJoined
from libs.schemas.items import Item
from libs.schemas.outcomes import CommandApplied
from tests.integration.classifier_visitor import Visitor, publications, visiting
from tests.integration.test_classifier_people import WHY, corrections, two_stories
from tests.support.running import Running, Service
from tests.support.stack import Stack
from tests.support.waiting import eventually

PLACES = ("Kediri", "Sleman", "Nabire", "Palopo", "Krui", "Jember")
TAKEOVER_SECONDS = 15.0
PER_SECOND = 20


def escape(visitor: Visitor, n: int) -> Item:
    place = PLACES[n % len(PLACES)]
    return visitor.item(n, f"Napi kabur dari Lapas {place}, laporan ke-{n} warga sekitar", outlet=n % 7, minutes=n / 60)


async def is_grouper(service: Service) -> bool:
    lines = (await service.metrics()).splitlines()
    return any(
        line.startswith("pasopati_classifier_stories_in_index ") and float(line.split()[1]) > 0 for line in lines
    )


def placed(visitor: Visitor) -> int:
    return sum(publications(story) for story in visitor.open_stories())


async def test_a_killed_grouper_is_followed_within_fifteen_seconds_and_nothing_is_lost(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        services = [await running.start("classifier", replica=str(n)) for n in range(2)]
        sent: list[Item] = []

        async def feed() -> None:
            while True:
                sent.append(escape(visitor, len(sent) + 1))
                await visitor.send(sent[-1])
                await asyncio.sleep(1 / PER_SECOND)

        feeding = asyncio.create_task(feed())
        await eventually(lambda: placed(visitor) >= 60, within=30, what="the first grouper is at work")
        (active,) = [service for service in services if await is_grouper(service)]
        before = placed(visitor)
        active.kill()
        died = time.monotonic()
        # What came after the death was placed by the other one: more than could have been on its way.
        await eventually(lambda: placed(visitor) >= before + 2 * PER_SECOND, within=30, what="the other took over")
        gap = time.monotonic() - died
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        print(f"taken over after {gap:.1f} s")
        assert gap <= TAKEOVER_SECONDS, f"{gap:.1f} s without a grouper"
        await eventually(lambda: placed(visitor) == len(sent), within=30, what="every item is placed once")
        assert len(visitor.open_stories()) == len(PLACES)
        relevant = Counter(item_id for item_id in visitor.seen["items_relevant"])
        assert sorted(relevant) == sorted(item.item_id for item in sent)
        for events in visitor.seen["stories"].values():
            assert sorted(events) == list(range(1, len(events) + 1)), "a transition is missing"
        assert visitor.out_of_order == 0


async def test_a_correction_survives_the_death_of_its_owner(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        point = "classifier.correction.before_keeping:1"
        service = await running.start("classifier", PASOPATI_CRASHPOINT=point)
        item = visitor.item(1, "Tiga napi kabur dari Lapas Kediri")
        await visitor.send(item)
        await eventually(lambda: visitor.open_stories(), within=20)
        asking = asyncio.create_task(
            visitor.ask(RelabelItem, item.item_id, LabelsCorrected(**WHY, severity=2), key="a", within=40)
        )
        assert await service.ended() == -9
        assert await corrections(stack, namespace) == []
        await service.restart(PASOPATI_CRASHPOINT="")
        assert isinstance(await asking, CommandApplied)

        async def kept() -> bool:
            return [c["after"]["severity"] for c in await corrections(stack, namespace)] == ["2"]

        await eventually(kept, within=20, what="the correction is kept")
        assert sorted(visitor.seen["items_classified"][item.item_id]) == [1, 2]


async def test_a_merge_survives_the_death_of_its_owner(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier", PASOPATI_CRASHPOINT="classifier.merge.after_end:1")
        one, two = await two_stories(visitor)
        joined = StoriesJoined(**WHY, others=[two.story_id])
        asking = asyncio.create_task(visitor.ask(MergeStories, one.story_id, joined, key="a", within=40))
        assert await service.ended() == -9
        await service.restart(PASOPATI_CRASHPOINT="")
        assert isinstance(await asking, CommandApplied)
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2], within=20)
        assert visitor.stories()[two.story_id].into == one.story_id
