"""kill -9 at every place of the classifier, two replicas at once: nothing lost, nothing doubled."""

import asyncio

import pytest

from libs.schemas.items import Item
from tests.integration.classifier_visitor import Visitor, publications, visiting
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually

PLACES = ["Kediri", "Sleman", "Nabire", "Palopo"]


def a_day(visitor: Visitor, count: int = 40) -> list[Item]:
    """Items on four escapes and as many on nothing of the kind; every escape is covered by several outlets."""
    items: list[Item] = []
    for n in range(1, count + 1):
        if n % 2:
            place = PLACES[n // 2 % len(PLACES)]
            title = f"Napi kabur dari Lapas {place}, laporan ke-{n} warga sekitar"
        else:
            title = f"Harga cabai pasar nomor {n} naik lagi"
        items.append(visitor.item(n, title, outlet=n % 7, minutes=n / 10))
    return items


def all_taken(visitor: Visitor, items: list[Item]) -> bool:
    grouped = sorted(publications(s) for s in visitor.open_stories())
    relevant = len(items) // 2
    return (
        all(visitor.classified(i) is not None for i in items)
        and sum(grouped) == relevant
        and len(grouped) == len(PLACES)
    )


def nothing_doubled(visitor: Visitor, items: list[Item]) -> None:
    assert all(len(e) == 1 for e in visitor.seen["items_classified"].values())
    assert all(len(e) == 1 for e in visitor.seen["items_relevant"].values())
    members = [i for s in visitor.open_stories() for i in (line.item_id for line in s.head_items)]
    assert len(members) == len(set(members))
    for events in visitor.seen["stories"].values():
        assert sorted(events) == list(range(1, len(events) + 1)), "a transition is missing"
    assert visitor.out_of_order == 0


@pytest.mark.parametrize(
    "point",
    [
        "store.before_write:2",
        "store.after_write:2",
        "classifier.members.before_write:1",
        "classifier.members.after_write:1",
        "classifier.stories.before_write:2",
        "classifier.stories.after_write:1",
    ],
)
async def test_killed_at_a_crash_point_it_takes_up_where_it_was(
    stack: Stack, running: Running, namespace: str, point: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier", PASOPATI_CRASHPOINT=point)
        items = a_day(visitor)
        for item in items:
            await visitor.send(item)
        assert await service.ended() == -9
        await service.restart(PASOPATI_CRASHPOINT="")
        await eventually(lambda: all_taken(visitor, items), within=40, what="every item in its story")
        nothing_doubled(visitor, items)


# Three items are written, one batch each; the fourth write moves the members of the merged story.
async def test_killed_between_the_writes_of_a_merge(stack: Stack, running: Running, namespace: str) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier", PASOPATI_CRASHPOINT="classifier.members.after_write:4")
        await visitor.send(
            visitor.item(1, "Kebakaran melanda gudang arsip, puluhan napi dievakuasi ke halaman", outlet=1)
        )
        await eventually(lambda: len(visitor.open_stories()) == 1, within=20)
        await visitor.send(
            visitor.item(2, "Asap tebal membubung, narapidana mengungsi sementara di aula", outlet=2, minutes=5)
        )
        await eventually(lambda: len(visitor.open_stories()) == 2, within=20)
        title = "Kebakaran melanda gudang arsip, asap tebal membubung, puluhan napi mengungsi sementara ke halaman aula"
        await visitor.send(visitor.item(3, title, outlet=3, minutes=9))
        assert await service.ended() == -9
        await service.restart(PASOPATI_CRASHPOINT="")
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [3], within=30)
        (story,) = visitor.open_stories()
        (gone,) = [s for s in visitor.stories().values() if s.status == "digabung"]
        assert gone.into == story.story_id


async def test_after_a_restart_new_items_join_the_stories_they_belong_to(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        service = await running.start("classifier")
        await visitor.send(visitor.item(1, "Napi kabur dari Lapas Kediri", outlet=1))
        await eventually(lambda: visitor.open_stories(), within=20)
        service.kill()
        await visitor.send(visitor.item(2, "Polisi buru napi kabur Lapas Kediri", outlet=2, minutes=4))
        await service.restart()
        await eventually(lambda: [publications(s) for s in visitor.open_stories()] == [2], within=30)


async def test_two_replicas_lose_nothing_and_a_frozen_grouper_does_no_harm(
    stack: Stack, running: Running, namespace: str
) -> None:
    await running.topics()
    async with visiting(stack, namespace) as visitor:
        first = await running.start("classifier", replica="0")
        second = await running.start("classifier", replica="1")
        items = a_day(visitor, 120)
        half = len(items) // 2
        for item in items[:half]:
            await visitor.send(item)
        # One of the two is the grouper; frozen, it wakes as a zombie when the other has taken over.
        first.freeze()
        feeding = asyncio.create_task(send_all(visitor, items[half:]))
        await eventually(lambda: len(visitor.seen["items_classified"]) > half, within=40)
        first.thaw()
        await feeding
        second.freeze()
        await visitor.send(visitor.item(900, "Napi kabur dari Lapas Kediri, kata saksi terakhir", outlet=9, minutes=20))
        items.append(visitor.item(900, "Napi kabur dari Lapas Kediri, kata saksi terakhir", outlet=9, minutes=20))
        await eventually(lambda: visitor.classified(items[-1]) is not None, within=40)
        second.thaw()

        def complete() -> bool:
            grouped = sorted(publications(s) for s in visitor.open_stories())
            return len(grouped) == len(PLACES) and sum(grouped) == 61

        await eventually(complete, within=60, what="every item in one of four stories")
        nothing_doubled(visitor, items)


async def send_all(visitor: Visitor, items: list[Item]) -> None:
    for item in items:
        await visitor.send(item)
