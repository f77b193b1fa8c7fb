"""What people do between batches is taken in by itself: no rebuild, and nothing that a rebuild would see otherwise."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from libs.schemas.commands import (
    MergeStories,
    PinStory,
    RenameStory,
    SplitStory,
    StoriesJoined,
    StoryHeld,
    StoryNamed,
    StoryParted,
)
from libs.schemas.envelope import Command, Part
from libs.schemas.releases import ReleasePublished
from libs.schemas.stories import Story
from libs.schemas.topics import STORIES
from services.classifier import deeds, grouping, remembering
from services.classifier.releases import Releases
from services.classifier.store import SIGNALS_KEPT, Corrections, MemberStore, Signals
from services.classifier.units import GazetteerUnits
from tests.integration.test_classifier_stories import BODY, a_month
from tests.support.builders import a_command, a_release, an_actor, envelope_of
from tests.support.grouping import MORNING, Stories, stories_in, told
from tests.support.inside import Inside, inside
from tests.support.running import Running
from tests.support.stack import Stack

WHY: dict[str, Any] = {"by": an_actor(), "reason": "Alasan uji"}


@pytest.fixture
async def plumbing(stack: Stack, running: Running, namespace: str) -> AsyncIterator[Inside]:
    await running.topics()
    async with inside(stack, namespace) as plumbing:
        yield plumbing


@dataclass(slots=True)
class Reads:
    """How often the whole memory was built, by whose members."""

    of: list[MemberStore] = field(default_factory=list)

    def __call__(self, members: MemberStore) -> int:
        return sum(one is members for one in self.of)


@pytest.fixture
def rebuilt(monkeypatch: pytest.MonkeyPatch) -> Reads:
    reads, real = Reads(), remembering.remember

    async def remember(members: MemberStore, *rest: Any, **more: Any) -> Any:
        reads.of.append(members)
        return await real(members, *rest, **more)

    monkeypatch.setattr(grouping, "remember", remember)
    return reads


def desk_of(world: Stories, plumbing: Inside) -> deeds.Desk:
    on_stories = plumbing.desk(world.stories, STORIES)
    corrections = Corrections(plumbing.client[plumbing.settings.database_name("classifier")]["corrections"])
    return deeds.Desk(
        labels=world.stories, on_items=on_stories, corrections=corrections, stories=world.stories,
        on_stories=on_stories, members=world.members, signals=world.signals, units=GazetteerUnits(),
        clock=world.clock,
    )  # fmt: skip


async def do(command: Command[Any], desk: deeds.Desk) -> None:
    acts: dict[type[Command[Any]], Callable[..., Any]] = {
        MergeStories: deeds.merge, SplitStory: deeds.split, RenameStory: deeds.rename, PinStory: deeds.pin,
    }  # fmt: skip
    await acts[type(command)](command, desk=desk)


def a_deed(n: int, stories: list[Story], chance: random.Random) -> Command[Any]:
    """Something a person may do to one of these."""
    one = chance.choice(stories)
    act: type[Command[Any]]
    asked: Part
    if len(one.item_ids) > 1 and n % 2:
        act, asked = SplitStory, StoryParted(**WHY, item_ids=one.item_ids[: len(one.item_ids) // 2])
    elif n % 3 == 0:
        act, asked = PinStory, StoryHeld(by=WHY["by"], pinned=not one.pinned)
    elif n % 7 == 0:
        act, asked = RenameStory, StoryNamed(by=WHY["by"], title=f"Judul uji {n}")
    else:
        others = [s.story_id for s in stories if s.story_id != one.story_id]
        act, asked = MergeStories, StoriesJoined(**WHY, others=[chance.choice(others)])
    command: Command[Any] = a_command(act, one.story_id, asked, key=f"tekan-{n}")
    return command


async def test_with_people_at_work_a_restart_gives_the_same_stories(plumbing: Inside, rebuilt: Reads) -> None:
    through, broken = await stories_in(plumbing, name="through"), await stories_in(plumbing, name="broken")
    desks = [desk_of(world, plumbing) for world in (through, broken)]
    chance, events, done = (
        random.Random(5),
        [e for e in a_month() if e.data.first_seen_at < MORNING + timedelta(days=28)],
        0,
    )
    for n, start in enumerate(range(0, len(events), 5)):
        broken.restart()
        for world in (through, broken):
            await world.take(*events[start : start + 5])
        stories = await through.open()
        for step in range(2 if len(stories) > 2 else 0):
            command = a_deed(2 * n + step, stories, chance)
            for desk in desks:
                await do(command, desk)
            stories, done = await through.open(), done + 1
    one, other = await through.states(), await broken.states()
    assert done > 30 and len(one) > 30
    assert one == other
    assert rebuilt(through.members) == 1, "read once, and then only what was touched"
    assert rebuilt(broken.members) > 10


async def test_a_deed_that_falls_into_a_batch_costs_no_rebuild(
    plumbing: Inside, rebuilt: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await stories_in(plumbing)
    desk = desk_of(world, plumbing)
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri"), told(2, "Panen melon meriah", unit="sleman"))
    one, two = await world.open()
    save, held = world.members.save, [False]

    async def save_while_somebody_merges(*what: Any) -> None:
        await save(*what)
        if not held[0]:
            held[0] = True
            joined = StoriesJoined(**WHY, others=[two.story_id])
            await do(a_command(MergeStories, one.story_id, joined), desk)

    monkeypatch.setattr(world.members, "save", save_while_somebody_merges)
    await world.take(told(3, "Panen melon meriah sekali", unit="sleman", hours=1))
    (story,) = await world.open()
    assert (story.story_id, len(story.item_ids)) == (one.story_id, 3)
    assert rebuilt(world.members) == 1


async def test_what_was_published_meanwhile_is_recognised_without_a_rebuild(plumbing: Inside, rebuilt: Reads) -> None:
    world = await stories_in(plumbing)
    releases = Releases(world.stories, world.members, world.statements, world.signals, world.clock)
    await world.take(told(1, "Napi kabur lewat plafon", unit="kediri"))
    release = a_release(plain=BODY, published_at=world.clock.at)
    await releases.hear([envelope_of(ReleasePublished, release)])
    await world.take(told(2, "Kabar dari lapas", text=BODY, unit="sleman", hours=1))
    carrying = [s for s in await world.open() if s.carries_our_statement]
    assert [s.carries_our_statement.release_ids for s in carrying if s.carries_our_statement] == [[release.release_id]]
    assert rebuilt(world.members) == 1


async def test_who_has_missed_more_than_is_kept_reads_everything(plumbing: Inside) -> None:
    signals = Signals(plumbing.client[plumbing.settings.database_name("classifier")]["turns_long"])
    assert (await signals.since(-1)).stories is None
    first = (await signals.since(-1)).count
    for n in range(SIGNALS_KEPT + 1):
        await signals.tell(stories=[f"isu-{n}"])
    assert (await signals.since(first)).stories is None
    heard = await signals.since(first + 1)
    assert heard.stories is not None and len(heard.stories) == SIGNALS_KEPT
    assert (await signals.since(heard.count)).stories == frozenset()
    assert (await signals.since(heard.count - 1)).stories == frozenset({f"isu-{SIGNALS_KEPT}"})
