"""The live feed: nothing missed and nothing twice, over a reconnect and over a gateway that is killed."""

import asyncio
import itertools
import time
from collections import Counter
from pathlib import Path

from libs.schemas.stories import StoryGrew, StoryOpened
from libs.schemas.topics import STORIES
from services.gateway.framing import MAX_JSON_BYTES
from tests.integration.gateway_world import Watcher, gateway_world
from tests.support.builders import a_story, envelope_of
from tests.support.running import Running
from tests.support.stack import Stack
from tests.support.waiting import eventually


async def test_a_client_that_comes_back_gets_what_it_missed_once(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path) as world:
        watcher = Watcher(world.gateway.url, world.keys["operator"])
        page = Watcher(world.gateway.url, world.keys["operator"], path="/umpan/arus")
        async with watcher.watching(), page.watching():
            for junk in (b"\xff\x00 bukan JSON", b"{}", b'{"type": "id.go.ditjenpas.pasopati.story.lain.v1"}'):
                await (await world.plumbing.bus.send(STORIES, "sampah", junk))
            ids = await world.raise_alerts(1, 2)
            await eventually(lambda: len(watcher.transitions) == 2, what="both raised")
            await eventually(lambda: any("hx-partial" in str(c) for c in page.changes), what="a row was drawn")
        await world.change_alert(ids[0], "a")
        await world.change_alert(ids[0], "b")
        async with watcher.watching():
            await world.change_alert(ids[1], "c")
            await eventually(lambda: (ids[1], 2) in watcher.transitions, what="the last change")
        assert Counter(watcher.transitions) == Counter(
            [(ids[0], 1), (ids[1], 1), (ids[0], 2), (ids[0], 3), (ids[1], 2)]
        )
        assert all(len(str(change).encode()) <= MAX_JSON_BYTES + 20 for change in watcher.changes)

        async with watcher.watching():
            began = time.monotonic()
            assert await world.gateway.stop() == 0
            assert time.monotonic() - began < 12, "an open stream does not hold it up"
        await world.change_alert(ids[0], "d")
        await world.gateway.restart()
        async with watcher.watching():
            await eventually(lambda: (ids[0], 4) in watcher.transitions, what="what happened meanwhile")
        assert not watcher.named("muat-ulang")
        assert max(Counter(watcher.transitions).values()) == 1


KILLS = (
    "gateway.live.before_frames:5",
    "gateway.live.after_frames:3",
    "gateway.views.before_write:4",
    "gateway.views.after_write:2",
)


async def test_a_gateway_killed_anywhere_under_load_loses_and_doubles_nothing(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path) as world:
        watcher = Watcher(world.gateway.url, world.keys["operator"])
        told: list[tuple[str, int]] = []
        killed = asyncio.Event()

        async def tell_stories() -> None:
            for round_ in itertools.count(1):
                for n in range(1, 6):
                    story = a_story(n)
                    event = StoryOpened if round_ == 1 else StoryGrew
                    envelope = envelope_of(event, story, sequence=round_)
                    await world.plumbing.bus.publish(envelope)
                    if (round_ + n) % 3 == 0:  # a relay that repeats itself
                        await world.plumbing.bus.publish(envelope)
                    told.append((story.story_id, round_))
                if killed.is_set():
                    return
                await asyncio.sleep(0.1)

        async with watcher.watching():
            telling = asyncio.create_task(tell_stories())
            await eventually(lambda: len(told) > 20, within=60, what="under load")
            world.gateway.kill()
            for place in KILLS:
                await world.gateway.restart(wait=False, PASOPATI_CRASHPOINT=place)
                assert await world.gateway.ended(within=60) == -9, place
            await world.gateway.restart(PASOPATI_CRASHPOINT="")
            killed.set()
            await telling
            await eventually(lambda: set(told) <= set(watcher.transitions), within=60, what="everything arrived")
        assert Counter(watcher.transitions) == Counter(told)
        assert watcher.connections >= 2 and not watcher.named("muat-ulang")
        by_story = [[n for s, n in watcher.transitions if s == story] for story, _ in told[:5]]
        assert all(numbers == sorted(numbers) for numbers in by_story)


async def test_a_gap_that_is_too_long_is_said_and_a_foreign_cursor_is_none(
    stack: Stack, running: Running, namespace: str, tmp_path: Path
) -> None:
    async with gateway_world(stack, running, namespace, tmp_path, PASOPATI_RESUME_MAX_RECORDS="3") as world:
        watcher = Watcher(world.gateway.url, world.keys["operator"])
        async with watcher.watching():
            (alert_id,) = await world.raise_alerts(1)
            await eventually(lambda: watcher.transitions == [(alert_id, 1)], what="raised")
        await world.gateway.stop()
        for note in "abcdef":
            await world.change_alert(alert_id, note)
        await world.gateway.restart()
        async with watcher.watching():
            assert watcher.named("muat-ulang") == [{"terlewat": 6}]
            await world.change_alert(alert_id, "g")
            await eventually(lambda: (alert_id, 8) in watcher.transitions, what="live again")
        stranger = Watcher(world.gateway.url, world.keys["operator"], last_id="bukan-punya-kita")
        async with stranger.watching():
            assert stranger.named("muat-ulang") == [{"terlewat": 0}]
